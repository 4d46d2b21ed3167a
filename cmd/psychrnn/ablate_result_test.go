package main

import (
	"encoding/csv"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"psychrnn/internal/npz"
)

// answers says which trials of outputs (B,T,o) are right: those whose channel
// of the highest masked mean is that of y.
func answers(t *testing.T, outputs npz.Array, trials *npz.File) (right []bool) {
	t.Helper()
	values := func(name string) []float64 {
		m, _ := trials.Get(name)
		v, err := m.Array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	out, err := outputs.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	y, mask := values("y"), values("mask")
	b, steps, o := outputs.Shape[0], outputs.Shape[1], outputs.Shape[2]
	highest := func(x []float64, trial int) (best int) {
		sums := make([]float64, o)
		for step := range steps {
			for c := range o {
				at := (trial*steps+step)*o + c
				sums[c] += x[at] * mask[at]
			}
		}
		for c := range o {
			if sums[c] > sums[best] {
				best = c
			}
		}
		return best
	}
	for trial := range b {
		right = append(right, highest(out, trial) == highest(y, trial))
	}
	return right
}

// What the table says of lesions is what the saved outputs say: accuracy,
// change, the counts of McNemar's test, and its p by the binomial formula.
func TestAblationTable(t *testing.T) {
	folder := trained(t, "test.trials=200")
	at := t.TempDir()
	table, save, trials := filepath.Join(at, "t.csv"), filepath.Join(at, "s.npz"), filepath.Join(at, "trials.npz")
	succeed(t, "test", folder, "-q", "--save", trials)
	succeed(t, "ablate", folder, "-q", "--csv", table, "--save", save, "--lesion", "name: unit, each: unit",
		"--lesion", "name: noisy, noise: 2")
	rows, err := csv.NewReader(strings.NewReader(read(t, table))).ReadAll()
	if err != nil || len(rows) != 1+1+10+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	intact, _ := arrays(t, save).Get("0/outputs")
	before := answers(t, intact.Array, arrays(t, trials))
	both := false
	for k, row := range rows[1:] {
		field := func(name string) float64 {
			for c, title := range rows[0] {
				if title == name {
					x, err := strconv.ParseFloat(row[c], 64)
					if err != nil {
						t.Fatal(err)
					}
					return x
				}
			}
			t.Fatalf("no column %s", name)
			return 0
		}
		m, _ := arrays(t, save).Get(strconv.Itoa(k) + "/outputs")
		var correct, lost, gained float64
		for trial, right := range answers(t, m.Array, arrays(t, trials)) {
			switch {
			case right && !before[trial]:
				gained++
			case !right && before[trial]:
				lost++
			}
			if right {
				correct++
			}
		}
		p, term := 0.0, math.Pow(0.5, lost+gained)
		for few := 0.0; few <= min(lost, gained); few++ {
			p += 2 * term
			term *= (lost + gained - few) / (few + 1)
		}
		for name, want := range map[string]float64{"accuracy": correct / 200, "accuracy_change": (gained - lost) / 200, "lost": lost, "gained": gained, "p": min(1, p)} {
			if got := field(name); math.Abs(got-want) > 1e-10 {
				t.Errorf("%s: %s is %g, want %g", row[0], name, got, want)
			}
		}
		both = both || lost > 0 && gained > 0 && lost != gained
	}
	if !both {
		t.Error("no lesion makes some trials wrong and others right")
	}
}
