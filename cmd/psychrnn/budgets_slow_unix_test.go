//go:build slow && unix && !race

package main

import (
	"strings"
	"testing"
)

// Files that are as large as they may be, of what the library for YAML and the
// program take most memory for.
func TestSlowBudgetsOfExperiments(t *testing.T) {
	const most = 1<<20 - 1000 // values
	mask := func(values string) string {
		return ordinary("", "constraints: {rec_connectivity: ["+values+"]}\n")
	}
	budgets(t, []budget{
		{"a matrix", mask(strings.Repeat("["+strings.Repeat("1,", 1000)+"],", 1000)), 2, "shape (1000,1000)"},
		{"a list for a matrix", mask(strings.Repeat("1,", most)), 2, "is needed"},
		{"names of one's own", ordinary("", "x-a:\n"+each(350_000, " k%d: 1\n")), 0, ""},
		{"unknown keys", ordinary("", each(350_000, "k%d: 1\n")), 2, "and 349950 more"},
		{"keys of the task", ordinary("kind: perceptual_discrimination\n"+each(300_000, "  k%d: 1\n"), ""), 2, "more"},
		{"keys that stand twice", ordinary("", "x-a:\n"+strings.Repeat(" k: 1\n", 500_000)), 0, ""},
		{"anchors", ordinary("", "x-a:\n"+each(320_000, "- &a%d 1\n")), 0, ""},
		{"aliases", ordinary("", "x-a:\n - &a 1\n"+strings.Repeat(" - *a\n", 500_000)), 0, ""},
		{"aliases that are used", ordinary("", "populations:\n  p:\n  - &a 1\n"+strings.Repeat("  - *a\n", 500_000)), 2, "elements are more than"},
		{"small maps", ordinary("", "x-a: ["+strings.Repeat("{a: 1},", most/4)+"]\n"), 0, ""},
		{"empty lists", ordinary("", "x-a: ["+strings.Repeat("[],", most/3)+"]\n"), 0, ""},
		{"deep lists", ordinary("", "x-a: ["+strings.Repeat(strings.Repeat("[", 90)+"1"+strings.Repeat("]", 90)+",", most/186)+"]\n"), 0, ""},
		{"lesions that are none", ordinary("", "ablate: {lesions: ["+strings.Repeat("{a: 1},", most/4)+"]}\n"), 2, "elements are more than"},
		{"factors", ordinary("", "test: {by: ["+strings.Repeat("v,", most)+"]}\n"), 2, "elements are more than"},
		{"comments", ordinary("", strings.Repeat("# x\n", 1_000_000)), 0, ""},
		{"comments apart", ordinary("", strings.Repeat("# x\n\n", 400_000)), 0, ""},
		{"texts with tags", ordinary("", "x-a:\n"+strings.Repeat("- !a 1\n", 500_000)), 0, ""},
		{"lines", ordinary("", strings.Repeat("\n", 4_000_000)), 0, ""},
		{"escapes", ordinary("", "x-a: \""+strings.Repeat("\\x41", 1_000_000)+"\"\n"), 0, ""},
		{"files that extend each other", "extends: hostile.yaml\nx-a: [" + strings.Repeat("1,", most) + "]\n", 2, "circle"},
	})
}
