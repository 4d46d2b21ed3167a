package main

import (
	"fmt"

	"psychrnn/internal/external"
)

// programs are those that an experiment may run; what they write on standard
// error is shown as it comes. Once stop is closed they are not waited for long.
func (v voice) programs(stop <-chan struct{}) *external.Programs {
	return &external.Programs{Stop: stop, Warn: v.warn, Note: v.note, Say: func(line string) {
		if v.json {
			v.say(message{Event: "program", Text: line})
			return
		}
		fmt.Fprintln(v.err, line)
	}}
}
