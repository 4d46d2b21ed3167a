//go:build unix

package ui

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// What nobody read in time is printed as it was when it was printed, and who
// begins to read again is waited for again.
func TestReadAgain(t *testing.T) {
	t.Parallel()
	full, late := unread(t)
	if err := full.SetWriteDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	s := Streams{Ending: NewEnding(nil)}
	s.Print(full, full)
	s.Ending.Ask()
	result := []byte("result\n")
	if n, err := s.Out.Write(result); n != 0 || err == nil {
		t.Errorf("%d bytes were read by nobody: %v", n, err)
	}
	copy(result, "again.")
	b := make([]byte, 1<<20)
	var said []byte
	for !bytes.HasSuffix(said, []byte("\n")) {
		n, err := late.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, b[:n]...)
	}
	if text := strings.TrimLeft(string(said), "\x00"); text != "result\n" {
		t.Errorf("said %q", text)
	}
	time.Sleep(50 * time.Millisecond) // until it knows that this is written
	if _, err := s.Err.Write(make([]byte, 200_000)); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() {
		for length := 200_000; length > 0; {
			n, err := late.Read(b)
			if err != nil {
				return
			}
			length -= n
		}
	})
	s.Flush()
	p := s.Err.(*pen).printer
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.bytes > 0 {
		t.Errorf("the end does not wait for %d bytes", p.bytes)
	}
}

// unread is the end to write to of a pipe that is full, and that nobody reads.
func unread(t *testing.T) (write, read *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	if err := write.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = write.Write(make([]byte, 512))
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	return write, read
}
