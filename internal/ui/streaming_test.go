package ui

import (
	"bytes"
	"testing"
	"time"

	"psychrnn/internal/disk"
)

// slow is a pipe whose reader takes its time for each piece of what is written.
type slow struct {
	disk.Handle
	pace  time.Duration
	taken chan []byte
}

// piped is a disk that holds nothing but that.
type piped struct {
	disk.Disk
	slow slow
}

func (p piped) Stream(string) (disk.Handle, error) { return p.slow, nil }

func (s slow) Write(b []byte) (int, error) {
	time.Sleep(s.pace)
	s.taken <- bytes.Clone(b)
	return len(b), nil
}

// Once the program is to end, an output that is read is written to its end, and
// one that is not read is left, with what it was given.
func TestOutputTakenSlowly(t *testing.T) {
	e := NewEnding(nil)
	e.Ask()
	content := bytes.Repeat([]byte("0123456789"), 50_000)
	s := slow{pace: moment / 5, taken: make(chan []byte, 100)}
	f, err := heedful{piped{slow: s}, e}.Stream("")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.Write(content); n != len(content) || err != nil {
		t.Errorf("%d bytes of %d are written: %v", n, len(content), err)
	}
	close(s.taken)
	var got []byte
	for piece := range s.taken {
		got = append(got, piece...)
	}
	if !bytes.Equal(got, content) {
		t.Errorf("%d bytes of %d, or others", len(got), len(content))
	}

	s = slow{pace: moment * 3 / 2, taken: make(chan []byte, 100)}
	if f, err = (heedful{piped{slow: s}, e}).Stream(""); err != nil {
		t.Fatal(err)
	}
	text := []byte("a result")
	if n, err := f.Write(text); n != 0 || err == nil {
		t.Errorf("%d bytes are written: %v", n, err)
	}
	copy(text, "another.")
	if got := <-s.taken; string(got) != "a result" {
		t.Errorf("written: %q", got)
	}
}
