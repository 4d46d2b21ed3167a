//go:build slow

package kernel

import "testing"

func TestSlowQuality(t *testing.T) { testQuality(t, 10<<20) }
