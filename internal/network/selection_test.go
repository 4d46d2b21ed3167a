package network

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// slices.txt lists slices of 3 things and what Python selects by them, but
// "beyond" where a bound lies outside and "nothing" where none is selected.
func TestSlicesAsInPython(t *testing.T) {
	text, err := os.ReadFile("testdata/slices.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) < 400 {
		t.Fatalf("only %d slices", len(lines))
	}
	for _, line := range lines {
		written, want, _ := strings.Cut(line, "\t")
		m := slicePattern.FindStringSubmatch(written)
		if m == nil {
			t.Errorf("%s is not taken for a slice", written)
			continue
		}
		list, wrong := slice(m[1], m[2], m[4], 3)
		got := strings.Trim(fmt.Sprint(list), "[]")
		switch {
		case strings.HasPrefix(wrong, "reaches beyond"):
			got = "beyond"
		case strings.HasPrefix(wrong, "selects nothing"):
			got = "nothing"
		}
		if got != want {
			t.Errorf("%s selects %q (%s), want %q", written, got, wrong, want)
		}
	}
}

func TestNumbersTooLargeForASlice(t *testing.T) {
	for _, text := range []string{"99999999999999999999:", ":-99999999999999999999", "::99999999999999999999"} {
		m := slicePattern.FindStringSubmatch(text)
		list, wrong := slice(m[1], m[2], m[4], 5)
		if step := strings.HasPrefix(text, "::"); step != (wrong == "") || step && len(list) != 1 {
			t.Errorf("%s: %v, %q", text, list, wrong)
		}
	}
}
