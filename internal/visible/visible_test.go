package visible

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"Übung, α = 0.5, 训练, تجربة, می\u200cخواهم": "Übung, α = 0.5, 训练, تجربة, می\u200cخواهم",
		"two\tcolumns\n":         "two\tcolumns\n",
		"\x1b[31mred\a":          `\x1b[31mred\x07`,
		"\u009b31m\x7f\r":        `\u009b31m\x7f\r`,
		"\xff\xc3(":              `\xff\xc3(`,
		"txt.\u202egpj\u2066":    `txt.\u202egpj\u2066`,
		"\u2028\ufeff\U000e0041": `\u2028\ufeff\U000e0041`,
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := Line("a\nerror: b\t\x1b"); got != `a\nerror: b\t\x1b` {
		t.Error(got)
	}
}

// Nothing stays hidden, whatever the text; what hides nothing stays; and JSON
// means what it did.
func TestNothingHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("a\x1b\u009b\u202e\n\r\x00\U000e0001é"))),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		for _, got := range []string{Text(text), Line(text)} {
			if !utf8.ValidString(got) || strings.IndexFunc(got, hidden) >= 0 {
				t.Fatalf("%q leaves %q", text, got)
			}
		}
		if strings.ContainsAny(Line(text), "\n\t") {
			t.Fatalf("%q is not in one line", text)
		}
		if shown(text) && Text(text) != text {
			t.Fatalf("%q became %q", text, Text(text))
		}
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		safe := escaped(encoded)
		if json.Unmarshal(encoded, &before) != nil || json.Unmarshal(safe, &after) != nil || before != after {
			t.Fatalf("%q: %q became %q", text, before, after)
		}
		if !shown(string(safe)) {
			t.Fatalf("%q leaves %q", text, safe)
		}
	})
}
