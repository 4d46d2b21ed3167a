package strict

// What paths of keys say of one another: which lies within which, and which
// mistakes are about what stands under one.

import (
	"slices"
	"strings"

	"psychrnn/internal/fault"
)

// Within says whether the path leads to a section or to something in it.
func Within(path, section string) bool {
	rest, ok := strings.CutPrefix(path, section)
	return ok && section != "" && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// Touch says whether one of the mistakes is about what stands under a path,
// about what is in it or about what holds it, or about a key that may have been
// meant for it.
func Touch(mistakes fault.Errors, path string) bool {
	return slices.ContainsFunc(mistakes, func(e fault.Error) bool {
		return Within(e.Path, path) || Within(path, e.Path) || meantFor(e, path)
	})
}

// meantFor says that a key may have been meant for what stands under a path, or
// for what holds it.
func meantFor(e fault.Error, path string) bool {
	return slices.ContainsFunc(e.Meant, func(m string) bool { return Within(path, m) })
}

// causes leaves out what only follows from another mistake: that a key is
// missing which was written under another name.
func causes(mistakes fault.Errors) fault.Errors {
	return slices.DeleteFunc(slices.Clone(mistakes), func(e fault.Error) bool {
		return e.Absent && slices.ContainsFunc(mistakes, func(other fault.Error) bool { return meantFor(other, e.Path) })
	})
}
