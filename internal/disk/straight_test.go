//go:build unix

package disk

import (
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// A straight path leads where the system goes by the path as it was, whatever
// links are on it.
func TestStraight(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, folder := range []string{"a/b/c", "deep/er/still", "sub"} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"link": "deep/er", "a/up": "..", "sub/far": filepath.Join("..", "a", "b"), "deep/here": "."} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	steps := rapid.SliceOfN(rapid.SampledFrom([]string{"..", "..", ".", "a", "b", "c", "up", "link", "deep", "er", "sub", "far", "here"}), 1, 8)
	reached := 0
	rapid.Check(t, func(t *rapid.T) {
		path := ""
		if rapid.Bool().Draw(t, "from the root") {
			path = here + "/"
		}
		for k, step := range steps.Draw(t, "steps") {
			if k > 0 {
				path += "/"
			}
			path += step
		}
		want, err := os.Stat(path)
		if err != nil {
			return
		}
		reached++
		got, err := os.Stat(Straight(OS{}, path))
		if err != nil || !os.SameFile(got, want) {
			t.Fatalf("%s became %s: %v", path, Straight(OS{}, path), err)
		}
		if again := Straight(OS{}, Straight(OS{}, path)); again != Straight(OS{}, path) {
			t.Fatalf("%s became %s, and that %s", path, Straight(OS{}, path), again)
		}
	})
	if reached < 10 {
		t.Errorf("only %d paths led anywhere", reached)
	}
	for path, want := range map[string]string{
		"": "", "new": "new", "../x": "../x", "../../x/": "../../x/", "new/../x": "x", "new/../../x": "../x", "./a/./b": "./a/./b",
		"link/../x": "deep/x", "sub/../link/../x": "deep/x", "link/../x/": "deep/x/", "a/..": ".", "/..": "/", "/../x": "/x",
		"W_rec[:10] = 0": "W_rec[:10] = 0", "a/up/../x": "../x",
	} {
		if got := Straight(OS{}, path); got != want {
			t.Errorf("%q became %q, not %q", path, got, want)
		}
	}
}
