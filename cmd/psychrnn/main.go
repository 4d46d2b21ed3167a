// Command psychrnn trains, tests and takes apart recurrent neural networks on
// cognitive tasks.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // who stops reading the progress does not stop the training
	os.Exit(execute(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
