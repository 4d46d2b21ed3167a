package model

import (
	"testing"

	"psychrnn/internal/kernel"
)

// The number of values told is that of the workspace that is made.
func TestWorkspaceValues(t *testing.T) {
	for _, k := range Kinds {
		kind := k.Name
		for _, first := range []int{0, 7} {
			cell, err := NewCell(Arch{Kind: kind, Function: FunctionNamed("relu"), N: 13, I: 3, O: 2, FeedForward: first, Alpha: make([]float64, 13)}, kernel.Plain[float32]())
			if err != nil {
				t.Fatal(err)
			}
			for _, backward := range []bool{false, true} {
				s := NewWorkspace[float32](cell.Dims(), 5, 11, 4, backward)
				made := len(s.Saved) + len(s.Output) + len(s.DOutput) + len(s.DCarry)
				for _, list := range [][][]float32{s.In, s.Out, s.DIn, s.D} {
					for _, values := range list {
						made += len(values)
					}
				}
				if told := cell.Dims().WorkspaceValues(5, 11, 4, backward); told != float64(made) {
					t.Errorf("%s, feed-forward %d, backward %v: %v values are told, %d made", kind, first, backward, told, made)
				}
			}
		}
	}
}
