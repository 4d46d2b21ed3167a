package main

import (
	"encoding/csv"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// From the label of a row a reader can tell which of the trials stand in it.
func TestLabelsTellRows(t *testing.T) {
	folder, table := trained(t, "test.trials=101"), filepath.Join(t.TempDir(), "t.csv")
	printed := succeed(t, "test", folder, "-q", "--csv", table, "--set", "test.by={onset_time: {bins: 7}}")
	rows, err := csv.NewReader(strings.NewReader(read(t, table))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "onset_time")
	labels := regexp.MustCompile(`(?m)^(\S+) to (\S+) +(\d+) +[01]\.`).FindAllStringSubmatch(printed, -1)
	number := func(text string) float64 {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	if len(labels) != 7 {
		t.Fatalf("%d rows:\n%s", len(labels), printed)
	}
	total := 0
	for _, label := range labels {
		low, high, says, held := number(label[1]), number(label[2]), number(label[3]), 0
		var ends [2]bool
		for _, row := range rows[1:] {
			if v := number(row[at]); low <= v && v <= high {
				held++
				ends[0], ends[1] = ends[0] || v == low, ends[1] || v == high
			}
		}
		if held != int(says) || ends != [2]bool{true, true} {
			t.Errorf("%s: %d trials are there, ends %v", label[0], held, ends)
		}
		total += held
	}
	if total != 101 {
		t.Errorf("%d trials stand in rows", total)
	}
}
