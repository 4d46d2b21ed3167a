package external

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// member is an array of zeros unless values are given.
func member(name string, shape []int, values ...float64) npz.Member {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return npz.Member{Name: name, Array: npz.ArrayOf(shape, append(values, make([]float64, n-len(values))...))}
}

// fileOf is a file of three trials of four steps with two inputs and two outputs,
// and the given members in the place of its own.
func fileOf(t *testing.T, members ...npz.Member) []byte {
	t.Helper()
	f := npz.File{Members: []npz.Member{
		member("x", []int{3, 4, 2}), member("y", []int{3, 4, 2}), member("mask", []int{3, 4, 2}), member("side", []int{3}, 0, 1, 1)}}
	for _, m := range members {
		if m.Array.Type == "" {
			f.Remove(m.Name)
		} else {
			f.Set(m)
		}
	}
	var content bytes.Buffer
	if err := f.Write(&content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// loadTask reads and compiles a section beside a file trials.npz.
func loadTask(text string, content []byte) (*plan.Plan, Archives, error) {
	return loadBeside(func(name string) ([]byte, error) {
		switch {
		case name == "task.yaml":
			return []byte(text), nil
		case name == "trials.npz" && content != nil:
			return content, nil
		}
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	})
}

// loadBeside reads and compiles the section task.yaml among files.
func loadBeside(read func(name string) ([]byte, error)) (p *plan.Plan, files Archives, err error) {
	loader := strict.Loader{Read: read, ReadArrays: read, Type: reflect.TypeFor[task.Config]()}
	c, files := &task.Config{}, Archives{}
	n, err := loader.Tree("task.yaml", nil)
	if err != nil {
		return nil, nil, err
	}
	err = loader.Decode(n, c, func(*strict.Node) {
		if c.Section != nil && (c.Kind != task.FromFile || files.Learn(c)) {
			p = plan.New(c)
		}
	})
	return p, files, err
}

const timing = ", dt: 10, tau: 100, N_batch: 4}"

func TestArchiveMistakes(t *testing.T) {
	texts := npz.Member{Name: "side", Array: npz.TextsOf([]string{"left", "right", "left"})}
	for want, content := range map[string][]byte{
		"trials.npz: y: is missing":                                                            fileOf(t, npz.Member{Name: "y"}),
		"trials.npz: y: has shape (3, 5, 2), but x has (3, 4, 2)":                              fileOf(t, member("y", []int{3, 5, 2})),
		"trials.npz: y: has shape (2, 4, 2), but x has (3, 4, 2)":                              fileOf(t, member("y", []int{2, 4, 2})),
		"trials.npz: mask: has shape (3, 4, 1), but y has (3, 4, 2)":                           fileOf(t, member("mask", []int{3, 4, 1})),
		"trials.npz: x: has shape (3, 8), but (trials, steps, channels) is needed":             fileOf(t, member("x", []int{3, 8})),
		"trials.npz: x: is empty: its shape is (0, 4, 2)":                                      fileOf(t, member("x", []int{0, 4, 2})),
		"trials.npz: x: is NaN at [0, 1, 0], but":                                              fileOf(t, member("x", []int{3, 4, 2}, 0, 0, math.NaN())),
		"trials.npz: mask: is +Inf at [0, 0, 0], but":                                          fileOf(t, member("mask", []int{3, 4, 2}, math.Inf(1))),
		"trials.npz: y: is 1e+39 at [0, 0, 1], but":                                            fileOf(t, member("y", []int{3, 4, 2}, 0, 1e39)),
		"trials.npz: side: has shape (2,), but x has (3, 4, 2)":                                fileOf(t, member("side", []int{2})),
		"trials.npz: side: has shape (3, 1), but (trials): a number for every trial is needed": fileOf(t, member("side", []int{3, 1})),
		"trials.npz: side: has entries of type <U5, which are no numbers":                      fileOf(t, texts),
		`the trials have a variable "T": T is a name of the language`:                          fileOf(t, member("T", []int{3})),
		`the trials have a variable "my side": this cannot be a name`:                          fileOf(t, member("my side", []int{3})),
		"the trials have 2 values of a vector v, but no v[1]":                                  fileOf(t, member("v[0]", []int{3}), member("v[2]", []int{3})),
		`the trials have a variable "v": the name is given twice`:                              fileOf(t, member("v[0]", []int{3}), member("v", []int{3})),
		`the trials have a variable "my v": this cannot be a name`:                             fileOf(t, member("my v[0]", []int{3})),
		"trials.npz: not a zip archive of arrays":                                              []byte("PK, but no more"),
		"cannot be read: trials.npz: file does not exist":                                      nil,
	} {
		_, _, err := loadTask("{kind: file, path: trials.npz"+timing, content)
		if err == nil || !strings.Contains(err.Error(), "task.yaml:1:20: path: "+want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestElsewhereMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"{kind: file" + timing, "path: missing"},
		{"{kind: file, path: trials.npz, order: random" + timing, `order: unknown value "random"`},
		{"{kind: file, path: trials.npz, T: 50" + timing, "T: 50 ms are 5 steps of dt, but trials.npz has 4"},
		{"{kind: file, path: trials.npz, N_out: 5" + timing, "N_out: is 5, but 2 in trials.npz"},
		{"{kind: file, path: trials.npz, inputs: [a, b, c]" + timing, "inputs: these are 3, but there are 2 in trials.npz"},
		{"{kind: file, path: trials.npz, trial: {a: 1}" + timing, "trial: with kind: file this comes with the trials"},
		{"{kind: file, path: trials.npz, noise: 1" + timing, "noise: with kind: file"},
		{"{kind: file, path: trials.npz, side: 1" + timing, "side: unknown key"},
		{"{kind: file, path: trials.npz, periods: {a: 20}" + timing, "periods.a: the trials are given, so"},
		{"{kind: file, path: trials.npz, command: [a]" + timing, "command: this belongs to kind: command"},
		{"{kind: file, path: trials.npz, accuracy: sied > 0" + timing, "sied"},
		{"{kind: file, path: {file: trials.npz, sha256: abc}" + timing, "path: trials.npz is not the file it was"},
		{"{kind: perceptual_discrimination, T: 100, path: trials.npz" + timing, "path: this belongs to kind: file"},
		{"{kind: fil, path: trials.npz" + timing, "did you mean file?"},
		{"{kind: command, command: [a], T: 50, N_in: 2" + timing, "N_out: missing"},
		{"{kind: command, command: [a], N_in: 2, N_out: 2" + timing, "T: missing"},
		{"{kind: command, command: a, T: 50, N_in: 2, N_out: 2" + timing, "command: expected a list"},
		{"{kind: command, command: [], T: 50, N_in: 2, N_out: 2" + timing, "command: names no program"},
		{"{kind: command, T: 50, N_in: 2, N_out: 2" + timing, "command: missing"},
		{"{kind: command, command: {line: [a], variables: [x]}, T: 50, N_in: 2, N_out: 2" + timing, `a variable "x"`},
		{"{kind: command, command: {line: [a], variables: [a, b, a]}, T: 50, N_in: 2, N_out: 2" + timing, `a variable "a": the name is given twice`},
		{"{kind: command, command: [a], T: 50, N_in: 2, N_out: 1, accuracy: choice" + timing, "a choice of one output"},
	} {
		_, _, err := loadTask(c.text, fileOf(t))
		var problems fault.Errors
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) || strings.Contains(c.text, "sied") != strings.Contains(c.want, "sied") && len(problems) != 1 {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
}

// Vectors, whose values are numbered, and values that are not finite come back
// as they were: here the answer is right in the trial whose values say so.
func TestArchiveVariables(t *testing.T) {
	content := fileOf(t, member("v[1]", []int{3}, 1, 5, math.NaN()), member("v[0]", []int{3}, 4, 5, 6), member("late", []int{3}, 10, math.Inf(1), math.NaN()))
	c, files, err := loadTask("{kind: file, path: trials.npz, accuracy: \"v[0] == 4 and sum(v) == 5 and v[side + 1] == 1 and late < 20\""+timing, content)
	if err != nil {
		t.Fatal(err)
	}
	a, err := files.archive(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	source := NewTask[float32](c, rows{a})
	trials, correct := model.NewTrials[float32](3, 4, 2, 2), make([]bool, 3)
	if err := source.Trials(trials, task.Train); err != nil {
		t.Fatal(err)
	}
	source.Correct(correct, trials, make([]float32, len(trials.Y)))
	if diff := cmp.Diff([]bool{true, false, false}, correct); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	values := map[string][]float64{}
	for k, name := range trials.Names {
		for r := range 3 {
			values[name] = append(values[name], trials.Variable[r*len(trials.Names)+k])
		}
	}
	want := map[string][]float64{"side": {0, 1, 1}, "v[0]": {4, 5, 6}, "v[1]": {1, 5, math.NaN()}, "late": {10, math.Inf(1), math.NaN()}}
	if diff := cmp.Diff(want, values, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Trials that were given need no accuracy where the default one, the highest
// output, cannot be; a definition is still asked for one.
func TestUnjudged(t *testing.T) {
	for text, judged := range map[string]bool{
		"{kind: file, path: trials.npz" + timing:                          false,
		"{kind: file, path: trials.npz, accuracy: {sign: 0}" + timing:     true,
		"{kind: command, command: [a], T: 50, N_in: 2, N_out: 1" + timing: false,
		"{kind: command, command: [a], T: 50, N_in: 2, N_out: 2" + timing: true,
	} {
		c, _, err := loadTask(text, fileOf(t, member("y", []int{3, 4, 1}), member("mask", []int{3, 4, 1})))
		if err != nil || c.Judged() != judged {
			t.Errorf("%s: %v, judged: %v", text, err, !judged)
		}
	}
	if s := (task.Score{Trials: 4, Different: 4, Unjudged: true}); !math.IsNaN(s.Accuracy()) {
		t.Errorf("the accuracy is %v", s.Accuracy())
	}
	if _, _, err := loadTask("{T: 50, inputs: 1, outputs: 1"+timing, nil); err == nil || !strings.Contains(err.Error(), "needs two outputs at least") {
		t.Errorf("a definition of one output: %v", err)
	}
}

// rows is a supply of an archive in its order.
type rows struct{ *Archive }

func (r rows) Batch(_ string, first, _ uint64, trials int) (*Archive, []int, error) {
	var at []int
	for k := range trials {
		at = append(at, (int(first)+k)%r.Trials)
	}
	return r.Archive, at, nil
}

func (r rows) Different() int { return r.Archive.Trials }

// The arrays arrive as they are, and answers are judged by the file's variables.
func TestSupplied(t *testing.T) {
	x, y := make([]float64, 24), make([]float64, 24)
	for k := range x {
		x[k], y[k] = float64(k), -float64(k)
	}
	content := fileOf(t, member("x", []int{3, 4, 2}, x...), member("y", []int{3, 4, 2}, y...), member("mask", []int{3, 4, 2}, 1, 0, 0.5), member("go", []int{3}, 10, 20, 30))
	c, files, err := loadTask("{kind: file, path: trials.npz, outputs: [left, right], periods: {late: {from: go, to: T}}, accuracy: {correct: \"mean(output[side]) > 0.6\", in: late}"+timing, content)
	if err != nil {
		t.Fatal(err)
	}
	if c.Config.Duration != 0 || c.Steps != 4 { // T is as written; in expressions it is 40, as the period says below
		t.Errorf("T %v, %d steps", c.Config.Duration, c.Steps)
	}
	if diff := cmp.Diff([]string{"side", "go"}, c.Names); diff != "" {
		t.Error(diff)
	}
	a, err := files.archive(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	source := NewTask[float64](c, rows{a})
	trials := model.NewTrials[float64](2, 4, 2, 2)
	trials.First = 1
	if err := source.Trials(trials, task.Train); err != nil {
		t.Fatal(err)
	}
	var wantX []float64
	for s := range 4 {
		for r := range 2 {
			at := float64(8*(r+1) + 2*s)
			wantX = append(wantX, at, at+1)
		}
	}
	if diff := cmp.Diff(wantX, trials.X); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{1, 20, 1, 30}, trials.Variable); diff != "" {
		t.Error(diff)
	}
	correct := make([]bool, 2)
	output := make([]float64, 16) // the right channel is 1 in the last step alone
	output[13], output[15] = 1, 1
	source.Correct(correct, trials, output)
	if diff := cmp.Diff([]bool{false, true}, correct); diff != "" {
		t.Errorf("judged by the last 20 ms and the last 10: %s", diff)
	}
}

// A section that was written with all it holds needs no file to be read.
func TestResolvedFile(t *testing.T) {
	content := fileOf(t)
	for _, dt := range []string{"10", "0.1", "3.3", "0.7"} {
		c, _, err := loadTask("{kind: file, path: trials.npz, order: shuffled, dt: "+dt+", tau: 100, N_batch: 4}", content)
		if err != nil {
			t.Fatal(err)
		}
		text := string(strict.Encode(c.Config))
		again, files, err := loadTask(text, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(text, string(strict.Encode(again.Config))); diff != "" || again.Steps != 4 {
			t.Errorf("%d steps, %s", again.Steps, diff)
		}
		if _, err := files.archive(again.Config); err == nil || !strings.Contains(err.Error(), "path: cannot be read") {
			t.Errorf("the file that is not there: %v", err)
		}
	}
}

// A definition in a file may say where trials come from.
func TestElsewhereByPath(t *testing.T) {
	c, _, err := loadBeside(func(name string) ([]byte, error) {
		return map[string][]byte{
			"task.yaml":       []byte("{kind: mine/task.yaml, order: given" + timing),
			"mine/task.yaml":  []byte("{kind: file, path: trials.npz, order: shuffled, outputs: [a, b]}"),
			"mine/trials.npz": fileOf(t),
		}[name], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Config.Kind != task.FromFile || c.Config.Order != "given" || c.Steps != 4 {
		t.Errorf("%+v", c)
	}
}
