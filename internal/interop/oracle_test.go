//go:build interop

package interop_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"psychrnn/internal/npz"
)

// oracle is the original package, waiting for requests.
type oracle struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Reader
	trouble *bytes.Buffer
}

// startOracle starts the original. It ends with the test.
func startOracle(t *testing.T) *oracle {
	t.Helper()
	python, script := os.Getenv(pythonVariable), os.Getenv(scriptVariable)
	if python == "" || script == "" {
		message := fmt.Sprintf("left out: tests against the original package, for %s and %s are not both set", pythonVariable, scriptVariable)
		if os.Getenv("CI") == "true" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	o := &oracle{t: t, trouble: &bytes.Buffer{}}
	process := exec.Command(python, filepath.Join("testdata", "session.py"), script)
	process.Stderr = o.trouble
	in, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatalf("the original does not start: %v", err)
	}
	o.in, o.out = in, bufio.NewReader(out)
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		if err := process.Wait(); err != nil {
			t.Errorf("the original ended badly: %v\n%s", err, o.trouble)
		}
	})
	return o
}

// ask runs a command of the script and decodes its answer.
func (o *oracle) ask(t *testing.T, answer any, arguments ...string) {
	t.Helper()
	request, err := json.Marshal(arguments)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(o.in, "%s\n", request); err != nil {
		t.Fatalf("the original is gone: %v", err)
	}
	line, err := o.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("the original gives no answer: %v", err)
	}
	var failed struct{ Error string }
	if err := json.Unmarshal(line, &failed); err != nil || failed.Error != "" {
		t.Fatalf("the original, asked for %q, fails: %s %v", arguments, failed.Error, err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		t.Fatalf("the original's answer %s: %v", line, err)
	}
}

// inspection is what the original finds in a weight file.
type inspection struct {
	DaleRatio *float64 `json:"dale_ratio"`
	Transfer  string   `json:"transfer_function"`
	Warnings  []string
	Members   map[string][2]any // shape and type
}

// inspect lets the original load a weight file.
func (o *oracle) inspect(t *testing.T, path string) (found inspection) {
	t.Helper()
	o.ask(t, &found, "inspect", "--weights", path)
	return found
}

// test lets the original run the network of a weight file on inputs (B,T,i);
// without a transfer function it takes the file's.
func (o *oracle) test(t *testing.T, path, kind, transfer string, alpha float64, x npz.Array) (outputs, states npz.Array) {
	t.Helper()
	folder := t.TempDir()
	inputs, out := filepath.Join(folder, "x.npy"), filepath.Join(folder, "out.npz")
	write(t, inputs, x.WriteNpy)
	arguments := []string{"test", "--weights", path, "--inputs", inputs, "--out", out, "--model", kind, "--alpha", fmt.Sprint(alpha)}
	if transfer != "" {
		arguments = append(arguments, "--transfer", transfer)
	}
	var answer any
	o.ask(t, &answer, arguments...)
	file := read(t, out)
	return member(t, file, "outputs"), member(t, file, "states")
}

// training is a train.json of the script.
type training struct {
	Model   string         `json:"model"`
	Network map[string]any `json:"network"`
	Weights string         `json:"weights,omitempty"`
	Task    map[string]any `json:"task,omitempty"`
	Batches string         `json:"batches,omitempty"`
	Updates int            `json:"updates"`
	Train   map[string]any `json:"train,omitempty"`
	Fixed   string         `json:"fixed_weights,omitempty"`
	Seed    int            `json:"seed,omitempty"`
}

// train lets the original train, and returns the weight file that it writes
// and the losses.
func (o *oracle) train(t *testing.T, c training) (path string, losses []float64) {
	t.Helper()
	folder := t.TempDir()
	config, path := filepath.Join(folder, "train.json"), filepath.Join(folder, "trained.npz")
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	write(t, config, func(w io.Writer) error { _, err := w.Write(text); return err })
	var answer struct{ Losses []float64 }
	o.ask(t, &answer, "train", "--config", config, "--out", path)
	return path, answer.Losses
}
