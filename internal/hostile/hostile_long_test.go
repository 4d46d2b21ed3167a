//go:build long

package hostile

import "testing"

func TestLongEverythingIsMade(t *testing.T) { everythingIsMade(t, 50_000) }
