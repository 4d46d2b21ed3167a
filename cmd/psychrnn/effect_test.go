package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/disk/disktest"
	"psychrnn/internal/experiment"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/strict"
)

// member is the array of matrix.npz that has the shape.
func member(set string) string {
	switch {
	case strings.Contains(set, "input_"):
		return "in"
	case strings.Contains(set, "output_"):
		return "out"
	case strings.Contains(set, "fixed"):
		return "fixed"
	case strings.Contains(set, "signs"):
		return "signs"
	case strings.Contains(set, "tau"):
		return "units"
	}
	return "square"
}

// matrixFile is the content of matrix.npz.
func matrixFile(t *testing.T) []byte {
	t.Helper()
	f := &npz.File{}
	for name, shape := range map[string][]int{"in": {6, 2}, "out": {2, 6}, "units": {6}, "signs": {6}, "fixed": {6, 6}, "row": {1, 6}, "square": {6, 6}} {
		values := make([]float64, shape[0]*append(shape, 1)[1])
		for k := range values {
			values[k] = float64(k%2) + 1
			switch name {
			case "row":
				values[k] = 1
			case "fixed":
				values[k]--
			case "signs":
				values[k] = 3 - 2*values[k]
			case "units":
				values[k] *= 50
			}
		}
		f.Set(npz.Member{Name: name, Array: npz.ArrayOf(shape, values)})
	}
	var content bytes.Buffer
	if err := f.Write(&content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// rowOf finds how a key is set.
func rowOf(key string) (setRow, bool) {
	for prefix, set := range matrices {
		if form, ok := matrixForms[strings.TrimPrefix(key, prefix)]; ok && strings.HasPrefix(key, prefix) {
			text := strings.Replace(set+form, "key: K", "key: "+member(set), 1)
			if numbers := onlyNumbers[prefix]; numbers != nil {
				text = numbers.Replace(text)
			}
			return setRow{set: text}, true
		}
	}
	row, ok := setRows[key]
	return row, ok
}

// silent are keys that a command takes, although nothing that it prints or
// writes changes here, and says nothing.
var silent = []struct{ command, key, why string }{
	{"train", `^(name|populations|ablate.*|task\.about|task\.reference)$`, "goes into the run's experiment, for what is done with the run later"},
	{"train", `^train\.checkpoint_every$`, "says how often the run is saved, not what comes of it"},
}

// refusedRows are keys that train cannot be given in these experiments. Each of
// the others is set to what it takes.
var refusedRows = []struct{ key, why string }{
	{`\.sha256$`, "it would be another file"},
	{`^task\.path\.[^f]`, "it holds something else"},
	{`^task\.command`, "it belongs to a kind of its own"},
	{`^(constraints\.(input|output)_connectivity|constraints\.dale_signs|model\.tau)\.identity$`, "the identity is square"},
	{`^(constraints\.dale_signs|model\.tau)\.set\[\]\.cols$`, "there is no second dimension"},
	{`^curriculum\.metric$`, "there is no other"},
}

// Whatever key is set on whatever command, either what comes out changes, or
// the program says that it has no effect, or refuses it. One pair of key and
// command in five is tried, all of them with the tag slow.
func TestSettingsAreNeverSilent(t *testing.T) { neverSilent(t, 5) }

func neverSilent(t *testing.T, one int) {
	t.Parallel()
	m := disktest.New()
	settle := func(args ...string) {
		t.Helper()
		if o := invokeOn(m, args...); o.status != 0 {
			t.Fatalf("%v: status %d\n%s", args, o.status, o.stderr)
		}
	}
	for name, text := range setBases {
		m.Put("/w/"+name+".yaml", []byte(text))
	}
	m.Put("/w/matrix.npz", matrixFile(t))
	settle("train", "-q", "-c", "/w/plain.yaml", "-o", "/w/runs/start", "--seed", "9")
	m.Put("/w/other.npz", []byte(m.Files()["/w/runs/start/weights.npz"]))
	settle("train", "-q", "-c", "/w/builtin.yaml", "-o", "/w/runs/trials")
	settle("test", "-q", "/w/runs/trials", "--save", "/w/trials.npz")
	settle("test", "-q", "/w/runs/trials", "--save", "/w/others.npz", "--seed", "7")
	for name := range setBases {
		settle("train", "-q", "-c", "/w/"+name+".yaml", "-o", "/w/runs/"+name)
	}
	commands := slices.Sorted(maps.Keys(setCommands))
	rows, count := map[string][]string{}, 0 // keys by command
	for _, k := range strict.Keys(reflect.TypeFor[experiment.Config]()) {
		if _, ok := rowOf(k.Path); !ok {
			t.Errorf("%s: no row of setRows in effect_tables_test.go says how it is set", k.Path)
			continue
		}
		for _, command := range commands {
			if count++; count%one == 0 {
				rows[command] = append(rows[command], k.Path)
			}
		}
	}
	used := make([]bool, len(silent)) // each is of one command
	t.Run("commands", func(t *testing.T) {
		for _, command := range commands {
			t.Run(command, func(t *testing.T) {
				t.Parallel()
				commandIsNeverSilent(t, m, command, sample(rows[command]), used)
			})
		}
	})
	for k, s := range silent {
		if !used[k] && one == 1 {
			t.Errorf("%s of %s is never silent: %s", s.key, s.command, s.why)
		}
	}
}

// commandIsNeverSilent sets keys of one command, and marks what silent is used of.
func commandIsNeverSilent(t *testing.T, m *disktest.Memory, command string, keys []string, used []bool) {
	bases := map[string]string{}
	for name := range setBases {
		o := comesOf(t, m, command, name, nil)
		if o.status != 0 {
			t.Fatalf("%s: status %d\n%s", name, o.status, o.stderr)
		}
		bases[name] = o.stdout
	}
	for _, path := range keys {
		row, _ := rowOf(path)
		row.base = cmp.Or(row.base, "plain")
		sets := strings.Split(row.set, ";")
		o := comesOf(t, m, command, row.base, sets)
		if command == "train" && (o.status != 0) != slices.ContainsFunc(refusedRows, func(r struct{ key, why string }) bool {
			return regexp.MustCompile(r.key).MatchString(path)
		}) {
			t.Errorf("train --set %s (of %s.yaml): status %d\n%s", row.set, row.base, o.status, o.stderr)
		}
		key, _, _ := strings.Cut(sets[len(sets)-1], "=")
		said := strings.Contains(o.stderr, "warning: --set "+key+": ") || o.status != 0 && o.stderr != ""
		if said || o.stdout != bases[row.base] {
			continue
		}
		at := slices.IndexFunc(silent, func(s struct{ command, key, why string }) bool {
			return s.command == command && regexp.MustCompile(s.key).MatchString(path)
		})
		if at < 0 {
			t.Errorf("%s --set %s (of %s.yaml): nothing changes, and nothing is said: status %d\n%s", command, row.set, row.base, o.status, o.stderr)
			continue
		}
		used[at] = true
	}
}

// setCommands are the commands that take --set, with what they write.
var setCommands = map[string][]string{
	"train":        {"-q", "-o", "/w/out"},
	"check":        {},
	"task preview": {},
	"test":         {"--save", "/w/out.npz", "--csv", "/w/out.csv"},
	"ablate":       {"--csv", "/w/out.csv", "--save", "/w/out.npz"},
	"simulate":     {"-q", "-o", "/w/out.npz"},
}

// comesOf is what a command prints and writes on a copy of a disk, as its standard
// output.
func comesOf(t *testing.T, m *disktest.Memory, command, base string, sets []string) outcome {
	t.Helper()
	m = m.Clone()
	args := append(strings.Fields(command), setCommands[command]...)
	switch command {
	case "train", "check", "task preview":
		args = append(args, "-c", "/w/"+base+".yaml")
	default:
		args = append(args, "/w/runs/"+base)
	}
	for _, s := range sets {
		args = append(args, "--set", s)
	}
	o := invokeOn(m, args...)
	files := m.Files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(name, "/w/out") {
			o.stdout += fmt.Sprintf("%s: %s\n", name, results(t, name, files[name]))
		}
	}
	return o
}

// results are those in the text of a file: no times, and not the experiment.
func results(t *testing.T, name, text string) string {
	t.Helper()
	switch path.Base(name) {
	case run.ExperimentFile, run.CheckpointFile:
		return ""
	case run.MetricsFile:
		var m map[string]any
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		for key := range m {
			if strings.HasSuffix(key, "_seconds") || key == "peak_memory_bytes" || key == "seed" {
				delete(m, key)
			}
		}
		return fmt.Sprint(m)
	}
	if !strings.HasSuffix(name, ".npz") {
		return text
	}
	f, err := npz.Read(bytes.NewReader([]byte(text)), int64(len(text)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, m := range f.Members {
		if !strings.HasPrefix(m.Name, "psychrnn_") {
			fmt.Fprintf(&all, "%s %v %x\n", m.Name, m.Array.Shape, m.Array.Data)
		}
	}
	return all.String()
}
