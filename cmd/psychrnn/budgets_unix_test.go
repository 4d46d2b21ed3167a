//go:build unix && !race

// The race detector takes memory of its own, so that what is measured here is not the program's.

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"psychrnn/internal/npz"
)

// What a small file says may not take much: of memory 200 MB and twenty times
// the file's size, of messages a screen or two, of time what is over before
// anybody looks. Each file here once took minutes, gigabytes, or ended in a panic.

// ordinary is an experiment, with a task and further sections.
func ordinary(task, sections string) string {
	if task == "" {
		task = "inputs: [a, b]\n  outputs: [c, d]\n  x: [{set: 1}]\n  y: [{set: 1}]"
	}
	return "task:\n  dt: 10\n  tau: 100\n  T: 100\n  N_batch: 10\n  " + task + "\nmodel: {N_rec: 5}\ntrain: {training_iters: 10}\n" + sections
}

// each joins n pieces, in whose format stands their number, as often as it may.
func each(n int, format string) string {
	var b strings.Builder
	for k := range n {
		b.WriteString(strings.ReplaceAll(format, "%d", strconv.Itoa(k)))
	}
	return b.String()
}

const trialVariables = "inputs: [a, b]\n  outputs: [c, d]\n  x: [{set: 1}]\n  y: [{set: 1}]\n  trial:\n"

func TestBudgetsOfExperiments(t *testing.T) {
	sized := func(n int, text string) string { return strings.Replace(text, "N_rec: 5", fmt.Sprint("N_rec: ", n), 1) }
	budgets(t, []budget{
		{"unknown keys", ordinary("", each(4000, "kez%d_xxxxxxxxxxxxxxxxxxxxxxxx: 1\n")), 2, "and 3950 more"},
		{"unknown keys of a section", sized(5, strings.Replace(ordinary("", ""), "{N_rec: 5}", "\n  N_rec: 5\n"+each(4000, "  kez%d_xxxxxxxxxxxxxxxxx: 1\n"), 1)), 2, "and 3950 more"},
		{"unknown weights", ordinary("", "initializer:\n"+each(4000, "  W%d: 1\n")), 2, "more"},
		{"unknown fixed weights", ordinary("", "constraints: {fixed_weights: {"+each(3000, "W%d: 1, ")+"}}\n"), 2, "more"},
		{"unknown populations", ordinary("", "populations:\n"+each(3000, "  p%d: q%d\n")), 2, "and 2950 more"},
		{"unknown names", ordinary(trialVariables+each(900, "    v%d: \"nope%d + 1\"\n"), ""), 2, "and 850 more"},
		{"unknown factors", ordinary("", "test: {by: ["+each(4000, "v%d, ")+"]}\n"), 2, "and 3950 more"},
		{"populations of all units", sized(20000, ordinary("", "populations:\n"+each(4000, "  p%d: \"0:\"\n"))), 2, "selections name more than 10000000"},
		{"changes of all entries", sized(1000, ordinary("", "constraints: {rec_connectivity: {fill: 1, set: ["+each(1000, "{value: %d}, ")+"]}}\n")), 2, "changes by set reach more than"},
		{"lesions", sized(1000, ordinary("", "ablate: {lesions: [{name: a, random: {units: 900, repeats: 100000}}]}\n")), 2, "name more than 10000000 units"},
		{"lesions of every unit", sized(1000, ordinary("", "ablate: {lesions: ["+each(500, "{name: a%d, each: unit}, ")+"]}\n")), 2, "more than 100000 lesions"},
		{"a name of a lesion", sized(1000, ordinary("", "ablate: {lesions: [{name: "+strings.Repeat("a", 100_000)+", each: unit}]}\n")), 2, "longer than 200 letters"},
		{"lists of channels", ordinary("inputs: {g: 10000}\n  outputs: 1\n  x: [{channel: ["+each(3000, "g, ")+"], set: 1}]\n  y: [{set: 1}]", ""), 2, "names more than 10000 channels"},
		{"lists of answers", ordinary("inputs: 1\n  outputs: {h: 9999}\n  y: [{set: 1}]\n  accuracy: {choice: ["+each(3000, "h, ")+"]}", ""), 2, "names more than 10000 channels"},
		{"vectors of a trial", ordinary(trialVariables+each(200, "    v%d: {value: \"uniform(0,1)\", each: 10000}\n"), ""), 2, "more than 100000 values come out"},
		{"work for parameters", ordinary("inputs: 1\n  outputs: 2\n  y: [{set: 1}]\n  parameters:\n    a: {value: index, each: 10000}\n"+each(30, "    v%d: {value: \""+strings.Repeat("a+", 300)+"a\", each: 10000}\n"), ""), 2, "operations"},
		{"stages", ordinary("", "curriculum:\n  stages:\n    - &s {task: {T: 200}, threshold: 0.9}\n"+strings.Repeat("    - *s\n", 3000)), 2, "3001 stages are more than the 500"},
		{"values", "a: [" + strings.Repeat("1,", 2<<20-10) + "]", 2, "more than 1048576 values"},
		{"values of one's own", ordinary("", "x-a: ["+strings.Repeat("1,", 1<<20)+"]\n"), 2, "more than 1048576 values"},
		{"brackets never closed", "a: [" + strings.Repeat("f(1, ", 25000) + "]", 2, ""},
		{"keys twice in a long line", "a: {" + strings.Repeat("k: 1, ", 200_000) + "}", 2, "more"},
		{"a name of 1200 letters", ordinary(trialVariables+"    "+strings.Repeat("v", 1200)+": 1\n", ""), 2, "the key is too long"},
		{"a name of 900 letters", ordinary(trialVariables+"    "+strings.Repeat("v", 900)+": 1\n", ""), 2, "a name has at most 200 letters"},
		{"variables of a command, of 1200 letters", ordinary("kind: command\n  N_in: 1\n  N_out: 1\n  command: {line: [x], variables: ["+strings.Repeat("v", 1200)+"]}", ""), 2, "a name has at most 200 letters"},
		{"variables of a command, given twice", ordinary("kind: command\n  N_in: 1\n  N_out: 1\n  command: {line: [x], variables: ["+each(20000, "v%d, ")+"v1]}", ""), 2, "the name is given twice"},
		{"a network before its memory", sized(100000, ordinary("", "constraints: {rec_connectivity: {fill: 1}, fixed_weights: {W_rec: {identity: 1}}}\n")), 1, "this takes about"},
		{"long names in hints", ordinary(trialVariables+each(900, "    v%d"+strings.Repeat("x", 190)+": 1\n"), "test: {by: ["+each(60, "zz%d, ")+"]}\n"), 2, "and 10 more"},
		{"as many values as there may be", ordinary("", "x-a: ["+strings.Repeat("1,", 1<<20-100)+"]\n"), 0, ""},
		{"values with comments", ordinary("", "x-a:\n"+strings.Repeat("- 1 # c\n", 400_000)), 2, "more than 1048576 values and comments"},
		{"comments between values", ordinary("", "x-a:\n"+strings.Repeat("# c\n- 1\n", 400_000)), 2, "more than 1048576 values and comments"},
		{"populations", ordinary("", "populations:\n"+each(40_000, "  p%d: 0\n")), 2, "40000 elements are more than the 30000 allowed"},
		{"units of a population", ordinary("", "populations: {p: ["+strings.Repeat("0,", 40_000)+"]}\n"), 2, "40000 elements are more than the 30000 allowed"},
		{"unknown populations of many", ordinary("", "populations:\n"+each(14_000, "  p%d: q%d\n")), 2, "and 13950 more"},
		{"a circle of populations", ordinary("", "populations:\n  p: p0\n"+circle(14_000, "  p%d: p%e\n")), 2, "p0 is made of p1 is made of p2 is made of p3 is made of ... is made of p13997"},
		{"unknown weights of many", ordinary("", "initializer:\n"+each(14_000, "  W%d: 1\n")), 2, "and 13950 more"},
		{"unknown fixed weights of many", ordinary("", "constraints: {fixed_weights: {"+each(14_000, "W%d: 1, ")+"}}\n"), 2, "and 13950 more"},
		{"names of channels", ordinary("inputs: ["+each(14_000, "a%d, ")+"]\n  outputs: 2\n  y: [{set: 1}]", ""), 2, "more than 10000 channels"},
		{"expressions cut by commas", ordinary("", "populations: {"+each(29_000, "p%d: (1, ")+"}\n"), 2, "more"},
		{"stages that are none", ordinary("", "curriculum: {stages: ["+strings.Repeat("{a: 1},", 14_000)+"]}\n"), 2, "14000 stages are more than the 500"},
		{"lesions that are none", ordinary("", "ablate: {lesions: ["+strings.Repeat("{a: 1},", 14_000)+"]}\n"), 2, "more"},
		{"values to choose from", ordinary(trialVariables+"    v: {choice: ["+strings.Repeat("1,", 14_000)+"]}\n", ""), 2, "14000 values are more than the 10000 allowed"},
	})
}

// What check looks at are fewer trials where each has very many values.
func TestFewerTrialsLookedAt(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("T: 100", "T: 20000", "N_batch: 10", "N_batch: 1", "N_rec: 5", "N_rec: 1").Replace(
		ordinary("inputs: 100\n  outputs: 2\n  x: [{set: 1}]\n  y: [{set: 1}]", ""))
	if out := succeed(t, "check", "-c", write(t, "large.yaml", text)); !strings.Contains(out, "# looked at 6") {
		t.Errorf("%.1000s", out)
	}
}

// budget is a file for check, and how that ends.
type budget struct {
	name, text string
	status     int
	says       string
}

func budgets(t *testing.T, list []budget) {
	t.Helper()
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := write(t, "hostile.yaml", c.text)
			within(t, c.status, c.says, len(c.text), "check", "-c", file)
		})
	}
}

// circle is each, where %e is the number of the next piece, and the first follows the last.
func circle(n int, format string) string {
	var b strings.Builder
	for k := range n {
		b.WriteString(strings.NewReplacer("%d", strconv.Itoa(k), "%e", strconv.Itoa((k+1)%n)).Replace(format))
	}
	return b.String()
}

// A definition that another is made of, and whose own kind is misspelt.
func TestKindBelowMisspelt(t *testing.T) {
	below := write(t, "below.yaml", "kind: perceptual_discriminatio\ncoherence: 0.5\n")
	file := write(t, "above.yaml", ordinary("kind: "+below, ""))
	for _, command := range []string{"check", "preview"} {
		args := []string{command, "-c", file}
		if command == "preview" {
			args = append([]string{"task"}, args...)
		}
		within(t, 2, "did you mean perceptual_discrimination?", 1000, args...)
	}
}

// Files with holes, larger than any memory, however they begin.
func TestBudgetsOfHoles(t *testing.T) {
	folder := t.TempDir()
	for name, start := range map[string]string{"zip.yaml": "PK\x03\x04", "npy.yaml": "\x93NUMPY", "zip.npz": "PK\x03\x04"} {
		file := filepath.Join(folder, name)
		if err := errors.Join(os.WriteFile(file, []byte(start), 0o644), os.Truncate(file, 1<<40)); err != nil {
			t.Fatal(err)
		}
	}
	within(t, 2, "larger than 4 MiB", 1<<20, "check", "-c", filepath.Join(folder, "zip.yaml"))
	within(t, 2, "larger than 4 MiB", 1<<20, "check", "-c", filepath.Join(folder, "npy.yaml"))
	arrays := filepath.Join(folder, "zip.npz")
	for _, text := range []string{
		ordinary("kind: perceptual_discrimination", "initializer: {load_weights_path: "+arrays+"}\n"),
		ordinary("kind: file\n  path: "+arrays, ""),
	} {
		within(t, 5, "zip.npz: this takes about", 1<<20, "check", "-c", write(t, "holes.yaml", text))
	}
	weightFile, array := filepath.Join(folder, "weights.npz"), filepath.Join(folder, "array.npy")
	hollow(t, weightFile, array)
	run := filepath.Join(folder, "run")
	file := write(t, "small.yaml", small)
	succeed(t, "train", "-q", "-c", file, "-o", run)
	sound := filepath.Join(run, "weights.npz")
	for _, args := range [][]string{
		{"inspect", weightFile},
		{"inspect", sound, weightFile},
		{"edit", weightFile, filepath.Join(folder, "out.npz"), "W_rec = 0"},
		{"edit", sound, filepath.Join(folder, "out.npz"), "W_rec = " + array},
		{"test", run, "--weights", weightFile},
		{"simulate", run, "--weights", weightFile, "-o", filepath.Join(folder, "out.npz")},
		{"simulate", run, "--inputs", array, "-o", filepath.Join(folder, "out.npz")},
	} {
		within(t, 1, "this takes about 4398", 1<<20, args...)
	}
	within(t, 5, "weights.npz: this takes about 4398", 1<<20, "train", "-c", file, "-o", filepath.Join(folder, "new"), "--set", "initializer.load_weights_path="+weightFile)
	if err := errors.Join(os.Remove(sound), os.Rename(weightFile, sound)); err != nil {
		t.Fatal(err)
	}
	within(t, 1, "this takes about 4398", 1<<20, "train", "-c", file, "-o", run, "--resume", "--set", "train.training_iters=20000")
}

// hollow makes a sound weight file with a matrix of 4 TB, nearly all of which is a
// hole, and the matrix alone.
func hollow(t *testing.T, file, array string) {
	t.Helper()
	const side = 1 << 20
	var head bytes.Buffer
	one := npz.Array{Type: "<f4", Shape: []int{0}}
	if err := one.WriteNpy(&head); err != nil {
		t.Fatal(err)
	}
	text := bytes.Replace(head.Bytes(), []byte("(0,), }            "), []byte("(1048576, 1048576),}"), 1)
	text = text[:head.Len()]
	text[len(text)-1] = '\n'
	size := int64(len(text)) + 4*side*side
	if err := errors.Join(os.WriteFile(array, text, 0o600), os.Truncate(array, size)); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(&skipping{f})
	w, err := z.CreateRaw(&zip.FileHeader{Name: "W_rec.npy", CompressedSize64: uint64(size), UncompressedSize64: uint64(size)})
	if err == nil {
		_, err = w.Write(text)
	}
	for left, zero := size-int64(len(text)), make([]byte, 256<<20); left > 0 && err == nil; left -= int64(len(zero)) {
		_, err = w.Write(zero)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
}

// skipping leaves a hole in the place of what is written in large pieces.
type skipping struct{ f *os.File }

func (s *skipping) Write(p []byte) (int, error) {
	if len(p) < 1<<20 {
		return s.f.Write(p)
	}
	_, err := s.f.Seek(int64(len(p)), io.SeekCurrent)
	return len(p), err
}

func TestBudgetsOfWeights(t *testing.T) {
	square := func(n int) map[string][]int {
		return map[string][]int{
			"W_in": {n, 2}, "W_rec": {n, n}, "W_out": {2, n}, "b_rec": {n}, "b_out": {2}, "init_state": {1, n}, "Dale_rec": {n, n}, "Dale_out": {n, n},
			"input_connectivity": {n, 2}, "rec_connectivity": {n, n}, "output_connectivity": {2, n}, "dale_ratio": {},
		}
	}
	for _, c := range []struct {
		name   string
		type_  string
		shapes map[string][]int
		status int
		says   string
	}{
		{"a gigabyte of zeros", "<f4", map[string][]int{"a": {1 << 28}}, 5, "allow more with --max-size"},
		{"a network of zeros", "<f4", square(3000), 5, "allow more with --max-size"},
		{"half a network of zeros", "|b1", square(1440), 0, "the spectrum is left out"},
		{"letters", "<U1", map[string][]int{"a": {7 << 20}}, 5, "7340032 texts"},
		{"bytes", "|u1", map[string][]int{"a": {8000000}}, 5, "(8000000,)"},
		{"edits", "<U1", map[string][]int{"psychrnn_edits": {7 << 20}}, 5, "and 9950 more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "zeros.npz")
			size := packed(t, file, c.type_, c.shapes)
			within(t, c.status, c.says, size, "inspect", file)
		})
	}
	t.Run("a network that is meant", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "zeros.npz")
		packed(t, file, "<f4", square(1700))
		within(t, 5, "allow more with --max-size", 1<<20, "inspect", file)
		within(t, 0, "1700 units", 1<<30, "inspect", file, "--max-size", "1GiB")
	})
}

// packed writes a compressed archive of zeros of these shapes, and returns its size.
func packed(t *testing.T, file, type_ string, shapes map[string][]int) int {
	t.Helper()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for name, shape := range shapes {
		var head bytes.Buffer
		one := npz.Array{Type: type_, Shape: []int{0}}
		if err := one.WriteNpy(&head); err != nil {
			t.Fatal(err)
		}
		text := bytes.Replace(head.Bytes(), []byte("(0,)"), []byte(npz.ShapeText(shape)), 1)
		end := bytes.TrimRight(text, " \n") // the header stays as long as it was
		text = append(end, bytes.Repeat([]byte(" "), head.Len()-len(end)-1)...)
		n, err := strconv.Atoi(type_[2:])
		if err != nil {
			t.Fatal(err)
		}
		if type_[1] == 'U' {
			n *= 4
		}
		for _, d := range shape {
			n *= d
		}
		w, err := z.Create(name + ".npy")
		if err == nil {
			_, err = w.Write(append(text, '\n'))
		}
		if err == nil {
			_, err = io.CopyN(w, zeros{}, int64(n))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, archive.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return archive.Len()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// within runs the program on a file of size bytes, and holds it to what it may take.
func within(t *testing.T, status int, says string, size int, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "psychrnn-peak", args...).CombinedOutput()
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	said, last, _ := strings.Cut(string(out), peakSaid)
	if got != status || !strings.Contains(said, says) {
		t.Fatalf("%q: status %d, want %d and %q:\n%.2000s", args, got, status, says, said)
	}
	if len(said) > 40_000 {
		t.Errorf("%d bytes are printed", len(said))
	}
	peak, err := strconv.ParseFloat(strings.TrimSpace(last), 64)
	if most := 200e6 + 20*float64(size); err != nil || peak > most {
		t.Errorf("%q: %.0f MB are taken, for a file of %.1f kB: %v", args, peak/1e6, float64(size)/1e3, err)
	}
}
