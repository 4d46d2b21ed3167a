package ui

// Outputs that are pipes or devices, which nobody may read.

import (
	"bytes"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
)

// heedful is a disk on which an output that is a pipe or a device, which nobody
// may read, does not keep the program from ending.
type heedful struct {
	disk.Disk
	ending *Ending
}

// Heedful is that disk for a program that ends so.
func Heedful(d disk.Disk, e *Ending) disk.Disk { return heedful{d, e} }

// Stream opens a pipe once somebody reads it.
func (d heedful) Stream(path string) (disk.Handle, error) {
	f, err := soon(d.ending, func() (disk.Handle, error) { return d.Disk.Stream(path) })
	if err != nil {
		return nil, err
	}
	return heedfulFile{f, d.ending}, nil
}

type heedfulFile struct {
	disk.Handle
	ending *Ending
}

// portion is how many bytes are written at once: somebody who takes so many
// within a moment does read, and is waited for.
const portion = 1 << 16

// Write writes as much as somebody reads.
func (f heedfulFile) Write(b []byte) (written int, err error) {
	for err == nil && written < len(b) {
		// Whoever wrote may use b again as soon as this returns, and what is not
		// waited for any more may still have to write it then.
		content := bytes.Clone(b[written:min(len(b), written+portion)])
		var n int
		n, err = soon(f.ending, func() (int, error) { return f.Handle.Write(content) })
		written += n
	}
	return written, err
}

// Close closes; a terminal does so once it has shown everything.
func (f heedfulFile) Close() error {
	_, err := soon(f.ending, func() (struct{}, error) { return struct{}{}, f.Handle.Close() })
	return err
}

// soon waits for something and, once the program is to end, for a moment only.
func soon[T any](e *Ending, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-e.asked:
	}
	select {
	case r := <-done:
		return r.value, r.err
	case <-time.After(moment):
		var none T
		return none, fault.New(fault.Interrupted, "", "interrupted while nobody read what was written")
	}
}
