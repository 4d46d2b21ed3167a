//go:build !unix

package ui

// Signals where a program cannot send itself any.

import "os"

// progressSignals ask how it goes.
var progressSignals []os.Signal

// raise does nothing where a program cannot send itself a signal.
func raise(os.Signal) {}
