// Package external supplies trials that are made elsewhere: from a file, in the
// order of the file or shuffled, and from a program of the user's that is asked
// for them while it runs. What such trials are, and how answers to them are
// judged, is told by package task; this one is apart because it runs processes.
package external
