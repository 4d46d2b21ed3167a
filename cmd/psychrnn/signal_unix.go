//go:build unix

package main

import (
	"os"
	"syscall"
)

// stopSignals end the work at hand in good order, progressSignals ask how it goes.
var (
	stopSignals     = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR2}
	progressSignals = []os.Signal{syscall.SIGUSR1}
)
