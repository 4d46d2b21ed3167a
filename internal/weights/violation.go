package weights

// What a file holds otherwise than its masks and Dale's law have it.

import (
	"fmt"
	"math"
	"strings"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/visible"
)

// Violation says which entries of a weight matrix a file holds otherwise than the
// constraints of its network let them be. Constraints hold: the original's
// model and every command here use the entries as they leave them (original 1.2).
type Violation struct {
	Member string `json:"member"`
	Effect Effect `json:"effect"`
	Count  int    `json:"count"`
	// Entries are the first of them.
	Entries []StoredEntry `json:"entries"`
}

// StoredEntry is one entry of an array.
type StoredEntry struct {
	Index []int   `json:"index"`
	Value float64 `json:"value"`
}

// Effect is what becomes of a stored entry.
type Effect string

// An entry against Dale's law gets the other sign; one where the mask, or the
// sign of its unit, is 0 counts as 0; one of a file of starting weights, which
// are raw, is multiplied by its mask.
const (
	Flipped Effect = "flipped"
	Zeroed  Effect = "zeroed"
	Scaled  Effect = "scaled"
)

const shownEntries = 10

// effectOn compares a stored entry with the effective one; "" if they are the
// same but for rounding.
func effectOn(stored, effective float64) Effect {
	const rounding = 1e-9 // relative, of float64 and far from any factor that is meant
	switch {
	case stored == 0 && effective == 0:
		return ""
	case effective == 0:
		return Zeroed
	case math.Signbit(stored) != math.Signbit(effective):
		return Flipped
	case math.Abs(stored-effective) <= rounding*math.Abs(stored):
		return ""
	}
	return Scaled
}

// Violations lists what the constraints change in the weights of a file, matrix by
// matrix, but not what they did in the same file before.
func (l *Loaded) Violations(before *Loaded) []Violation {
	list, now, was := []Violation{}, l.effects(), func(int) Effect { return "" }
	if before != nil {
		was = before.effects()
	}
	for _, t := range l.Network.Layout {
		if t.Name == model.LayerInputs { // raw, with its effective form beside it
			continue
		}
		for _, effect := range []Effect{Flipped, Zeroed, Scaled} {
			b := Violation{Member: t.Name, Effect: effect}
			for k, v := range model.View(t, l.stored) {
				if now(t.At+k) != effect || was(t.At+k) != "" {
					continue
				}
				if b.Count++; b.Count <= shownEntries {
					b.Entries = append(b.Entries, StoredEntry{npz.Array{Shape: t.Shape}.Index(k), v})
				}
			}
			if b.Count > 0 {
				list = append(list, b)
			}
		}
	}
	return list
}

// effects says of an entry of theta what becomes of it.
func (l *Loaded) effects() func(k int) Effect {
	eff := l.Network.Effective()
	return func(k int) Effect { return effectOn(l.stored[k], eff[k]) }
}

// String says it in words, with the first few entries.
func (b Violation) String() string {
	const few = 3
	var shown []string
	for _, e := range b.Entries[:min(few, len(b.Entries))] {
		shown = append(shown, fmt.Sprintf("%s = %.6g", npz.IndexText(e.Index), e.Value))
	}
	if b.Count > few {
		shown = append(shown, "...")
	}
	what := map[Effect]string{
		Flipped: "with a sign against Dale's law, which loading turns round",
		Zeroed:  "where the mask or Dale's law allows none, which loading sets to 0",
		Scaled:  "of starting weights, which loading multiplies by the mask",
	}[b.Effect]
	return fmt.Sprintf("%s: %s %s: %s", b.Member, visible.Count(b.Count, "entry"), what, strings.Join(shown, ", "))
}

// Violated says in words what the constraints change in the file's weights.
func (l *Loaded) Violated() (lines []string) {
	for _, v := range l.Violations(nil) {
		lines = append(lines, v.String())
	}
	return lines
}
