//go:build !unix

package kernel

import "testing"

// guarded returns n numbers; guard pages exist on Unix alone.
func guarded[F Float](_ testing.TB, n int, _ bool) []F { return make([]F, n) }
