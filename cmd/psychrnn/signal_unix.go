//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// progressSignals ask how it goes.
var progressSignals = []os.Signal{syscall.SIGUSR1}

// raise ends the program by a signal, as if it had never been heard. The runtime
// ignores some, such as SIGUSR2.
func raise(s os.Signal) {
	signal.Reset(s)
	if number, ok := s.(syscall.Signal); ok && number != syscall.SIGUSR2 {
		_ = syscall.Kill(os.Getpid(), number)
		select {} // it is on its way
	}
}
