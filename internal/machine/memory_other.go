//go:build !windows && !linux

package machine

// The most memory that was taken, as other systems of the family count it.

import (
	"runtime"
	"syscall"
)

// PeakMemory is the largest resident memory of this process so far, in bytes.
func PeakMemory() uint64 {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return uint64(usage.Maxrss)
	}
	return uint64(usage.Maxrss) * 1024
}
