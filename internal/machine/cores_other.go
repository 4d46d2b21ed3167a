//go:build !unix

package machine

// Crashes where the system writes no memory of a program into files.

// NoCores does nothing where there are no such files.
func NoCores() {}
