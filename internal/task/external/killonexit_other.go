//go:build unix && !linux

package external

// Processes where the system does not end them with this program.

import (
	"os"
	"syscall"
)

// ownGroup gives a process a group of its own, so that a terminal's interrupt does not
// reach it before training has ended in good order. The end of its standard input tells
// it to end where this program ends otherwise.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// atEnd does nothing where the end of a process cannot be awaited without giving
// its number to others. There is a shell on these systems, and so a guard, which
// holds the number.
func atEnd(*os.Process) bool { return false }
