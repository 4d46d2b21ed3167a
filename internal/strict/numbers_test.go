package strict

import (
	"math"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "-0": 0, "5": 5, "+5": 5, "-5.5": -5.5, ".5": 0.5, "5.": 5, "1e3": 1000, "1.0e-3": 0.001, "1E+3": 1000, "0.5": 0.5, "0e5": 0,
	} {
		if got, hint, ok := parseNumber(text); !ok || got != want {
			t.Errorf("%s: %v %s", text, got, hint)
		}
	}
	for text, want := range map[string]string{
		"010":     "write 10; a leading zero means octal to some readers",
		"-007":    "write -7; a leading zero means octal to some readers",
		"00":      "write 0; a leading zero means octal to some readers",
		"00.5":    "write 0.5; a leading zero means octal to some readers",
		"0x1F":    "write 31, in decimal",
		"0o17":    "write 15, in decimal",
		"0b11":    "write 3, in decimal",
		"0x":      "",
		"1_000":   "write 1000, without underscores",
		".inf":    "only finite numbers are allowed",
		"-.INF":   "only finite numbers are allowed",
		"NaN":     "only finite numbers are allowed",
		"20:40":   `some YAML readers take it for a number of base 60; a slice is written in quotes: "20:40"`,
		"0,5":     "write a decimal point, and no separator of thousands",
		"1e400":   "the number is too large",
		"5 ms":    "",
		"abc":     "",
		"":        "",
		"-":       "",
		".":       "",
		"1e":      "",
		"1-2":     "",
		"0x1p-2":  "",
		"Inf(1)":  "",
		"２":       "",
		"1 000":   "",
		"infant":  "",
		"--5":     "",
		"1.2.3":   "",
		"2024-01": "",
	} {
		if _, hint, ok := parseNumber(text); ok || hint != want {
			t.Errorf("%q: hint %q, want %q", text, hint, want)
		}
	}
}

func TestMilliseconds(t *testing.T) {
	for text, want := range map[string]string{
		"200ms": "200", "2s": "2000", "0.2 s": "200", "1.5e1s": "15000", "2": "2", "2 sec": "2 sec", "s": "s", "xms": "xms", "2 m": "2 m", "010s": "010s",
	} {
		if got := milliseconds(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for text, want := range map[string]float64{
		"60s": 60, "3h50m": 13800, "1.5h": 5400, "500ms": 0.5, "1h0.5s": 3600.5, "0s": 0, "90m": 5400,
	} {
		if got, ok := ParseSeconds(text); !ok || got != want {
			t.Errorf("%s: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "60", "s", "-60s", "+60s", "60 s", "50m3h", "1h1h", "1d", "1hour", "1e2s5", "h", ".infs", "010s", "1h 5m"} {
		if got, ok := ParseSeconds(text); ok {
			t.Errorf("%q: read as %v", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.OneOf(rapid.Float64Range(0, math.MaxFloat64), rapid.Map(rapid.Int64Range(0, 1<<53), func(i int64) float64 { return float64(i) })).Draw(t, "seconds")
		if got, ok := ParseSeconds(FormatSeconds(want)); !ok || got != want {
			t.Fatalf("%v: written %s, read %v", want, FormatSeconds(want), got)
		}
	})
	if got := FormatSeconds(13800); got != "3h50m" {
		t.Errorf("13800 s: %s", got)
	}
}

// decimal is the pattern of decimal numbers, which the schema has too.
var decimal = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)

// The scan of a decimal number is what the pattern says.
func TestScanDecimal(t *testing.T) {
	texts := rapid.OneOf(rapid.StringMatching(`[-+]{0,2}[0-9]{0,3}(\.{0,2}[0-9]{0,2})?([eE][-+]{0,2}[0-9]{0,2})?.?`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		ok, zeroLed := scanDecimal(text)
		if ok != decimal.MatchString(text) || ok && zeroLed != regexp.MustCompile(`^[-+]?0+[0-9]`).MatchString(text) {
			t.Errorf("%q: %v, %v", text, ok, zeroLed)
		}
	})
}
