package strict

import (
	"fmt"
	"slices"
	"strings"
)

// Other is what something of another name in the original is here.
type Other struct {
	Path string // of the key here, such as train.loss; may be empty
	Note string // what else to know; may be empty
}

func (o Other) hint(name string) string {
	switch {
	case o.Path == "":
		return o.Note
	case o.Note == "":
		return fmt.Sprintf("%s of the original is %s here", name, o.Path)
	}
	return fmt.Sprintf("%s of the original is %s here: %s", name, o.Path, o.Note)
}

// Suggest gives the candidate that a mistyped word most probably means, or "".
// Case, - and _ don't count; a word may leave letters out (lernrate) or have
// some wrong, in proportion to its length.
func Suggest(word string, candidates []string) string {
	best, least := "", 0.5
	for _, c := range candidates {
		if d := distance(word, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is 0 for words that differ in form only, below 0.5 for words that
// may be meant for each other, and more for others.
func distance(word, candidate string) float64 {
	w, c := fold(word), fold(candidate)
	longest := float64(max(len(w), len(c)))
	if len(w) == 0 || len(c) == 0 {
		return 1
	}
	if string(w) == string(c) {
		return 0
	}
	d := float64(edits(w, c)) / longest
	if d > 0.34 && !(longest <= 2 && d <= 0.5) {
		d = 1
	} else {
		d = min(d, 0.45)
	}
	if len(w) >= 4 && w[0] == c[0] && 2*len(w) > len(c) && subsequence(w, c) {
		d = min(d, 0.9*(longest-float64(len(w)))/longest)
	}
	return d
}

func fold(s string) []rune {
	return []rune(strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s)))
}

// subsequence says whether w is c with letters left out.
func subsequence(w, c []rune) bool {
	for _, r := range c {
		if len(w) > 0 && w[0] == r {
			w = w[1:]
		}
	}
	return len(w) == 0
}

// edits counts the letters to insert, delete, change or swap with a neighbour.
func edits(a, b []rune) int {
	if len(a) > 100 || len(b) > 100 {
		return max(len(a), len(b))
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

// remedy says what an unknown key may have been meant for: what is exactly
// named so anywhere goes before what is nearly named so, the same section
// before others.
func (r *run) remedy(key, section string, fields []Field) string {
	var own []string
	for _, f := range fields {
		if slices.Contains(f.Originals, key) {
			return fmt.Sprintf("%s of the original is %s here", key, f.Key)
		}
		if f.Key != "" {
			own = append(own, f.Key)
		}
	}
	near := Suggest(key, own)
	if near != "" && distance(key, near) == 0 {
		return fmt.Sprintf("did you mean %s?", near)
	}
	if o, ok := r.others[key]; ok {
		return o.hint(key)
	}
	if r.keys == nil && r.root != nil {
		r.keys = Keys(r.root)
	}
	elsewhere := r.keys
	if homes := homesOf(key, section, elsewhere); homes != "" {
		return homes
	}
	if near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	var names, paths []string
	for _, k := range elsewhere {
		if k.Key != "" && !strings.ContainsAny(k.Path, "[*") {
			names = append(names, k.Key)
			paths = append(paths, k.Path)
		}
	}
	if far := Suggest(key, names); far != "" {
		return fmt.Sprintf("did you mean %s?", paths[slices.Index(names, far)])
	}
	var others []string
	for name := range r.others {
		others = append(others, name)
	}
	slices.Sort(others)
	if other := Suggest(key, others); other != "" {
		return r.others[other].hint(other)
	}
	if len(own) == 0 {
		return ""
	}
	return "known here: " + strings.Join(own, ", ")
}

// homesOf names the sections in which a key stands exactly, or as an original's name.
func homesOf(key, section string, keys []Key) string {
	var homes []string
	for _, k := range keys {
		if slices.Contains(k.Originals, key) {
			return fmt.Sprintf("%s of the original is %s here", key, k.Path)
		}
		if k.Key == key {
			home := strings.TrimSuffix(strings.TrimSuffix(k.Path, key), ".")
			if home == "" {
				home = "the top level"
			}
			if home != section && !slices.Contains(homes, home) {
				homes = append(homes, home)
			}
		}
	}
	if len(homes) == 0 {
		return ""
	}
	if len(homes) > 3 {
		homes = append(homes[:3], "others")
	}
	return fmt.Sprintf("%s belongs to %s", key, strings.Join(homes, " or "))
}
