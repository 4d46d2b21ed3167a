//go:build unix && long

package main

import "testing"

// Of what signals end a thousand times, at any moment, nothing is lost: every
// file is whole, no checkpoint falls behind, and in the end there are the bits
// of a run that was left alone.
func TestLongKills(t *testing.T) { (&ordeal{kills: 1000, seed: 2}).run(t) }
