// Package inspect looks into weight files and changes them: what the members
// hold, what kind of network they make and whether it keeps its own rules,
// where two files differ, and edits written as one would in Python.
//
// It exists so that a weight file can be understood and changed without
// Python, and without running anything that the file names. Files are opened
// and written by the caller.
package inspect
