//go:build slow

package main

import "testing"

func TestSlowSettingsAreNeverSilent(t *testing.T) { neverSilent(t, 1) }
