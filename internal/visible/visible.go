// Package visible makes text safe to print. Names, keys and texts of files may
// hold anything: sequences that a terminal obeys, characters that reverse what
// follows, bytes that are no text. Printed, all of these are escaped, so that
// what is read is what is there. Letters of all scripts stay as they are.
package visible

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is text that lays itself out: it keeps newlines and tabs.
func Text(text string) string {
	if shown(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case !hidden(r):
			b.WriteString(text[:size])
		case r == '\r':
			b.WriteString(`\r`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return b.String()
}

// Line is text in one line: what comes from a file cannot look like a line of
// the program's own.
func Line(text string) string {
	return strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(Text(text))
}

// escaped is what an encoder made, which stays the same for who reads it: what is
// hidden stands in strings alone, and the encoder has escaped some of it.
func escaped(encoded []byte) []byte {
	if shown(string(encoded)) {
		return encoded
	}
	var b bytes.Buffer
	for _, r := range string(encoded) {
		if !hidden(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.Bytes()
}

// shown says that nothing is hidden in a text.
func shown(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, hidden) < 0
}

// hidden says of a character that it does something else than to appear: control
// characters but newline and tab, those of lines and paragraphs, and those of
// format, such as the overrides of direction. Of the latter, joiners and marks
// around numbers are part of how some scripts are written.
func hidden(r rune) bool {
	switch {
	case r == '\n', r == '\t', r == zeroWidthNonJoiner, r == zeroWidthJoiner:
		return false
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)
