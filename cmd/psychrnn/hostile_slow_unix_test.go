//go:build slow && unix

package main

import "testing"

// More of TestHostile..., fewer than TestLongHostile... has.
func TestSlowHostileWeights(t *testing.T)     { hostileWeights(t, 1500) }
func TestSlowHostileExperiments(t *testing.T) { hostileExperiments(t, 300) }
func TestSlowHostileDefinitions(t *testing.T) { hostileDefinitions(t, 300) }
