// Command psychrnn trains, tests and takes apart recurrent neural networks on
// cognitive tasks.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"psychrnn/internal/disk"
)

func main() { os.Exit(execute(os.Args[1:], standard())) }

// standard are the streams of the process, which hears signals from now on.
func standard() streams {
	signal.Ignore(syscall.SIGPIPE) // who stops reading the progress does not stop the training
	s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, disk: disk.OS{}, signals: make(chan os.Signal, 1)}
	hear(s.signals)
	return s
}
