//go:build unix && slow

package main

import "testing"

// The share of TestLongKills for every change.
func TestSlowKills(t *testing.T) { (&ordeal{kills: 40, seed: 1}).run(t) }
