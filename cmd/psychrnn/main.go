// Command psychrnn trains, tests and takes apart recurrent neural networks on
// cognitive tasks.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"psychrnn/internal/disk"
	"psychrnn/internal/early"
)

func main() {
	// A crash is no mistake on the command line, as its status 2 would say: the
	// program aborts. Memory that runs out is one. An abort would write all memory
	// into a file wherever the system lets it.
	noCores()
	debug.SetTraceback("crash")
	s := standard()
	if err := descriptors(); err != nil {
		go s.ending.listen(false) // the message may find no reader
		status := voice{streams: s, json: jsonLog(os.Args[1:])}.report(err)
		s.flush()
		os.Exit(status)
	}
	os.Exit(execute(os.Args[1:], s))
}

// standard are the streams of the process.
func standard() streams {
	beModest()
	// Who stops reading the progress does not stop the training. A signal that is
	// ignored would be so in the programs of an experiment, too; this one is heard,
	// and nobody listens.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	e := newEnding(early.Heard)
	s := streams{in: os.Stdin, disk: disk.OS{}, ending: e}
	s.print(os.Stdout, os.Stderr)
	return s
}
