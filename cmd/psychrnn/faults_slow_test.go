//go:build slow

package main

import "testing"

// Thousands of points: see TestFaults.
func TestSlowFaults(t *testing.T) { disturb(t, 23) }
