//go:build !unix

package machine

// NoCores does nothing where there are no such files.
func NoCores() {}
