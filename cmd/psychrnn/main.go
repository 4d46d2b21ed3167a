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
	"psychrnn/internal/machine"
	"psychrnn/internal/memory"
	"psychrnn/internal/ui"
)

func main() {
	// A crash is no mistake on the command line, as its status 2 would say: the
	// program aborts. Memory that runs out is one. An abort would write all memory
	// into a file wherever the system lets it.
	machine.NoCores()
	debug.SetTraceback("crash")
	standWhereTheDiskDoes()
	if err := machine.CheckDescriptors(); err != nil {
		// The message is written without anything that waits for a time, since the
		// runtime opens files for that. Where nobody reads it a signal ends it.
		signal.Reset()
		os.Exit(finish(ui.UI{Streams: ui.Streams{Out: os.Stdout, Err: os.Stderr}, JSON: jsonLog(os.Args[1:])}, err))
	}
	os.Exit(execute(os.Args[1:], standard()))
}

// standWhereTheDiskDoes forgets the path by which the shell came to the working
// directory. If it leads through a link, what leads up from there does not lead
// where the disk does.
func standWhereTheDiskDoes() {
	_ = os.Unsetenv("PWD") // os.Getwd believes it
	if here, err := os.Getwd(); err == nil {
		_ = os.Setenv("PWD", here)
	}
}

// standard are the streams of the process.
func standard() ui.Streams {
	memory.BeModest()
	// Who stops reading the progress does not stop the training. A signal that is
	// ignored would be so in the programs of an experiment, too; this one is heard,
	// and nobody listens.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	e := ui.NewEnding(early.Heard)
	s := ui.Streams{In: os.Stdin, Disk: disk.OS{}, Ending: e}
	s.Print(os.Stdout, os.Stderr)
	return s
}
