package strict

import (
	"fmt"
	"strings"
	"testing"
)

// In each text every letter of the value stands once in the source, so that
// the place of the i-th character can be looked up there.
func TestPositionInScalar(t *testing.T) {
	cases := []struct{ name, text, value string }{
		{"plain", "k: abc def\n", "abc def"},
		{"plain, folded", "k: abc\n   def\n\n   ghi\n", "abc def\nghi"},
		{"plain, wide spaces", "k: ab   cd\n", "ab   cd"},
		{"plain, anchor", "k: &K  abc\nx-L: *K\n", "abc"},
		{"plain, not ASCII", "k: aé→b\n", "aé→b"},
		{"after characters that are not ASCII", "é→: {ö: abc}\n", "abc"},
		{"carriage returns", "z: 1\r\nk: abc\r\n  def\r\n", "abc def"},
		{"line separator", "z: 1\u2028k: abc\n", "abc"},
		{"single quotes", "k: 'ab''cd'\n", "ab'cd"},
		{"single quotes, folded", "k: 'ab\n   cd\n\n\n   ef'\n", "ab cd\n\nef"},
		{"double quotes", "k: \"ab\\\"cd\"\n", "ab\"cd"},
		{"escapes", `k: "a\tb\x41c\u00e9d\U0001F600e\\f"` + "\n", "a\tbAcéd\U0001F600e\\f"},
		{"escaped line break", "k: \"ab\\\n   cd\\n\\\n   \\ ef\"\n", "abcd\n ef"},
		{"double quotes, folded", "k: \"ab\n   cd\n\n   ef\"\n", "ab cd\nef"},
		{"literal", "k: |\n  ab\n    cd\n\n  ef\n", "ab\n  cd\n\nef\n"},
		{"literal, indented by number", "k: |2-\n    ab\n   cd\n", "  ab\n cd"},
		{"literal after anchor", "k: &K |\n  ab\n  cd\nx-L: *K\n", "ab\ncd\n"},
		{"folded", "k: > # note\n  ab\n  cd\n\n  ef\n", "ab cd\nef\n"},
		{"folded, deeper", "k: >-\n  ab\n    cd\n  ef\n", "ab\n  cd\nef"},
		{"alias", "x-v: &V 'abc'\nk: *V\n", "abc"},
		{"in flow", "z: [1, {k: abc}]\n", "abc"},
	}
	for _, c := range cases {
		root, err := Parse("f", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		n := find(root, c.value)
		if n == nil {
			t.Errorf("%s: the value %q is not there", c.name, c.value)
			continue
		}
		lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\u2028", "\n").Replace(c.text), "\n")
		for i, r := range []rune(c.value) {
			if r < 'a' || r > 'f' {
				continue
			}
			p := n.At(i)
			if got := []rune(lines[p.Line-1])[p.Column-1]; got != r {
				t.Errorf("%s: character %d, %q: found %q at %v", c.name, i, r, got, p)
			}
		}
		if n.At(len([]rune(c.value))).Line > len(lines) {
			t.Errorf("%s: the end lies beyond the text", c.name)
		}
	}
}

// find gives the node whose text is value.
func find(n *Node, value string) *Node {
	if n.Kind() == Scalar && n.Text() == value {
		return n
	}
	for _, c := range append(n.Items(), n.Entries()...) {
		if f := find(c, value); f != nil {
			return f
		}
	}
	return nil
}

func TestPositionOfEscapes(t *testing.T) {
	root, err := Parse("f", []byte(`k: "a\tb\x41c\u00e9d"`))
	if err != nil {
		t.Fatal(err)
	}
	n := root.Get("k")
	got := fmt.Sprint(n.At(1).Column, n.At(3).Column, n.At(5).Column, n.At(6).Column, n.Pos())
	if want := "6 9 14 20 f:1:4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
