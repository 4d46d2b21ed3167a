package external

// What programs write on standard error.

import (
	"bytes"
	"strings"
	"sync"
)

// stderrTail hears standard error, hands on every line, and keeps the last.
type stderrTail struct {
	say   func(line string)
	mutex sync.Mutex
	part  []byte
	kept  string
}

// mostWords bounds a line of standard error.
const mostWords = 4096

// Write takes what comes.
func (t *stderrTail) Write(b []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.part = append(t.part, b...)
	for {
		end := bytes.IndexByte(t.part, '\n') + 1
		if end == 0 {
			if len(t.part) < mostWords {
				return len(b), nil
			}
			end = mostWords
		}
		t.line(t.part[:end])
		t.part = t.part[end:]
	}
}

func (t *stderrTail) line(b []byte) {
	line := strings.TrimRight(strings.ToValidUTF8(string(b), "?"), "\r\n")
	line = line[strings.LastIndexByte(line, '\r')+1:] // what a bar of progress shows in the end
	if strings.TrimSpace(line) != "" {
		t.kept = strings.TrimSpace(line)
	}
	if t.say != nil {
		t.say(line)
	}
}

// flush takes a line without an end for one.
func (t *stderrTail) flush() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if len(t.part) > 0 {
		t.line(t.part)
		t.part = nil
	}
}

// last is the last line that says anything.
func (t *stderrTail) last() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.kept
}
