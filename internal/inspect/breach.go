package inspect

import (
	"fmt"
	"strings"

	"psychrnn/internal/model"
	"psychrnn/internal/weights"
)

// Breach says which entries of a weight matrix do not keep the masks and
// Dale's law of their own file. The original and this program make them keep
// both when they load the file (semantics 1.2).
type Breach struct {
	Member string `json:"member"`
	Effect Effect `json:"effect"`
	Count  int    `json:"count"`
	// Entries are the first of them.
	Entries []Entry `json:"entries"`
}

// Entry is one entry of an array.
type Entry struct {
	Index []int   `json:"index"`
	Value float64 `json:"value"`
}

// Effect is what becomes of an entry that breaks a rule.
type Effect string

// An entry against Dale's law gets the other sign; one where the mask, or the
// sign of its unit, is 0 counts as 0.
const (
	Flipped Effect = "flipped"
	Zeroed  Effect = "zeroed"
)

const shownEntries = 10

// effectOn compares a stored entry with the effective one; "" if it keeps the rules.
func effectOn(stored, effective float64) Effect {
	switch {
	case stored == 0 || stored > 0 && effective > 0 || stored < 0 && effective < 0:
		return ""
	case effective == 0:
		return Zeroed
	}
	return Flipped
}

// effects says of each entry of theta what becomes of it.
func effects(n *model.Network) []Effect {
	all, eff := make([]Effect, len(n.Theta)), n.Effective()
	for k, v := range n.Theta {
		all[k] = effectOn(v, eff[k])
	}
	return all
}

// breaches lists what breaks the rules in a network, matrix by matrix, but not
// what did in the same network before; nil if there is none.
func breaches(n, before *model.Network) []Breach {
	list, now, old := []Breach{}, effects(n), make([]Effect, len(n.Theta))
	if before != nil {
		old = effects(before)
	}
	for _, t := range n.Layout {
		if t.Name == layerInputs { // a file holds it raw, beside its effective form
			continue
		}
		for _, effect := range []Effect{Flipped, Zeroed} {
			b := Breach{Member: t.Name, Effect: effect}
			for k, v := range model.View(t, n.Theta) {
				if now[t.At+k] == effect && old[t.At+k] == "" {
					b.add(t.Shape, k, v)
				}
			}
			if b.Count > 0 {
				list = append(list, b)
			}
		}
	}
	return list
}

func (b *Breach) add(shape []int, k int, v float64) {
	b.Count++
	if len(b.Entries) < shownEntries {
		b.Entries = append(b.Entries, Entry{weights.Array{Shape: shape}.Index(k), v})
	}
}

// String says it in words, with the first few entries.
func (b Breach) String() string {
	const few = 3
	var shown []string
	for _, e := range b.Entries[:min(few, len(b.Entries))] {
		shown = append(shown, fmt.Sprintf("%s = %.6g", weights.IndexText(e.Index), e.Value))
	}
	if b.Count > few {
		shown = append(shown, "...")
	}
	what := "with a sign against Dale's law, which loading turns round"
	if b.Effect == Zeroed {
		what = "where the mask or Dale's law allows none, which loading sets to 0"
	}
	entries := "entries"
	if b.Count == 1 {
		entries = "entry"
	}
	return fmt.Sprintf("%s: %d %s %s: %s", b.Member, b.Count, entries, what, strings.Join(shown, ", "))
}
