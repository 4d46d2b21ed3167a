//go:build !unix

package main

// noCores does nothing where there are no such files.
func noCores() {}
