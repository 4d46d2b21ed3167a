//go:build unix

package machine

// What becomes of the memory of a program that crashes.

import "syscall"

// NoCores keeps the system from writing the memory of a program that crashes
// into a file: for a large training that is many gigabytes, often on a network
// disk. Programs that this one starts inherit it, and may raise the limit again.
// A limit of 0 would not keep Linux from handing the memory to a program that
// collects crashes; a byte, for which there is no room in any core, does.
func NoCores() {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
		return // then there is nothing to lower
	}
	limit.Cur = min(1, limit.Max)
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &limit) // lowering is always allowed
}
