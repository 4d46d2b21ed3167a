//go:build unix && !linux

package external

// The end of processes where the system does not end them with this program.

import (
	"os"
	"syscall"
)

// killOnExit does nothing where the system has no means: the end of its standard
// input tells the process to end.
func killOnExit(*syscall.SysProcAttr) {}

// atEnd does nothing where the end of a process cannot be awaited without giving
// its number to others. There is a shell on these systems, and so a guard, which
// holds the number.
func atEnd(*os.Process) bool { return false }
