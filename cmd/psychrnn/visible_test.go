package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"psychrnn/internal/disk"
	"psychrnn/internal/npz"
)

// harm is what a text may hold that does something to a terminal, or to who reads
// it. A slash or a null byte cannot be in a file's name.
var harm = []string{"\x1b[31m", "\x1b]0;title\x07", "\u009b2J", "\x7f", "\u202e", "\u2066", "\r", "\n", "\t", "\xff", "\xc3", "\nerror: forged", "\u2028", "\U000e0041", "ü", "x"}

// nobodyHides fails where an output does more than to appear, or forges a line.
func nobodyHides(t rapid.TB, args []string, o outcome) {
	for _, text := range []string{o.stdout, o.stderr} {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "error: forged") {
				t.Fatalf("%q: a line is forged:\n%s", args, text)
			}
		}
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
			return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
		}) {
			t.Fatalf("%q: printed %q", args, text)
		}
	}
}

// Whatever stands in the names and texts of files, and on the command line, no
// command puts it on a terminal other than to be read.
func TestNothingHidesInWhatIsPrinted(t *testing.T) {
	dir := t.TempDir()
	trained := filepath.Join(dir, "run")
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", trained)
	network, err := disk.ReadWeights(disk.OS{}, filepath.Join(trained, "weights.npz"), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	everything := strings.Join(harm, "")
	for _, args := range harmful(t, dir, trained, network, everything) {
		nobodyHides(t, args, invoke(args...))
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := strings.Join(rapid.SliceOfN(rapid.SampledFrom(harm), 1, 4).Draw(t, "bad"), "")
		args := rapid.SampledFrom(harmful(t, dir, trained, network, bad)).Draw(t, "command")
		nobodyHides(t, args, invoke(args...))
	})
}

// harmful are command lines of all commands whose words, or whose files, hold a text.
func harmful(t rapid.TB, dir, trained string, network *npz.File, bad string) (list [][]string) {
	folder, err := os.MkdirTemp(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := strings.ToValidUTF8(bad, "?")
	quoted := string(bytes.TrimSpace(encoded(t, text))) // as YAML has it too
	named := strings.Replace(small, "name: small", "name: "+quoted, 1)
	good, wrong := put(bad+".yaml", []byte(named)), put("wrong"+bad+".yaml", []byte(small+quoted+": 1\n"))
	value := put("value.yaml", []byte(strings.Replace(small, "perceptual_discrimination", quoted, 1)))
	lesions := put("lesions.yaml", []byte(named+"ablate: {lesions: [{name: "+quoted+", silence: \":2\"}, {name: b, silence: "+quoted+"}]}\n"))
	raw := put("raw.yaml", []byte("name: "+bad))
	command := put("command.yaml", []byte(small+"extends: "+quoted+"\n"))
	file := put("w"+bad+".npz", elsewhere(t, network, bad, quoted))
	out := filepath.Join(folder, "o"+bad)
	list = [][]string{
		{"check", "-c", good}, {"check", "-c", wrong}, {"check", "-c", value}, {"check", "-c", raw}, {"check", "-c", command}, {"check", "-c", bad},
		{"check", "-c", good, "--set", bad}, {"check", "-c", good, "--set", bad + "=1"}, {"check", "-c", good, "--set", "name=" + bad}, {"check", "--seed", bad},
		{"task", "preview", "-c", good, "--trials", "1"}, {"task", "preview", "-c", value}, {"task", bad}, {"task", "show", bad}, {"example", bad}, {"example", bad, bad},
		{"train", "-c", good, "-o", out}, {"train", "-c", good, "-o", out}, {"train", "-c", good, "-o", out, "--resume"}, {"train", "-c", good, "-o", out + "s", "--stop-after", bad},
		{"test", out}, {"test", bad}, {"test", file}, {"test", trained, "-c", good}, {"test", trained, "--weights", file, "--save", out + ".npz"}, {"test", trained, "--max-size", bad},
		{"ablate", trained, "-c", lesions}, {"ablate", trained, "--lesion", bad}, {"ablate", trained, "--lesion", "name: " + quoted + ", silence: ':2'"},
		{"simulate", trained, "--silence", bad, "-o", out + ".npz"}, {"simulate", trained, "-o", out + "2.npz", "--trials", "1"}, {"simulate", trained, "--inputs", file, "-o", out + "3"},
		{"inspect", file}, {"inspect", file, trained}, {"inspect", trained, file}, {"inspect", file, "--get", bad}, {"inspect", file, "--get", "note"}, {"inspect", file, "--get", "W_rec[" + bad + "]"}, {"inspect", good}, {"inspect", file, "--json"},
		{"edit", file, out + "e.npz", bad}, {"edit", file, out + "e.npz", "W_rec[" + bad + "]=0"}, {"edit", file, out + "e.npz"},
		{bad}, {"help", bad}, {"version", bad}, {"--" + bad}, {"train", "-" + bad}, {"train", "--" + bad + "=" + bad}, {"train", "--progress", bad}, {"completion", bad},
		{"__complete", bad, ""}, {"__complete", "train", "--" + bad, ""}, {"__complete", "train", "--set", bad}, {"__complete", "test", bad}, {"__complete", "help", bad},
	}
	for _, args := range list {
		if slices.Contains([]string{"check", "train", "ablate", "test"}, args[0]) {
			list = append(list, append(slices.Clone(args), "--log-format", "json"))
		}
	}
	return list
}

// The library that answers shells prints by itself.
func TestNothingHidesInCompletion(t *testing.T) {
	for _, args := range [][]string{{"train", "--\x1b[31m\u202e", ""}, {"\x1b[31m", ""}, {"test", "\u009b"}} {
		said, err := exec.Command("psychrnn", append([]string{cobra.ShellCompRequestCmd}, args...)...).CombinedOutput()
		if err != nil && len(said) == 0 {
			t.Error(err)
		}
		if bytes.ContainsAny(said, "\x1b\u202e\u009b") {
			t.Errorf("%q: printed %q", args, said)
		}
	}
}

// elsewhere is a network's file whose texts say something else than "small", with a
// member of a name that no writer gives.
func elsewhere(t rapid.TB, network *npz.File, name, text string) []byte {
	f := npz.File{Members: slices.Clone(network.Members)}
	f.Set(npz.Member{Name: "note", Array: npz.TextOf(text)})
	for k := range f.Members {
		if texts, err := f.Members[k].Array.Strings(); err == nil && len(texts) == 1 {
			f.Members[k].Array = npz.TextOf(strings.ReplaceAll(texts[0], "small", text))
		}
	}
	var written, b bytes.Buffer
	if err := f.Write(&written); err != nil {
		t.Fatal(err)
	}
	from, err := zip.NewReader(bytes.NewReader(written.Bytes()), int64(written.Len()))
	if err != nil {
		t.Fatal(err)
	}
	to := zip.NewWriter(&b)
	for _, entry := range from.File {
		content, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		for _, as := range []string{entry.Name, name + ".npy"} {
			if as != entry.Name && entry.Name != "note.npy" {
				continue
			}
			w, err := to.Create(as)
			if err == nil {
				_, err = w.Write(all)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encoded(t rapid.TB, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
