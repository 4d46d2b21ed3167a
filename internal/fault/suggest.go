package fault

// Words that may be meant by a mistyped one, and the hints that name them.

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Near gives the candidates that a mistyped word most probably means: those
// that are nearest to it, none where it is like no candidate. Case, - and _
// don't count; a word may leave letters out (lernrate), the end of it (sigm) or
// have some wrong, in proportion to its length.
func Near(word string, candidates []string) (near []string) {
	least := 0.5
	w := Fold(word)
	if len(w) > mostLetters {
		return nil
	}
	for _, c := range candidates[:min(len(candidates), mostCompared)] {
		d := between(w, c)
		if d < least {
			near, least = nil, d
		}
		if d == least && d < 0.5 && !slices.Contains(near, c) {
			near = append(near, c)
		}
	}
	return near
}

// A file may hold as many names as it likes, each as long as it likes. So many of
// them are compared with a word, and none that is longer.
const (
	mostCompared = 5000
	mostLetters  = 100
)

// DidYouMean is a hint to the candidates nearest to a word, each behind the
// text before; "" where none is near.
func DidYouMean(word string, candidates []string, before string) string {
	return Perhaps(Near(word, candidates), before)
}

// Perhaps is a hint to words that may have been meant, each behind the text
// before; "" if there are none.
func Perhaps(words []string, before string) string {
	if len(words) == 0 {
		return ""
	}
	return "did you mean " + before + Alternatives(words, before) + "?"
}

// A hint lists so many names, and no more once they have so many letters.
const (
	mostKnown        = 20
	mostKnownLetters = 300
)

// Listed are names one after another, "and others" where they are many.
func Listed(names []string) string {
	letters := 0
	for k, name := range names {
		if letters += len(name); k == mostKnown || k > 0 && letters > mostKnownLetters {
			return strings.Join(names[:k], ", ") + " and others"
		}
	}
	return strings.Join(names, ", ")
}

// Known is a hint to the candidates nearest to a word, as [DidYouMean] is, or
// where none is near to those that there are; "" where there are none.
func Known(word string, candidates []string, before string) string {
	near := DidYouMean(word, candidates, before)
	if near != "" || len(candidates) == 0 {
		return near
	}
	return "known: " + Listed(candidates)
}

// Alternatives joins words: a, b or c, each but the first behind the text before.
func Alternatives(list []string, before string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", "+before) + " or " + before + list[last]
}

// Distance is 0 for words that differ in form only, below 0.5 for words that
// may be meant for each other, and more for others.
func Distance(word, candidate string) float64 { return between(Fold(word), candidate) }

// between is Distance for a word that is folded already.
func between(w []rune, candidate string) float64 {
	if len(candidate) > utf8.UTFMax*2*mostLetters { // even without blanks and dashes too long
		return 1
	}
	c := Fold(candidate)
	longest := float64(max(len(w), len(c)))
	if len(w) == 0 || len(c) == 0 || len(w) > mostLetters || len(c) > mostLetters {
		return 1
	}
	if string(w) == string(c) {
		return 0
	}
	d := 1.0
	if apart := float64(max(len(w), len(c)) - min(len(w), len(c))); apart <= 0.5*longest { // so many edits at least
		d = float64(EditDistance(w, c)) / longest
	}
	if d > 0.34 && !(longest <= 2 && d <= 0.5) {
		d = 1
	} else {
		d = min(d, 0.45)
	}
	if len(w) >= 4 && 2*len(w) > len(c) {
		switch {
		case strings.HasPrefix(string(c), string(w)): // alike however long the rest is
			d = min(d, 0.1)
		case w[0] == c[0] && subsequence(w, c):
			d = min(d, 0.9*(longest-float64(len(w)))/longest)
		}
	}
	return d
}

// Fold is a word without what does not count: case, -, _ and blanks.
func Fold(s string) []rune { return []rune(unjoined.Replace(strings.ToLower(s))) }

var unjoined = strings.NewReplacer("_", "", "-", "", " ", "")

// subsequence says whether w is c with letters left out.
func subsequence(w, c []rune) bool {
	for _, r := range c {
		if len(w) > 0 && w[0] == r {
			w = w[1:]
		}
	}
	return len(w) == 0
}

// EditDistance counts the letters to insert, delete, change or swap with a neighbour.
func EditDistance(a, b []rune) int {
	if len(a) > mostLetters || len(b) > mostLetters {
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
