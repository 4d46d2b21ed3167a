package strict

// Numbers, times and truth values, in the one form that every reader of YAML and
// every person reads alike.

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"psychrnn/internal/strict/yaml"
)

var (
	radix       = regexp.MustCompile(`^[-+]?0([xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)$`)
	underscored = regexp.MustCompile(`^[-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?$`)
	sexagesimal = regexp.MustCompile(`^[-+]?[0-9][0-9_]*(:[0-9]+)+(\.[0-9_]*)?$`)
	commas      = regexp.MustCompile(`^[-+]?[0-9]+(,[0-9]+)+$`)
	measured    = regexp.MustCompile(`^(\S*?) ?(ms|s)$`)
)

// parseNumber reads a number written in the one form that every YAML reader
// and every person reads alike. Where the text is not one, hint may say what
// to write instead.
func parseNumber(text string) (x float64, hint string, ok bool) {
	isDecimal, zeroLed := scanDecimal(text)
	switch {
	case isDecimal && zeroLed:
		sign, digits := "", strings.TrimLeft(text, "+-0")
		if text[0] == '-' {
			sign = "-"
		}
		if digits == "" || digits[0] < '0' || digits[0] > '9' {
			digits = "0" + digits
		}
		return 0, fmt.Sprintf("write %s%s; a leading zero means octal to some readers", sign, digits), false
	case isDecimal:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, "the number is too large", false
		}
		return x, "", true
	case radix.MatchString(text):
		if v, err := strconv.ParseInt(text, 0, 64); err == nil {
			return 0, fmt.Sprintf("write %d, in decimal", v), false
		}
		return 0, "write it in decimal", false
	case underscored.MatchString(text):
		return 0, "write " + strings.ReplaceAll(text, "_", "") + ", without underscores", false
	case yaml.NotFinite.MatchString(text):
		return 0, "only finite numbers are allowed", false
	case sexagesimal.MatchString(text):
		return 0, `some YAML readers take it for a number of base 60; a slice is written in quotes: "` + text + `"`, false
	case commas.MatchString(text):
		return 0, "write a decimal point, and no separator of thousands", false
	}
	return 0, "", false
}

// scanDecimal says whether a text is a decimal number, in a fraction of the time that
// matrices of numbers would take with a pattern, and whether a digit follows on a zero
// that it begins with.
func scanDecimal(text string) (ok, zeroLed bool) {
	digits := func() (n int) {
		for n < len(text) && text[n] >= '0' && text[n] <= '9' {
			n++
		}
		text = text[n:]
		return n
	}
	sign := func() {
		if text != "" && (text[0] == '-' || text[0] == '+') {
			text = text[1:]
		}
	}
	sign()
	zeroLed = text != "" && text[0] == '0'
	whole, part := digits(), 0
	if text != "" && text[0] == '.' {
		text = text[1:]
		part = digits()
	}
	ok = whole+part > 0
	if text != "" && (text[0] == 'e' || text[0] == 'E') {
		text = text[1:]
		sign()
		ok = ok && digits() > 0
	}
	return ok && text == "", zeroLed && whole > 1
}

// numeric says whether the text is a number or looks so much like one to some
// reader that it must not stand as an unquoted text.
func numeric(text string) bool {
	_, hint, ok := parseNumber(text)
	return ok || hint != "" && !commas.MatchString(text)
}

// parseWhole reads a whole number; 5e4 and 50.0 are whole.
func parseWhole(text string) (v int64, ok bool) {
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		return v, true
	}
	x, _, ok := parseNumber(text)
	if !ok || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		return 0, false
	}
	return int64(x), true
}

// parseBool reads a truth value as all YAML readers do.
func parseBool(text string) (value, ok bool) {
	switch text {
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	return false, false
}

// milliseconds turns 200ms and 2s into the text of a plain number of
// milliseconds; any other text comes back as it is.
func milliseconds(text string) string {
	m := measured.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	x, _, ok := parseNumber(m[1])
	if !ok {
		return text
	}
	if m[2] == "s" {
		x *= 1000
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// durationUnits in the order in which a duration names them.
var durationUnits = []struct {
	name    string
	seconds float64
}{{"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 0.001}}

// ParseSeconds reads a time of the clock such as 60s, 3h50m or 1.5h: numbers,
// each with its unit, the units falling.
func ParseSeconds(text string) (seconds float64, ok bool) {
	next := 0
	for rest := text; rest != ""; {
		end := strings.IndexFunc(rest, func(r rune) bool { return r >= 'a' && r <= 'z' })
		if end < 1 || rest[0] == '-' || rest[0] == '+' {
			return 0, false
		}
		x, _, good := parseNumber(rest[:end])
		rest = rest[end:]
		name := rest
		if stop := strings.IndexFunc(rest, func(r rune) bool { return r < 'a' || r > 'z' }); stop >= 0 {
			name = rest[:stop]
		}
		rest = rest[len(name):]
		for next < len(durationUnits) && durationUnits[next].name != name {
			next++
		}
		if !good || next == len(durationUnits) {
			return 0, false
		}
		seconds += x * durationUnits[next].seconds
		next++
		ok = true
	}
	return seconds, ok
}

// FormatSeconds writes what [ParseSeconds] reads as the same number.
func FormatSeconds(seconds float64) string {
	if seconds <= 0 || seconds != math.Trunc(seconds) || seconds > 1<<53 {
		return strconv.FormatFloat(seconds, 'f', -1, 64) + "s"
	}
	var b strings.Builder
	for _, u := range durationUnits[:3] {
		if n := math.Floor(seconds / u.seconds); n > 0 {
			fmt.Fprintf(&b, "%.0f%s", n, u.name)
			seconds -= n * u.seconds
		}
	}
	return b.String()
}

// formatNumber writes a number so that readers of YAML 1.1 take it for a
// number too: an exponent has its sign and its mantissa a point.
func formatNumber(x float64, bits int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		panic("strict: a number that is not finite cannot be written")
	}
	if x == 0 && math.Signbit(x) {
		return "-0.0"
	}
	if a := math.Abs(x); a == 0 || a >= 1e-4 && a < 1e15 {
		return strconv.FormatFloat(x, 'f', -1, bits)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, bits), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}
