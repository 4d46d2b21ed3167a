package weights

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/npz/npztest"
)

// expected is what the manifest says that reading a golden file must come to.
type expected struct {
	File       string
	Expect     string
	Dale       *float64 `json:"dale_ratio"`
	Transfer   *string  `json:"transfer_function"`
	ErrorAbout string   `json:"error_about"`
	MayRead    bool     `json:"may_read"`
	MayRefuse  bool     `json:"may_refuse"`
}

func readManifest(t testing.TB) []expected {
	t.Helper()
	var m struct{ Files []expected }
	if err := json.Unmarshal(npztest.Golden(t, "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Files) < 100 {
		t.Fatal("the manifest is not what it was")
	}
	return m.Files
}

func open(data []byte) (*npz.File, *Loaded, error) {
	f, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{})
	if err != nil {
		return nil, nil, err
	}
	net, err := FromFile(f)
	return f, net, err
}

// written returns what reading finds after writing f.
func written(t *testing.T, f *npz.File) *npz.File {
	t.Helper()
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	back, err := npz.Read(bytes.NewReader(out.Bytes()), int64(out.Len()), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestGoldenFiles(t *testing.T) {
	data := npztest.Golden(t, "values.npz")
	values, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	const marker = "/tmp/pwned" // what the hostile pickles would make
	if _, err := os.Stat(marker); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is there before the test", marker)
	}
	for _, want := range readManifest(t) {
		t.Run(want.File, func(t *testing.T) {
			data := npztest.Golden(t, want.File)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f, net, err := open(data)
			runtime.ReadMemStats(&after)
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 8<<20 {
				t.Errorf("took %d bytes of memory for a file of %d", taken, len(data))
			}
			if err != nil {
				checkRefusal(t, err, want.ErrorAbout)
				if want.Expect != "refuse" && !want.MayRefuse {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if want.Expect == "refuse" {
				if !want.MayRead {
					t.Error("not refused")
				}
				return
			}
			t.Logf("warnings %q, faults %q", net.Warnings, net.Faults)
			if warned := len(net.Warnings) > 0; want.Expect == "read_warn" && !warned || want.Expect == "read" && warned {
				t.Errorf("%s, but the warnings are %q", want.Expect, net.Warnings)
			}
			if got := net.Network.Dale.Ratio; want.Dale == nil && got != 0 || want.Dale != nil && got != *want.Dale {
				t.Errorf("dale_ratio %v, want %v", got, want.Dale)
			}
			checkTransfer(t, net.Function, want.Transfer)
			compared := 0
			for _, v := range values.Members {
				name, ok := strings.CutPrefix(v.Name, want.File+"|")
				if !ok {
					continue
				}
				m, _ := f.Get(name)
				got, err := m.Array.Float64s()
				reference, err2 := v.Array.Float64s()
				if diff := cmp.Diff(reference, got); diff != "" || err != nil || err2 != nil {
					t.Errorf("%s differs (want -, got +): %v %v\n%s", name, err, err2, diff)
				}
				compared++
			}
			if compared < 11 && want.Expect != "read_ignoring_callable" {
				t.Errorf("only %d members have reference values", compared)
			}
		})
	}
	if _, err := os.Stat(marker); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a pickle was run: %s is there", marker)
	}
}

// checkRefusal wants an error of our type that names what the manifest names first.
func checkRefusal(t *testing.T, err error, about string) {
	t.Helper()
	t.Log(err)
	var typed *fault.Error
	if !errors.As(err, &typed) {
		t.Fatalf("%v is no *fault.Error", err)
	}
	if word, _, _ := strings.Cut(about, " "); !strings.Contains(err.Error(), strings.TrimRight(word, ",")) {
		t.Errorf("%q does not name %q", err, word)
	}
}

func checkTransfer(t *testing.T, got *npz.Reference, want *string) {
	t.Helper()
	switch {
	case want == nil && got != nil:
		t.Errorf("transfer function %s, want none", got)
	case want == nil:
	case got == nil:
		t.Errorf("no transfer function, want %s", *want)
	case *want == "evil__flow...relu":
		if got.Module != "evil__flow.python.ops.gen_nn_ops" {
			t.Errorf("transfer function %s, want one of evil__flow", got)
		}
	case got.Name != *want && got.String() != *want:
		t.Errorf("transfer function %s, want %s", got, *want)
	}
}
