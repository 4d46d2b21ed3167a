package external

// Lines of JSON and bytes of arrays between this program and that of the user.

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"psychrnn/internal/fault"
)

// A setting is the first line that a program reads.
type setting struct {
	Dt      float64 `json:"dt"`
	Tau     float64 `json:"tau"`
	T       float64 `json:"T"`
	N_batch int     `json:"N_batch"`
	N_in    int     `json:"N_in"`
	N_out   int     `json:"N_out"`
}

// A greeting is the first line that a program writes.
type greeting struct {
	N_in      int     `json:"N_in"`
	N_out     int     `json:"N_out"`
	T         float64 `json:"T"`
	Dt        float64 `json:"dt"`
	Addressed bool    `json:"addressed"` // its trials follow from the request alone
}

// A request is a line that asks for trials.
type request struct {
	Purpose string `json:"purpose"`
	Stage   int    `json:"stage"`
	First   uint64 `json:"first"`
	Trials  int    `json:"trials"`
	Seed    uint64 `json:"seed"`
	Batch   uint64 `json:"batch"` // number of the batch of the first trial, from 1
	Trial   uint64 `json:"trial"` // its place in the batch, from 0
	N_batch uint64 `json:"N_batch"`
}

// numbered is a request as it is written. Its number, by which the answer is known,
// says nothing of the trials.
type numbered struct {
	Number int `json:"number"`
	request
}

// A answerHeader is the line before the bytes of an answer.
type answerHeader struct {
	Number int   `json:"number"`
	Bytes  int64 `json:"bytes"`
}

// mostLine bounds a line of a program.
const mostLine = 1 << 16

// answersAlone is the hint where something else was read than an answer.
const answersAlone = "what it writes on standard output must be answers alone, see docs/own-trials.md; the rest belongs on standard error"

// malformed is the mistake of a program that wrote something else than it should.
func malformed(hint, format string, args ...any) error {
	return fault.New(fault.Failed, hint, format, args...)
}

// readLine reads one line of JSON, what for a message.
func readLine(r *bufio.Reader, what string, v any) error {
	line, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return malformed(answersAlone, "wrote %s and no end of a line where %s should be", excerpt(line), what)
	case err != nil && len(line) > 0:
		return malformed(answersAlone, "stopped in the middle of a line, %s, where %s should be", excerpt(line), what)
	case err != nil:
		return err
	}
	if err := json.Unmarshal(line, v); err != nil || line[0] != '{' {
		return malformed(answersAlone, "wrote %s where %s should be", excerpt(line), what)
	}
	return nil
}

func excerpt(line []byte) string {
	line = bytes.TrimSpace(line)
	if len(line) > 60 {
		line = append(line[:60:60], "..."...)
	}
	return fmt.Sprintf("%q", line)
}

// readHello reads the first line of a program.
func readHello(r *bufio.Reader) (h greeting, err error) {
	return h, readLine(r, `its first line, such as {"N_in": 2, "N_out": 2, "T": 2000, "dt": 10, "addressed": true},`, &h)
}

// readAnswer reads a header and the bytes of an .npz file. What the header says is
// expected or refused by expect, which gives the most bytes that can be right.
func readAnswer(r *bufio.Reader, expect func(answerHeader) (most int64, err error)) ([]byte, error) {
	var h answerHeader
	if err := readLine(r, `the line before an answer, {"number": 17, "bytes": 1234},`, &h); err != nil {
		return nil, err
	}
	most, err := expect(h)
	if err != nil {
		return nil, err
	}
	if h.Bytes < 1 || h.Bytes > most {
		return nil, malformed(answersAlone, "announced an answer of %d bytes, but 1 to %d can be right", h.Bytes, most)
	}
	var content bytes.Buffer
	if n, err := io.CopyN(&content, r, h.Bytes); err != nil {
		return nil, malformed(answersAlone, "stopped after %d of the %d bytes of an answer", n, h.Bytes)
	}
	return content.Bytes(), nil
}
