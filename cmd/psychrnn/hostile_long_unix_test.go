//go:build long && unix

package main

import "testing"

// No panic, no more than 1 s and 200 MB + 20 times the files for any of them,
// and no wrong exit status. With -v it says what they came to.
func TestLongHostileWeights(t *testing.T)     { hostileWeights(t, 100_000) }
func TestLongHostileExperiments(t *testing.T) { hostileExperiments(t, 20_000) }
func TestLongHostileDefinitions(t *testing.T) { hostileDefinitions(t, 20_000) }
