// Command psychrnn trains, tests and takes apart recurrent neural networks on
// cognitive tasks.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"psychrnn/internal/disk"
	"psychrnn/internal/early"
)

func main() { os.Exit(execute(os.Args[1:], standard())) }

// standard are the streams of the process.
func standard() streams {
	beModest()
	signal.Ignore(syscall.SIGPIPE) // who stops reading the progress does not stop the training
	e := newEnding(early.Heard)
	s := streams{in: os.Stdin, disk: disk.OS{}, ending: e}
	s.print(os.Stdout, os.Stderr)
	return s
}
