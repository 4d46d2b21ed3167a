package npz

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/npz/npztest"
)

// manifest holds pickled members by what they say.
type manifest struct {
	Pickled map[string]string `json:"member_bytes_numpy1_names_protocol_2_hex"`
	Foreign map[string]string `json:"member_bytes_written_by_the_original_hex"`
}

func readManifest(t testing.TB) (m manifest) {
	t.Helper()
	if err := json.Unmarshal(npztest.Golden(t, "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Pickled) < 10 || len(m.Foreign) < 10 {
		t.Fatal("the manifest is not what it was")
	}
	return m
}

func open(data []byte) (*File, error) { return Read(bytes.NewReader(data), int64(len(data)), Limits{}) }

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
