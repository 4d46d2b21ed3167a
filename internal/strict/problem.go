package strict

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file, counted in characters from 1. Line is 0 where the
// place is not in a file but a flag.
type Pos struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Problem is one mistake: where it is, what is wrong and what to do.
type Problem struct {
	Pos
	Path  string `json:"path,omitempty"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
	Cause error  `json:"-"` // of a file that could not be read

	missing bool     // a key is not there
	meant   []string // paths of the keys that an unknown one may have been meant for
	more    int      // further problems that were found and not kept
}

// Error gives the place and the text, without the hint.
func (p Problem) Error() string {
	switch {
	case p.Path == "" || p.Line == 0 && strings.HasSuffix(p.File, " "+p.Path):
		return p.Pos.String() + ": " + p.Text
	}
	return p.Pos.String() + ": " + p.Path + ": " + p.Text
}

// Problems are all the mistakes found, in the order of their places, flags last.
type Problems []Problem

// MostShown is how many mistakes, warnings or differences of one kind are told
// one by one; of the others only the number is.
const MostShown = 50

// Error gives a line for every problem that is shown, each followed by its hint.
func (ps Problems) Error() string {
	var lines []string
	for _, p := range ps.Shown() {
		lines = append(lines, p.Error())
		if p.Hint != "" {
			lines = append(lines, "hint: "+p.Hint)
		}
	}
	if n := ps.Hidden(); n > 0 {
		lines = append(lines, More(n))
	}
	return strings.Join(lines, "\n")
}

// Shown are the problems that are told one by one.
func (ps Problems) Shown() Problems { return ps[:min(len(ps), MostShown)] }

// Hidden is how many problems there are beside those.
func (ps Problems) Hidden() (n int) {
	n = len(ps) - len(ps.Shown())
	for _, p := range ps {
		n += p.more
	}
	return n
}

// More says how many there are of what is not told one by one.
func More(n int) string { return fmt.Sprintf("and %d more", n) }

// Circle says how names lead from the first back to itself, in a line.
func Circle(names []string, link string) string {
	const most = 8
	all := append(slices.Clone(names), names[0])
	if len(all) > most {
		all = slices.Concat(all[:most/2], []string{"..."}, all[len(all)-most/2:])
	}
	return "a circle: " + strings.Join(all, " "+link+" ")
}

// Unwrap gives the errors of files that could not be read.
func (ps Problems) Unwrap() []error {
	var causes []error
	for _, p := range ps {
		if p.Cause != nil {
			causes = append(causes, p.Cause)
		}
	}
	return causes
}

// problemsIn gives the problems that an error consists of.
func problemsIn(err error) (ps Problems) {
	errors.As(err, &ps)
	return ps
}

// Touch says whether one of the problems is about what stands under a path,
// about what is in it or about what holds it, or about a key that may have been
// meant for it.
func (ps Problems) Touch(path string) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool {
		return Within(p.Path, path) || Within(path, p.Path) || p.means(path)
	})
}

// means says that a key may have been meant for what stands under a path, or
// for what holds it.
func (p Problem) means(path string) bool {
	return slices.ContainsFunc(p.meant, func(m string) bool { return Within(path, m) })
}

// first leaves out what only follows from another problem: that a key is
// missing which was written under another name.
func (ps Problems) first() Problems {
	return slices.DeleteFunc(slices.Clone(ps), func(p Problem) bool {
		return p.missing && slices.ContainsFunc(ps, func(other Problem) bool { return other.means(p.Path) })
	})
}

// Within says whether the path leads to a section or to something in it.
func Within(path, section string) bool {
	rest, ok := strings.CutPrefix(path, section)
	return ok && section != "" && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// maxProblems bounds what a hostile file can make of one mistake and an alias:
// so many are kept, since those that come first in the file are shown, and the
// others are counted.
const maxProblems = 1000

// Add keeps a problem, or counts it where there are many already.
func (ps *Problems) Add(p Problem) { ps.found(func() Problem { return p }) }

// found is Add for a problem that takes time to describe, which may have to be
// looked for in a line as long as the file.
func (ps *Problems) found(describe func() Problem) {
	if len(*ps) < maxProblems {
		*ps = append(*ps, describe())
		return
	}
	(*ps)[maxProblems-1].more++
}

// Count grows by one with every problem that is added.
func (ps Problems) Count() int {
	if len(ps) < maxProblems {
		return len(ps)
	}
	return len(ps) + ps[maxProblems-1].more
}

// Many says that there are many more problems than are shown, whatever their
// order, so that a remedy for another one, which may take a comparison with
// every name there is, would be found for nobody.
func (ps Problems) Many() bool { return len(ps) >= 2*MostShown }

// Err gives the problems in the order of their places, or nil if there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	sorted := slices.Clone(ps)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(min(b.Line, 1), min(a.Line, 1)),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column))
	})
	return sorted
}
