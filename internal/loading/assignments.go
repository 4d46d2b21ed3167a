package loading

// Values that flags put in the place of those of the file. Two flags that say two things
// about one key are refused, since one of them would be lost, or told where the last holds.

import (
	"fmt"
	"strings"

	"psychrnn/internal/effect"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// inPlace is a flag that stands in the place of keys.
type inPlace struct {
	flag string
	keys []string
}

// TakesPlace says that a flag stands in the place of keys.
func (r *Request) TakesPlace(flag string, keys ...string) {
	r.inPlace = append(r.inPlace, inPlace{flag, keys})
}

// assignments are what the command line puts in place of the file's values.
func (r *Request) assignments() (list []effect.Assignment) {
	for _, text := range r.Set {
		key, _ := halves(text)
		list = append(list, effect.Assignment{Flag: "--set " + key, Text: text})
	}
	if r.Changed("seed") {
		list = append(list, effect.Assignment{Flag: "--seed", Text: fmt.Sprintf("%s=%d", r.SeedKey, r.Seed)})
	}
	return list
}

// CheckAssignments refuses a key of --set in whose place another flag stands, and
// warns of one that is set twice.
func (r *Request) CheckAssignments() error {
	last := map[string]string{} // the value of a key that holds
	for _, text := range r.Set {
		key, value := halves(text)
		last[key] = value
	}
	for _, text := range r.Set {
		key, value := halves(text)
		for _, s := range r.inPlace {
			for _, other := range s.keys {
				if r.Changed(s.flag) && says(key, value, other) {
					return fault.New(fault.Usage, "leave one of them out", "--%s and --set %s contradict each other", s.flag, key)
				}
			}
		}
		if last[key] != value {
			r.Warn(fmt.Sprintf("--set %s is given more than once: %s holds, not %s", key, last[key], value), "leave all but one of them out")
		}
	}
	return nil
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
