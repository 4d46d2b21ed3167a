package visible

// Numbers of things, and texts that are too long, in words.

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Count writes a number of things.
func Count(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "y"):
		noun = strings.TrimSuffix(noun, "y") + "ies"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// Shortened leaves so many bytes of a text, at most, and says how long it was.
func Shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	at := most
	for !utf8.RuneStart(text[at]) {
		at--
	}
	return fmt.Sprintf("%s... (%d characters)", text[:at], utf8.RuneCountInString(text))
}
