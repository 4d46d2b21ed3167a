// Package run owns the folder of a run: files written whole or not at all, and
// the Observers that record and show training.
package run
