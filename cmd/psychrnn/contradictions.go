package main

// Flags that say two things about one key. One of them would be lost, so that they are
// refused, or told where the last one holds.

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/internal/strict"
	"psychrnn/internal/ui"
)

// stands is a flag that stands in the place of keys.
type stands struct {
	flag string
	keys []string
}

// read takes the settings of the run, and refuses a key of --set in whose place
// another flag stands: one of them would be lost.
func (f *experimentFlags) read(c *cobra.Command, s ui.Streams) error {
	if err := f.runFlags.read(c, s); err != nil {
		return err
	}
	for _, text := range f.set {
		key, value := halves(text)
		for _, s := range f.inPlace {
			for _, other := range s.keys {
				if c.Flags().Changed(s.flag) && says(key, value, other) {
					return usage("leave one of them out", "--%s and --set %s contradict each other", s.flag, key)
				}
			}
		}
		if last := f.lastOf(key); last != value {
			f.Warn(fmt.Sprintf("--set %s is given more than once: %s holds, not %s", key, last, value), "leave all but one of them out")
		}
	}
	return nil
}

// lastOf is the value of a key that holds.
func (f *experimentFlags) lastOf(key string) (last string) {
	for _, text := range f.set {
		if again, value := halves(text); again == key {
			last = value
		}
	}
	return last
}

// halves are key and value of an assignment.
func halves(assignment string) (key, value string) {
	key, value, _ = strings.Cut(assignment, "=")
	return strings.TrimSpace(key), strings.TrimSpace(value)
}

// says says whether an assignment gives another key, or a part of it, a value.
func says(key, value, other string) bool {
	rest, below := strings.CutPrefix(other, key+".")
	if !below {
		return strict.Within(key, other)
	}
	n, err := strict.Parse("--set "+key, []byte(value))
	return err == nil && n != nil && n.Kind() == strict.Mapping && n.Find(rest) != nil
}
