// Package experiment composes the sections of an experiment file, each of
// which belongs to the package it configures, and turns it into a network,
// its trials and its training.
package experiment
