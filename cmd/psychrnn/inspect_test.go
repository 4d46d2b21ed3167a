package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/fault"
)

// Every file that looking may come across is shown or refused, changed or
// refused; none of them gets a command run.
func TestEveryWeightFile(t *testing.T) {
	const pwned = "/tmp/pwned" // what the hostile files try to make
	names, err := filepath.Glob("../../testdata/goldens/13_files/*.npz")
	if err != nil || len(names) < 100 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	folder := t.TempDir()
	edited, plain, array := filepath.Join(folder, "edited.npz"), filepath.Join(folder, "plain.npz"), filepath.Join(folder, "w.npy")
	for _, name := range names {
		looked := invoke("inspect", name)
		commands := [][]string{
			{"inspect", name, "--json"},
			{"inspect", name, names[0]},
			{"inspect", name, "--get", "W_rec", "-o", array},
			{"edit", name, edited, "--overwrite", "W_rec[:2, :2] = 0"},
			{"edit", name, plain, "--overwrite", "--plain"},
		}
		for _, c := range commands {
			o := invoke(c...)
			if o.status != 0 && o.status != fault.File && o.status != fault.Usage {
				t.Errorf("%q: status %d\n%s", c, o.status, o.stderr)
			}
			if (o.status != 0) != strings.Contains(o.stderr, `error`) {
				t.Errorf("%q: status %d, but it says\n%s", c, o.status, o.stderr)
			}
		}
		switch looked.status {
		case 0:
			for _, c := range [][]string{{"inspect", edited}, {"inspect", plain}} {
				if o := invoke(c...); o.status != 0 || strings.Contains(o.stdout, " object ") && c[1] == plain {
					t.Errorf("%s, then %q: status %d\n%s%s", name, c, o.status, o.stdout, o.stderr)
				}
			}
		case fault.File:
			if looked.stdout != "" && !strings.Contains(looked.stdout, "\nrefused  ") {
				t.Errorf("%s is refused, but it says\n%s", name, looked.stdout)
			}
		default:
			t.Errorf("%s: status %d", name, looked.status)
		}
		for _, text := range []string{looked.stdout, looked.stderr} {
			if strings.ContainsAny(text, "\x1b\x00\r") {
				t.Errorf("%s gets bytes to the terminal that are no text: %q", name, text)
			}
		}
	}
	if _, err := os.Stat(pwned); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a pickle was run: %s is there", pwned)
	}
}

// JSON says what the words say.
func TestInspectJSON(t *testing.T) {
	var got struct {
		Members []struct {
			Name  string
			Shape []int
			Zeros *int
		}
		Network struct {
			Units          int
			SpectralRadius float64 `json:"spectral_radius"`
		}
	}
	const name = "../../testdata/goldens/13_files/published_saved_weights.npz"
	if err := json.Unmarshal([]byte(succeed(t, "inspect", "--json", name)), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Members) != 24 || got.Members[23].Shape != nil || *got.Members[6].Zeros != 2450 || got.Network.Units != 50 {
		t.Errorf("%+v", got)
	}
}
