package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz/npztest"
)

// members compares files member by member, without what only the original bytes hold.
var members = cmpopts.IgnoreUnexported(Member{})

// archive builds a zip file of these entries by the standard library.
func archive(t testing.TB, entries ...*zip.FileHeader) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		w, err := z.CreateHeader(e)
		if err != nil {
			t.Fatal(err)
		}
		if err := ArrayOf(nil, []float32{1}).WriteNpy(w); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What lies uncompressed in a file can be read, however large.
func TestLimitFollowsTheFile(t *testing.T) {
	for size := int64(1); size < 1<<60; size *= 3 {
		if limit := (Limits{}).orDefault(size).Size; limit < size {
			t.Errorf("a file of %d bytes is read up to %d", size, limit)
		}
	}
}

// What the original wrote with numpy.savez is written again to the byte.
func TestWritesLikeNumPy(t *testing.T) {
	files, err := os.ReadDir(npztest.Goldens)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, file := range files {
		if name := file.Name(); strings.HasPrefix(name, "head_") || strings.HasPrefix(name, "v") && strings.Contains(name, "_dale_") {
			data := npztest.Golden(t, name)
			f, err := open(data)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := f.Write(&out); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, out.Bytes()) {
				t.Errorf("%s is written otherwise", name)
			}
			compared++
		}
	}
	if compared != 20 {
		t.Errorf("%d files compared, want 20", compared)
	}
}

func TestFileRoundTrip(t *testing.T) {
	pickled, err := Pickled("x", Reference{Module: "tensorflow.python.ops.gen_nn_ops", Name: "relu"})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		want := &File{}
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-zé_]{1,8}(/Adam(_[0-9])?)?`), 0, 8, rapid.ID).Draw(t, "names")
		for _, name := range names {
			m := Member{Name: name}
			switch rapid.SampledFrom([]string{"array", "array", "object", "other", "bare"}).Draw(t, "kind") {
			case "array":
				m.Array = arrays().Draw(t, "array")
			case "object":
				m.Object, m.raw = pickled.Object, pickled.raw
			case "other":
				m.Other = "entries of type <c8"
				m.raw = npy(rapid.ByteRange(1, 3).Draw(t, "format"), "{'descr': '<c8', 'fortran_order': True, 'shape': (1,)}", make([]byte, 8))
			case "bare":
				m.Other, m.bare, m.raw = "not an array", true, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
			}
			want.Members = append(want.Members, m)
		}
		var first, second bytes.Buffer
		if err := want.Write(&first); err != nil {
			t.Fatal(err)
		}
		got, err := Read(bytes.NewReader(first.Bytes()), int64(first.Len()), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		want.Size = int64(first.Len())
		if diff := cmp.Diff(want, got, members, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		if err := got.Write(&second); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatal("written again it is other bytes")
		}
	})
}

// far puts an archive's last part behind gigabytes that are never touched.
type far struct {
	at   int64
	tail []byte
}

func (f far) ReadAt(p []byte, at int64) (int, error) {
	n := int(max(0, min(int64(len(p)), f.at-at)))
	clear(p[:n])
	if n == len(p) {
		return n, nil
	}
	m, err := bytes.NewReader(f.tail).ReadAt(p[n:], at+int64(n)-f.at)
	return n + m, err
}

func TestBeyondFourGigabytes(t *testing.T) {
	for _, at := range []uint64{1<<31 - 10, 1<<32 - 10, 1 << 33} {
		var out bytes.Buffer
		z := zipWriter{out: &out, offset: at}
		for _, name := range []string{"a.npy", "b.npy"} {
			head, err := TextOf(name).header()
			if err != nil {
				t.Fatal(err)
			}
			if err := z.add(name, head, TextOf(name).Data); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.close(); err != nil {
			t.Fatal(err)
		}
		f, err := Read(far{int64(at), out.Bytes()}, int64(at)+int64(out.Len()), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := f.Get("b"); !ok || m.Array.Single() != "b.npy" {
			t.Errorf("at %d: b holds %q", at, m.Array.Single())
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"W_rec.npy":         "read",
		"W_rec/Adam_1.npy":  "read",
		"W:0.npy":           "read",
		"a..b/...npy":       "read",
		"notes.txt":         "read",
		"größe.npy":         "read",
		"/W_in.npy":         "left out", // so the original names another model's arrays
		`\\server\W_in.npy`: "left out",
		"C:/W_in.npy":       "left out",
		`c:\W_in.npy`:       "left out",
		"../W_in.npy":       "refused",
		`a\..\W_in.npy`:     "refused",
		"a/../../W_in.npy":  "refused",
		"W\x1b[2Jin.npy":    "refused",
		"W\nin.npy":         "refused",
		"\xff.npy":          "refused",
		".npy":              "refused",
		"":                  "refused",
	} {
		data := archive(t, &zip.FileHeader{Name: name})
		f, err := Read(bytes.NewReader(data), int64(len(data)), Limits{})
		got := "refused"
		if err == nil && len(f.Members) == 1 && len(f.Warnings) == 0 {
			got = "read"
		} else if err == nil && len(f.Members) == 0 && len(f.Warnings) == 1 {
			got = "left out"
		}
		if got != want {
			t.Errorf("%q: %s, want %s: %v", name, got, want, err)
		}
		f = &File{Members: []Member{{Name: strings.TrimSuffix(name, ".npy"), Array: TextOf("")}}}
		if err := f.Write(io.Discard); (err == nil) != (want == "read") {
			t.Errorf("%q written: %v", name, err)
		}
	}
}

func TestZipRefuses(t *testing.T) {
	whole := archive(t, &zip.FileHeader{Name: "a.npy"}, &zip.FileHeader{Name: "b.npy", Method: zip.Deflate})
	patched := func(old, with string, entry int) []byte { // in an entry of the directory
		out := bytes.Clone(whole)
		at := bytes.Index(out, []byte("PK\x01\x02"))
		for range entry {
			at += 4 + bytes.Index(out[at+4:], []byte("PK\x01\x02"))
		}
		i := at + bytes.Index(out[at:], []byte(old))
		copy(out[i:], with)
		return out
	}
	data := func(a Array) []byte {
		var out bytes.Buffer
		if err := a.WriteNpy(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	sum := crc32.ChecksumIEEE(data(ArrayOf(nil, []float32{1})))
	le := func(n uint32) string { return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}) }
	for name, c := range map[string]struct {
		file   []byte
		limits Limits
		want   string
	}{
		"whole":         {whole, Limits{}, ""},
		"encrypted":     {patched("PK\x01\x02\x14\x00\x14\x00\x08", "PK\x01\x02\x14\x00\x14\x00\x09", 0), Limits{}, "a: is encrypted"},
		"method":        {patched("PK\x01\x02\x14\x00\x14\x00\x08\x00\x08", "PK\x01\x02\x14\x00\x14\x00\x08\x00\x0c", 1), Limits{}, "b: compression method 12 is not understood"},
		"checksum":      {patched(le(sum), le(sum+1), 0), Limits{}, "a: checksum does not match the data"},
		"checksum zero": {patched(le(sum), le(0), 1), Limits{}, "b: checksum does not match the data"},
		"longer":        {patched(le(132)+le(132), le(132)+le(133), 0), Limits{}, "a: 5 bytes of data, but shape () of type <f4 needs 4"},
		"size":          {whole, Limits{Size: 263}, "b: more than the 263 bytes allowed for all arrays together"},
		"size enough":   {whole, Limits{Size: 264}, ""},
		"twice":         {archive(t, &zip.FileHeader{Name: "a.npy"}, &zip.FileHeader{Name: "a"}), Limits{}, "a: is there twice, and which one counts cannot be known"},
		"members":       {whole, Limits{Members: 1}, "more than 1 members"},
		"cut":           {whole[:len(whole)-30], Limits{}, "not a zip archive of arrays: zip: not a valid zip file"},
		"nothing":       {nil, Limits{}, "the file is empty, not a zip archive of arrays"},
	} {
		_, err := Read(bytes.NewReader(c.file), int64(len(c.file)), c.limits)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A deflated entry is cut off at the size that the directory gives, and damage is named.
func TestDamagedDeflate(t *testing.T) {
	data := npztest.Golden(t, "compressed.npz")
	refused := 0
	for at := 200; at < 1200; at += 7 {
		broken := bytes.Clone(data)
		broken[at] ^= 0x10
		if _, err := open(broken); err != nil {
			refused++
			var typed *fault.Error
			if !errors.As(err, &typed) || typed.Path == "" && !strings.Contains(typed.Text, "member name") {
				t.Errorf("byte %d: %v does not say where", at, err)
			}
		}
	}
	if refused < 100 {
		t.Errorf("only %d of 143 damaged files are refused", refused)
	}
}

func TestManyMembersCostLittle(t *testing.T) {
	var out bytes.Buffer
	z := zipWriter{out: &out}
	for i := range 200_000 {
		if err := z.add(fmt.Sprintf("%d.npy", i), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(bytes.NewReader(out.Bytes()), int64(out.Len()), Limits{})
	runtime.ReadMemStats(&after)
	if err == nil || err.Error() != "more than 4096 members" {
		t.Error(err)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 32<<20 {
		t.Errorf("took %d bytes of memory", taken)
	}
}

// The directory is read within a budget, the members are not.
func TestLargeMember(t *testing.T) {
	values := make([]float64, 1<<20)
	values[len(values)-1] = 1
	f := &File{Members: []Member{{Name: "größe", Array: ArrayOf([]int{1 << 10, 1 << 10}, values)}}}
	if m, _ := written(t, f).Get("größe"); !bytes.Equal(m.Array.Data, f.Members[0].Array.Data) {
		t.Error("another array is read than was written")
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || z.File[0].NonUTF8 {
		t.Errorf("a name beyond ASCII is not marked as UTF-8: %v", err)
	}
}

type failing struct{ after int }

var errDisk = errors.New("no space left")

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

func TestWriteFails(t *testing.T) {
	f := &File{Members: []Member{{Name: "a", Array: ArrayOf([]int{3}, []float32{1, 2, 3})}}}
	var whole bytes.Buffer
	if err := f.Write(&whole); err != nil {
		t.Fatal(err)
	}
	for after := range whole.Len() {
		if err := f.Write(&failing{after}); !errors.Is(err, errDisk) {
			t.Fatalf("after %d of %d bytes: %v", after, whole.Len(), err)
		}
	}
	for name, bad := range map[string]*File{
		"twice":      {Members: []Member{{Name: "a", Array: TextOf("")}, {Name: "a", Array: TextOf("")}}},
		"size":       {Members: []Member{{Name: "a", Array: Array{Type: "<f4", Shape: []int{2}, Data: make([]byte, 4)}}}},
		"type":       {Members: []Member{{Name: "a", Array: Array{Type: ">f4", Data: make([]byte, 4)}}}},
		"negative":   {Members: []Member{{Name: "a", Array: Array{Type: "<f4", Shape: []int{0, -1}}}}},
		"no content": {Members: []Member{{Name: "a"}}},
	} {
		if err := bad.Write(io.Discard); err == nil {
			t.Errorf("%s: written", name)
		}
	}
}
