//go:build unix

package ui

// Signals: those that ask for the progress, and the end by one.

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// progressSignals ask how it goes.
var progressSignals = []os.Signal{syscall.SIGUSR1}

// raise ends the program by a signal, as if it had never been heard, where that
// can be: the runtime ignores some signals, such as SIGUSR2, and the system lets
// none end the first process of a container that comes from itself. The runtime
// would take that for a failure of its own and end the program with the status of
// a mistake.
func raise(s os.Signal) {
	signal.Reset(s)
	number, ok := s.(syscall.Signal)
	if !ok || number == syscall.SIGUSR2 || os.Getpid() == 1 {
		return
	}
	if syscall.Kill(os.Getpid(), number) == nil {
		time.Sleep(moment) // it is on its way
	}
}
