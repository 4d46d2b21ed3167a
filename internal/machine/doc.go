// Package machine knows the machine that the program runs on, as the system tells
// it: memory and its limits, processors, files that may be open, what becomes of a
// crash. A file a system; where nothing is known, nothing is limited.
package machine
