//go:build unix

package main

import "testing"

// A few of what TestSlowHostile... and TestLongHostile... try more of.
func TestHostileWeights(t *testing.T)     { hostileWeights(t, 100) }
func TestHostileExperiments(t *testing.T) { hostileExperiments(t, 30) }
func TestHostileDefinitions(t *testing.T) { hostileDefinitions(t, 30) }
