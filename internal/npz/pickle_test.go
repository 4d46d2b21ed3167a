package npz

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testdata/pickles.json holds 0-d object arrays pickled by Python 3.11 and
// NumPy 2.4, and what is to be read: a value, "fault" or "calls".
func TestPickles(t *testing.T) {
	data, err := os.ReadFile("testdata/pickles.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Name, Hex, Want string }
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		pickle, err := hex.DecodeString(c.Hex)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range []string{string(pickle), strings.ReplaceAll(string(pickle), "\ncnumpy._core.", "\ncnumpy.core.")} {
			o := readObject(npyHeader{}, []byte(in))
			got := fmt.Sprint(o.Value)
			switch {
			case o.Calls:
				got = "calls"
			case o.Fault != "":
				got = "fault"
			}
			if got != c.Want {
				t.Errorf("%s: %s (%+v), want %s", c.Name, got, o, c.Want)
			}
		}
		// A pickle that breaks off is a fault everywhere, and never a crash.
		for n := range pickle {
			if o := readObject(npyHeader{}, pickle[:n]); o.Fault == "" {
				t.Errorf("%s, %d of %d bytes: %+v", c.Name, n, len(pickle), o)
			}
		}
	}
}

// holding is the pickle of an array that holds what element pushes.
func holding(element string) string {
	return "cnumpy.core.multiarray\n_reconstruct\n)R(K\x01)NN](" + element + "etb."
}

// number is the pickle of a NumPy scalar of one signed byte.
func number(text, encoding string) string {
	u := func(s string) string { return "\x8c" + string([]byte{byte(len(s))}) + s }
	return holding("cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(" + u("i1") + "tRc_codecs\nencode\n(" + u(text) + u(encoding) + "tRtR")
}

func TestHostilePickles(t *testing.T) {
	const nothing = "neither None, a number, a text nor a function"
	for name, c := range map[string]struct{ in, want string }{
		"empty":              {"", "the pickle breaks off"},
		"no array":           {"N.", "the pickle is not that of a NumPy array"},
		"empty stack":        {".", "the pickle is malformed"},
		"append to nothing":  {"a.", "the pickle is malformed"},
		"append to a number": {"K\x01K\x02a.", "the pickle is malformed"},
		"below the mark":     {"K\x01(\x85.", "the pickle is malformed"},
		"no mark":            {"K\x01t.", "the pickle is malformed"},
		"unknown memo":       {"h\x05.", "the pickle is malformed"},
		"memo of text":       {"gx\n.", "x is not understood"},
		"length of 2^63":     {"\x8e\x00\x00\x00\x00\x00\x00\x00\x80.", "the pickle breaks off"},
		"line without end":   {"cposix", "the pickle breaks off"},
		"system":             {"cposix\nsystem\n(S'true'\ntR.", "unpickling it would call posix.system"},
		"another numpy":      {"cnumpy._core.multiarray.evil\n_reconstruct\n)R.", "unpickling it would call numpy.core.multiarray.evil._reconstruct"},
		"instance":           {"(iposix\nsystem\n.", "unpickling it would make an object of a class"},
		"new object":         {"cbuiltins\nobject\n)\x81.", "unpickling it would make an object of a class"},
		"terminal":           {"cposix\n\x1b[2J\n.", `posix.\x1b[2J is no function's name`},
		"extension":          {"\x82\x01.", "opcode 0x82 is not understood"},
		"call of a number":   {"K\x01)R.", "the pickle is malformed"},
		"state of a number":  {"K\x01)b.", "the pickle is malformed"},
		"names no text":      {"K\x01K\x02\x93.", ". is no function's name"},
		"escape":             {`S'\x41'` + "\n.", `'\\x41' is not understood`},
		"module's name":      {"c\x1b[2J\nf\n.", `\x1b[2J.f is no function's name`},
		"beyond ASCII":       {"V\xe9\n.", `\xe9 is not understood`},
		"long integer":       {"\x8a\x09123456789.", "an integer of more than 64 bits"},
		"number":             {number("a", "latin1"), ""},
		"number, UTF-8":      {number("a", "utf-8"), nothing},
		"number, no byte":    {number("Ā", "latin1"), nothing},
		"number, two bytes":  {number("aa", "latin1"), nothing},
		"array of itself":    {"cnumpy.core.multiarray\n_reconstruct\n)Rq\x00(K\x01)NN]h\x00atb.", nothing},
		"partial of itself":  {"cnumpy.core.multiarray\n_reconstruct\n)R(K\x01)NN](cfunctools\npartial\n)Rq\x00(h\x00(h\x00t}tbetb.", ""},
		"nested":             {strings.Repeat("(", 30000) + strings.Repeat("t", 30000) + ".", "the pickle is not that of a NumPy array"},
		"long":               {strings.Repeat("N", 1<<16+1), "a pickle of 65537 bytes: at most 65536 are looked at"},
	} {
		o := readObject(npyHeader{}, []byte(c.in))
		if o.Fault != c.want || o.Calls != strings.HasPrefix(c.want, "unpickling it would") {
			t.Errorf("%s: %+v, want %s", name, o, c.want)
		}
	}
	if o := readObject(npyHeader{descr: "|O", shape: []int{1}}, []byte(holding("N"))); o.Fault != "an array of shape (1,) of type |O" {
		t.Errorf("array of objects: %+v", o)
	}
}

func TestReference(t *testing.T) {
	for _, want := range []Reference{
		{Module: "tensorflow.python.ops.gen_nn_ops", Name: "relu"}, {Name: "relu"}, {Module: "__main__", Name: "f"},
		{Module: "functools", Name: "partial", Text: "functools.partial(leaky_relu, alpha=0.1)"},
	} {
		if diff := cmp.Diff(want, ParseFunction(want.String())); diff != "" {
			t.Error(diff)
		}
	}
	for _, bad := range []any{Reference{}, Reference{Name: "f"}, Reference{Module: "a\nb", Name: "f"}, Reference{Module: "é", Name: "f"}, 1.5, Reference{Module: "functools", Name: "partial", Text: "x"}} {
		if _, err := Pickled("x", bad); err == nil {
			t.Errorf("%#v is pickled", bad)
		}
	}
}
