//go:build slow && !race

package experiment_test

import "testing"

func TestSlowSchemaAgrees(t *testing.T) { agree(t, 1) }

func TestSlowSchemaTakesOverlays(t *testing.T) { overlays(t, 1, 40) }
