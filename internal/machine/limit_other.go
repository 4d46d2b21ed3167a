//go:build !linux

package machine

// Limits of memory where none are known.

import "math"

// MemoryLimit is the memory that the program may take, in bytes, and what says
// so. Here nothing is known.
func MemoryLimit() (bytes float64, of string) { return math.Inf(1), "" }
