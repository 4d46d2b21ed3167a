//go:build unix

package disk

import (
	"os"
	"path/filepath"
	"testing"
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
	reached := 0
	leads := func(path string) {
		want, err := os.Stat(path)
		if err != nil {
			return
		}
		reached++
		straight := Straight(OS{}, path)
		got, err := os.Stat(straight)
		if err != nil || !os.SameFile(got, want) {
			t.Errorf("%s became %s: %v", path, straight, err)
		}
		if again := Straight(OS{}, straight); again != straight {
			t.Errorf("%s became %s, and that %s", path, straight, again)
		}
	}
	var walk func(path string, steps int)
	walk = func(path string, steps int) {
		leads(path)
		for _, step := range []string{"..", ".", "a", "b", "c", "up", "link", "deep", "er", "sub", "far", "here"} {
			if _, err := os.Stat(path + "/" + step); err == nil && steps > 0 {
				walk(path+"/"+step, steps-1)
			}
		}
	}
	for _, begin := range []string{here, ".", "a", "link", "sub"} {
		walk(begin, 5)
	}
	if reached < 1000 {
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
