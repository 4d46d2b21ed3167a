//go:build slow

package main

import "testing"

func TestSlowSchemaAgrees(t *testing.T) { agree(t, 1) }

func TestSlowSchemaTakesOverlays(t *testing.T) { overlays(t, 1, 40) }
