package hostile

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// originals are weight files of every kind of network, and experiments.
func originals(t *testing.T) (*Files, []string) {
	t.Helper()
	read := func(pattern string, most int) (contents [][]byte) {
		paths, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil || len(paths) < 8 {
			t.Fatalf("%d files %s: %v", len(paths), pattern, err)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(content) < most {
				contents = append(contents, content)
			}
		}
		return contents
	}
	var texts []string
	for _, text := range read("configs/*.yaml", 1<<20) {
		texts = append(texts, string(text))
	}
	return NewFiles(read("testdata/goldens/*/*.npz", 8000), texts), texts
}

// Whatever is chosen, something is made, and the same choices make the same.
func TestEverythingIsMade(t *testing.T) { everythingIsMade(t, 500) }

func everythingIsMade(t *testing.T, cases int) {
	t.Helper()
	files, texts := originals(t)
	functions := Functions{Usage: map[string]string{"uniform": "uniform(low, high)", "max": "max(a, ...)", "hold": "hold(a)"}, Draws: []string{"uniform"}}
	makers := []func(c *Choices) string{
		func(c *Choices) string { return string(files.Spoiled(c)) },
		func(c *Choices) string { return string(files.Array(c)) },
		func(c *Choices) string { return Experiment(c, texts) },
		func(c *Choices) string { return Definition(c, functions) },
		func(c *Choices) string { return Expression(c, functions) },
	}
	for k := range cases {
		given := make([]byte, k%100)
		for i := range given {
			given[i] = byte(rand.New(rand.NewPCG(uint64(k), uint64(i))).Uint32())
		}
		for m, make := range makers {
			for name, choices := range map[string]func() *Choices{
				"numbered": func() *Choices { return Numbered(k) },
				"given":    func() *Choices { return Given(given) },
			} {
				func() {
					defer func() {
						if fault := recover(); fault != nil {
							t.Fatalf("maker %d, %s choices %d %q: %v", m, name, k, given, fault)
						}
					}()
					made := make(choices())
					if len(made) > 64<<20 {
						t.Errorf("maker %d, %s choices %d: %d bytes", m, name, k, len(made))
					}
					if k%20 == 0 && made != make(choices()) {
						t.Errorf("maker %d, %s choices %d: made something else the second time", m, name, k)
					}
				}()
			}
		}
	}
}

// Entries of every type are made as many as a dimension says, or as there were.
func TestResize(t *testing.T) {
	for _, descr := range descrs {
		for _, shape := range [][]int{{}, {3}, {3, 0}, {1 << 20, 3}, {3, 1 << 31, 1 << 31, 1 << 31}, {-3, 3}} {
			for _, to := range []int{0, 1, 2, 7, 1<<31 - 1, -1} {
				a := array{version: 1, descr: descr, fortran: "False", shape: slices.Clone(shape), data: make([]byte, 24)}
				a.resize(3, to)
				if n, ok := size(a.width(), a.shape); ok && slices.Contains(shape, 3) && len(a.data) != n {
					t.Errorf("%.40q %v to %d: %d bytes, want %d", descr, shape, to, len(a.data), n)
				} else if !ok && len(a.data) != 24 {
					t.Errorf("%.40q %v to %d: %d bytes", descr, shape, to, len(a.data))
				}
				if !bytes.HasPrefix(a.bytes(), []byte("\x93NUMPY")) {
					t.Errorf("%.40q %v to %d: no array", descr, shape, to)
				}
			}
		}
	}
}
