// Package early hears the signals to stop before anything else of the program
// runs. A program in Go ignores SIGUSR2 from the moment at which its runtime
// takes over signals, so this package imports nothing that takes time to begin:
// packages begin in the order of their paths, as soon as those that they import
// have begun.
package early

import (
	"os"
	"os/signal"
)

// Heard are the signals to stop that came since the program began. There is
// room for more of them than anything makes of them.
var Heard = make(chan os.Signal, 8)

// A signal that whoever started the program had it ignore, as nohup does, is
// ignored.
func init() {
	for _, s := range stop {
		if !signal.Ignored(s) {
			signal.Notify(Heard, s)
		}
	}
}
