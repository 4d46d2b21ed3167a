package external

import (
	"bufio"
	"bytes"
	"fmt"
	"testing"

	"psychrnn/internal/npz"
)

// Whatever a program writes is read or refused, and no answer takes more than
// the limit.
func FuzzAnswers(f *testing.F) {
	good := fakeTrials("good", 1, request{Trials: 2})
	f.Add(fmt.Appendf(nil, "{\"N_in\": 2, \"addressed\": true}\n{\"bytes\": %d}\n%s", len(good), good))
	f.Add([]byte("{}\n{\"bytes\": 1e3}\nabc"))
	f.Add([]byte("[]\n"))
	const limit = 1 << 16
	f.Fuzz(func(t *testing.T, written []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(written), mostLine)
		if _, err := readHello(r); err != nil {
			return
		}
		for {
			content, err := readAnswer(r, func(answerHeader) (int64, error) { return limit, nil })
			if err != nil {
				return
			}
			if len(content) == 0 || len(content) > limit {
				t.Fatalf("an answer of %d bytes", len(content))
			}
			a, err := ReadArchive(bytes.NewReader(content), int64(len(content)), npz.Limits{Size: limit})
			if err == nil && (a.Trials < 1 || a.Steps < 1 || a.Inputs < 1 || a.Outputs < 1) {
				t.Fatalf("empty trials: %+v", a)
			}
		}
	})
}
