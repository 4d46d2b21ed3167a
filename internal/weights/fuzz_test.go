// Fuzzing goes on quickly with -fuzzminimizetime 10x: making an archive smaller
// byte by byte takes Go a minute each time otherwise.

package weights

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"psychrnn/internal/npz"
	"psychrnn/internal/npz/npztest"
)

// What can be read can be written, and is then the same file.
func FuzzRead(f *testing.F) {
	npztest.Seeds(f, func(_ string, data []byte) { f.Add(data) })
	f.Fuzz(func(t *testing.T, data []byte) {
		npztest.Frugal(t, 128<<20, func() {
			file, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{Size: 1 << 22})
			if err != nil {
				return
			}
			if net, err := FromFile(file); err == nil {
				if ratio := net.Network.Dale.Ratio; !(ratio >= 0 && ratio <= 1) || net.Network.N < 1 {
					t.Errorf("impossible network %+v", net)
				}
				for _, text := range append(net.Warnings, net.Faults...) {
					if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
						t.Errorf("%q cannot be printed", text)
					}
				}
			}
			ProvenanceOf(file)
			if plain, _, err := WithoutPickles(file); err == nil {
				if err := plain.Write(io.Discard); err != nil {
					t.Error(err)
				}
			}
			var first, second bytes.Buffer
			if err := file.Write(&first); err != nil {
				t.Fatal(err)
			}
			back, err := npz.Read(bytes.NewReader(first.Bytes()), int64(first.Len()), npz.Limits{Members: len(file.Members) + 1})
			if err != nil {
				t.Fatal(err)
			}
			if err := back.Write(&second); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Error("written again it is other bytes")
			}
		})
	})
}
