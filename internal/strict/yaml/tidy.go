package yaml

// Memory in proportion to the text.

import (
	"io"
	"runtime"
)

// A text of a few megabytes becomes a million nodes of the library. Garbage beside
// them is collected before there is much of it, because the collector alone falls
// behind where others use the processors, and memory in proportion to the file is
// what reading promises. Texts of an ordinary size never come to this.
const (
	tidyBytes = 256 << 10 // of text, after the first such bytes
	tidyNodes = 128 << 10
)

// tidyReader reads a text, and collects garbage on the way.
type tidyReader struct {
	text string
	at   int
}

func (r *tidyReader) Read(p []byte) (int, error) {
	if r.at == len(r.text) {
		return 0, io.EOF
	}
	before := r.at
	n := copy(p, r.text[r.at:])
	if r.at += n; before/tidyBytes != r.at/tidyBytes && before >= tidyBytes {
		runtime.GC()
	}
	return n, nil
}
