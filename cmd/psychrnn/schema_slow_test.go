//go:build slow

package main

import "testing"

func TestSlowSchemaAgrees(t *testing.T) { agree(t, 1) }
