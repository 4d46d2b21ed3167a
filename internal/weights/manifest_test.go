package weights

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goldens = "../../testdata/goldens/13_files"

// manifest says of every golden file what reading it must come to.
type manifest struct {
	Files []struct {
		File       string
		Expect     string
		Dale       *float64 `json:"dale_ratio"`
		Transfer   *string  `json:"transfer_function"`
		ErrorAbout string   `json:"error_about"`
		MayRead    bool     `json:"may_read"`
		MayRefuse  bool     `json:"may_refuse"`
	}
	Pickled map[string]string `json:"member_bytes_numpy1_names_protocol_2_hex"`
	Foreign map[string]string `json:"member_bytes_written_by_the_original_hex"`
}

func readManifest(t testing.TB) (m manifest) {
	t.Helper()
	if err := json.Unmarshal(golden(t, "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Files) < 100 || len(m.Pickled) < 10 || len(m.Foreign) < 10 {
		t.Fatal("the manifest is not what it was")
	}
	return m
}

func golden(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(goldens, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func open(data []byte) (*File, *Network, error) {
	f, err := Read(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		return nil, nil, err
	}
	net, err := f.Network()
	return f, net, err
}

func TestGoldenFiles(t *testing.T) {
	data := golden(t, "values.npz")
	values, err := Read(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	const marker = "/tmp/pwned" // what the hostile pickles would make
	if _, err := os.Stat(marker); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is there before the test", marker)
	}
	for _, want := range readManifest(t).Files {
		t.Run(want.File, func(t *testing.T) {
			data := golden(t, want.File)
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
			ratio := 0.0
			if want.Dale != nil {
				ratio = *want.Dale
			}
			if net.DaleRatio != ratio {
				t.Errorf("dale_ratio %v, want %v", net.DaleRatio, ratio)
			}
			checkTransfer(t, net.Transfer, want.Transfer)
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
	var typed *Error
	if !errors.As(err, &typed) {
		t.Fatalf("%v is no *Error", err)
	}
	if word, _, _ := strings.Cut(about, " "); !strings.Contains(err.Error(), strings.TrimRight(word, ",")) {
		t.Errorf("%q does not name %q", err, word)
	}
}

func checkTransfer(t *testing.T, got *Reference, want *string) {
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

func TestPickledBytes(t *testing.T) {
	m := readManifest(t)
	for name, want := range m.Pickled {
		raw, err := hex.DecodeString(want)
		if err != nil {
			t.Fatal(err)
		}
		object := objectOf(t, raw)
		if object.Fault != "" {
			t.Fatalf("%s: %s", name, object.Fault)
		}
		got, err := Pickled("x", object.Value)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(raw, got.raw); diff != "" {
			t.Errorf("%s differs (want -, got +):\n%s", name, diff)
		}
		if diff := cmp.Diff(object, *got.Object); diff != "" {
			t.Errorf("%s: what is written is not what is said:\n%s", name, diff)
		}
	}
	for name, foreign := range m.Foreign {
		raw, err := hex.DecodeString(foreign)
		if err != nil {
			t.Fatal(err)
		}
		short, full, isFunction := strings.Cut(strings.TrimSuffix(name, ")"), " (")
		object := objectOf(t, raw)
		if r, ok := object.Value.(Reference); ok != isFunction || ok && r.String() != full || object.Fault != "" {
			t.Errorf("%s is read as %+v", short, object)
		}
	}
}

// objectOf reads the object of an .npy file.
func objectOf(t *testing.T, npy []byte) Object {
	t.Helper()
	f := &File{Members: []Member{{Name: "x", Other: "object", raw: npy}}}
	m, _ := written(t, f).Get("x")
	if m.Object == nil {
		t.Fatalf("%+v is no object", m)
	}
	return *m.Object
}

// written returns what reading finds after writing f.
func written(t *testing.T, f *File) *File {
	t.Helper()
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	back, err := Read(bytes.NewReader(out.Bytes()), int64(out.Len()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return back
}
