package disk

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"psychrnn/internal/npz"
)

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// A file is written whole, or the old one stays and nothing is left beside it.
func TestWriteNamed(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.txt")
	text := func(s string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, writeErr := io.WriteString(w, s)
			return errors.Join(writeErr, err)
		}
	}
	cause := errors.New("the disk is on fire")
	var file *Error
	for _, c := range []struct {
		write func(io.Writer) error
		fails bool
		want  string
	}{
		{text("half", cause), true, ""},
		{text("old", nil), false, "old"},
		{text("half", cause), true, "old"},
		{text("new", nil), false, "new"},
	} {
		err := WriteNamed(OS{}, path, c.write)
		if c.fails != errors.Is(err, cause) || c.fails && (!errors.As(err, &file) || file.Path != path) {
			t.Errorf("error %v", err)
		}
		got, _ := os.ReadFile(path)
		if string(got) != c.want {
			t.Errorf("it holds %q, want %q", got, c.want)
		}
		if list := names(t, folder); len(list) > 1 {
			t.Errorf("left behind: %v", list)
		}
	}
	if err := WriteNamed(OS{}, filepath.Join(folder, "no", "b.txt"), text("", nil)); !errors.As(err, &file) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// The hint of a path that does not exist is what may have been meant.
func TestHint(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"runs/hello/weights.npz", "exp.yaml"} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"runs/hello/wieghts.npz": "runs/hello/weights.npz",
		"runs/helo/weights.npz":  "runs/hello",
		"rnus/helo/weights.npz":  "runs",
		"ex.yaml":                "exp.yaml",
		"unlike/anything":        "",
	} {
		_, err := ReadWeights(OS{}, filepath.Join(folder, path), npz.Limits{})
		var file *Error
		if !errors.As(err, &file) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		hint := "did you mean " + filepath.Join(folder, want) + "?"
		if want == "" {
			hint = "check the path"
		}
		if !strings.HasPrefix(file.Hint(), hint) {
			t.Errorf("%s: %s, want %s", path, file.Hint(), hint)
		}
	}
}

// One thing is absent, and is told from what failed, whoever asks.
func TestAbsent(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(folder, "nothing"), filepath.Join(file, "below")} {
		_, look := Stat(OS{}, path)
		_, open := ReadText(OS{}, path)
		for _, err := range []error{look, open} {
			if !Absent(err) || Failed(err) {
				t.Errorf("%s: it failed: %v", path, err)
			}
		}
		there, errThere := Exists(OS{}, path)
		is, errIs := IsFolder(OS{}, path)
		list, errList := EntryNames(OS{}, path)
		if err := errors.Join(errThere, errIs, errList, Remove(OS{}, path)); there || is || len(list) > 0 || err != nil {
			t.Errorf("%s: there %v, a folder %v, names %q: %v", path, there, is, list, err)
		}
	}
	if list, err := EntryNames(OS{}, file); err == nil {
		t.Errorf("a file has names: %q", list)
	}
	for _, err := range []error{
		&os.PathError{Op: "read", Err: syscall.EIO}, &os.LinkError{Op: "rename", Err: syscall.EIO}, os.NewSyscallError("fsync", syscall.EIO),
	} {
		if !Failed(wrap(file, err)) {
			t.Errorf("%v is no failure of the disk", err)
		}
	}
}

// Another name is advised only where the name is to blame.
func TestHintOfInvalid(t *testing.T) {
	for _, operation := range []string{"read", "write", "sync"} {
		err := &Error{Path: "a", Err: &os.PathError{Op: operation, Path: "a", Err: syscall.EINVAL}}
		if hint := err.Hint(); strings.Contains(hint, "name") {
			t.Errorf("%s: %s", operation, hint)
		}
	}
	if err := (*Error)(nil); !errors.As(PossibleInside(OS{}, t.TempDir(), "a\x00b"), &err) || err.Hint() != "give another name" {
		t.Errorf("a name that cannot be: %v", err)
	}
}
