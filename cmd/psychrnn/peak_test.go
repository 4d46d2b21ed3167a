package main

import (
	"fmt"
	"os"

	"psychrnn/internal/machine"
)

const peakSaid = "\nthe peak was "

// peak is the program, which tells at its end how much memory it held at most.
func peak() {
	status := execute(os.Args[1:], standard())
	fmt.Fprint(os.Stderr, peakSaid, machine.PeakMemory())
	os.Exit(status)
}
