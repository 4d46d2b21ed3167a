//go:build long

package main

import "testing"

// All points: see TestFaults.
func TestLongFaults(t *testing.T) { disturb(t, 1) }
