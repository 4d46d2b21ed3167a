//go:build !unix

package main

// descriptors has nothing to find out where files have no such limit.
func descriptors() error { return nil }
