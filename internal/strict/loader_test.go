package strict

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/fault"
)

const small = "task: {dt: 10, T: 2000}\nmodel: {N_rec: 5}\n"

func load(t *testing.T, files map[string]string, assignments ...string) experiment {
	t.Helper()
	var v experiment
	if err := loader(files).Load("exp.yaml", assignments, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDefaults(t *testing.T) {
	got := load(t, map[string]string{"exp.yaml": small + "train:\nloss: null\n"})
	want := experiment{
		Seed: 1, Precision: "float32", Loss: "mean_squared_error",
		Task:        task{Dt: 10, T: 2000, N: 128},
		Model:       model{N: 5, Tau: []float64{100, 50}, Transfer: "relu"},
		Initializer: initializer{Kind: "gaussian_spectral_radius", Radius: 1.1},
		Train: train{common: common{50000}, Rate: rate{Constant: 0.001}, LossEpoch: 10, Clip: true,
			Checkpoint: clock{Seconds: 60}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(train{})); diff != "" {
		t.Error(diff)
	}
}

func TestForms(t *testing.T) {
	got := load(t, map[string]string{"exp.yaml": `
seed: 18446744073709551615
name: "20:40"
task: {dt: 0.2s, T: 2s, N_batch: 5e1, coherence: [1, 2.5e-1], onset: "5", late: uniform(0 1)}
model: {N_rec: 50.0, rec_noise: .5}
populations: {b: ["0:20"], a: [x]}
train: {learning_rate: {start: +1e-2}, checkpoint_every: 100 updates}
curriculum: {stages: [{task: {b: 1, a: 2}}]}
constraints: {}
`})
	five := Map[textOrNum]{{"coherence", textOrNum{List: []float64{1, 0.25}}}, {"onset", textOrNum{Text: "5"}}, {"late", textOrNum{Text: "uniform(0 1)"}}}
	checks := []struct{ got, want any }{
		{got.Seed, uint64(18446744073709551615)},
		{got.Name, "20:40"},
		{got.Task, task{Dt: 200, T: 2000, N: 50, Keys: five}},
		{got.Model.N, 50},
		{got.Model.Noise, float32(0.5)},
		{got.Populations, Map[[]string]{{"b", []string{"0:20"}}, {"a", []string{"x"}}}},
		{got.Train.Rate, rate{Schedule: &schedule{0.01, 0.9}}},
		{got.Train.Checkpoint, clock{Updates: 100}},
		{got.Curriculum, &curriculum{[]stage{{Map[float64]{{"b", 1}, {"a", 2}}, 0.9}}}},
		{got.Constraints, &constraints{Autapses: true}},
	}
	for _, c := range checks {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestExtends(t *testing.T) {
	got := load(t, map[string]string{
		"exp.yaml":       "extends: sub/base.yaml\nmodel: {rec_noise: 0.5, tau: [1]}\nseed: null\npopulations: {a: null, c: [z]}\ntrain: null\n",
		"sub/base.yaml":  "extends: ../root.yaml\nseed: 7\nmodel: {N_rec: 9, load_weights_path: w.npz}\ntrain: {loss_epoch: 3}\n",
		"root.yaml":      small + "name: root\npopulations: {a: [x], b: [y]}\n",
		"unrelated.yaml": "",
	})
	if got.Name != "root" || got.Seed != 1 || got.Model.N != 9 || got.Model.Noise != 0.5 || len(got.Model.Tau) != 1 || got.Train.LossEpoch != 10 {
		t.Errorf("merged wrongly: %+v", got)
	}
	if want := (Map[[]string]{{"b", []string{"y"}}, {"c", []string{"z"}}}); !cmp.Equal(got.Populations, want) {
		t.Errorf("populations: %v", got.Populations)
	}
	if want := filepath.Join("sub", "w.npz"); got.Model.File.String() != want {
		t.Errorf("path %s, want %s", got.Model.File, want)
	}
}

func TestExtendsMistakes(t *testing.T) {
	for _, c := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{"exp.yaml": small + "extends: a.yaml\n", "a.yaml": "extends: b.yaml\n", "b.yaml": "extends: ./a.yaml\n"},
			"b.yaml:1:10: extends: a circle: exp.yaml extends a.yaml extends b.yaml extends a.yaml"},
		{map[string]string{"exp.yaml": small + "extends: exp.yaml\n"},
			"exp.yaml:3:10: extends: a circle: exp.yaml extends exp.yaml"},
		{map[string]string{"exp.yaml": small + "extends: none.yaml\n"},
			"exp.yaml:3:10: extends: cannot be read: file does not exist\nhint: the path is relative to the file that holds it"},
		{map[string]string{"exp.yaml": small + "extends: [a]\n"},
			"exp.yaml:3:10: extends: expected a text, found a list\nhint: quote it if the brackets belong to a text"},
		{map[string]string{"exp.yaml": "extends: a.yaml\nmodel: {N_rec: 0}\nseed: -1\n", "a.yaml": small + "name: 5\nname: a\n"},
			"a.yaml:3:7: name: expected a text, found a number: 5\nhint: quote it: \"5\"\n" +
				"a.yaml:4:1: name: the key stands twice\nhint: it stands in line 3 already; keep one\n" +
				"exp.yaml:2:16: model.N_rec: must be at least 1, is 0\n" +
				"exp.yaml:3:7: seed: out of range: -1\nhint: from 0 to 18446744073709551615"},
		{map[string]string{"exp.yaml": "extends: a.yaml\nseed: -1\n", "a.yaml": "- a\nb\n"},
			"a.yaml:2:1: a key without a colon\nhint: write key: value"},
	} {
		err := loader(c.files).Load("exp.yaml", nil, new(experiment))
		if err == nil || err.Error() != c.want {
			t.Errorf("got:\n%v\nwant:\n%s", err, c.want)
		}
	}
	err := loader(map[string]string{"exp.yaml": "extends: none.yaml\n"}).Load("exp.yaml", nil, new(experiment))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cause is lost: %v", err)
	}
	if err := loader(nil).Load("exp.yaml", nil, new(experiment)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestAssign(t *testing.T) {
	files := map[string]string{"exp.yaml": small + "curriculum: {stages: [{threshold: 0.1}, {threshold: 0.2}]}\nseed: 4\n"}
	got := load(t, files,
		"train.learning_rate=0.01", "name=hello", "task.T=3s", "seed=null", "seed=", "model.tau=[1, 2]",
		"constraints.dale_ratio=0.8", "constraints.autapses=false",
		"curriculum.stages[1].threshold=0.5", "curriculum.stages[0].task={b: 3}",
		`populations."a.b"=["0:1"]`, "loss=choice(0.1, 0.3) - {x}[2]", "task.N_batch = 7",
		"model.load_weights_path=w.npz")
	dale := 0.8
	checks := []struct{ got, want any }{
		{got.Train.Rate, rate{Constant: 0.01}},
		{got.Name, "hello"},
		{got.Task, task{Dt: 10, T: 3000, N: 7}},
		{got.Seed, uint64(1)},
		{got.Model.Tau, []float64{1, 2}},
		{got.Constraints, &constraints{Dale: &dale}},
		{got.Curriculum.Stages, []stage{{Map[float64]{{"b", 3}}, 0.1}, {nil, 0.5}}},
		{got.Populations, Map[[]string]{{"a.b", []string{"0:1"}}}},
		{got.Loss, expression("choice(0.1, 0.3) - {x}[2]")},
		{got.Model.File, Path{Text: "w.npz"}},
	}
	for _, c := range checks {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAssignMistakes(t *testing.T) {
	for assignment, want := range map[string]string{
		"train.lernrate=0.1":                       "--set train.lernrate: unknown key\nhint: did you mean learning_rate?",
		"train.learning_rate=-1":                   "--set train.learning_rate: must be above 0, is -1",
		"train.learning_rate={start: x}":           `--set train.learning_rate: train.learning_rate.start: expected a number, found "x"`,
		"train=5":                                  `--set train: expected a map, found "5"`,
		"train.loss_epoch.x=5":                     "--set train.loss_epoch.x: train.loss_epoch: expected a whole number, found a map",
		"train.learning_rate":                      "--set train.learning_rate: not of the form key=value\nhint: for example --set train.learning_rate=0.01",
		"=5":                                       "--set =5: not of the form key=value\nhint: for example --set train.learning_rate=0.01",
		"train..x=5":                               "--set train..x=5: train..x: not of the form key=value\nhint: for example --set train.learning_rate=0.01",
		"model.tau[5]=5":                           "--set model.tau[5]: no list stands there",
		"curriculum.stages[5].threshold=1":         "--set curriculum.stages[5].threshold: the list has 1 elements, counted from 0",
		"extends=x.yaml":                           "--set extends: only a file can extend another\nhint: write it into the file, or name the other file with -c",
		"populations.a=[20:40]":                    "--set populations.a: populations.a[0]: some YAML readers take 20:40 for a number of base 60\nhint: quote it: \"20:40\"",
		"train.learning_rate={start: 1, decay: 1}": "--set train.learning_rate: train.learning_rate.decay: must be below 1, is 1",
		"loss=*x":                                  "--set loss: no anchor &x stands before this alias\nhint: quote the text if the * belongs to it",
		"loss=a $ b":                               "--set loss: $ is not a name",
		"loss=[a":                                  "--set loss: the bracket [ is never closed",
		"x={when: f(1, 2)}":                        "--set x: the comma ends the value here: f(1\nhint: quote it: \"f(1, 2)\", or write one key to a line, without braces\n--set x: expected a list of maps, found a map",
	} {
		err := loader(map[string]string{"exp.yaml": small + "curriculum: {stages: [{}]}\n"}).Load("exp.yaml", []string{assignment}, new(experiment))
		if err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", assignment, err, want)
		}
	}
}

// What is missing is missing in the file, though a flag adds to the section.
func TestAssignKeepsThePlaceOfSections(t *testing.T) {
	err := loader(map[string]string{"exp.yaml": "task: {dt: 1}\nmodel: {tau: [1]}\n"}).Load("exp.yaml", []string{"model.rec_noise=0.1", "task.T=3"}, new(experiment))
	if want := "exp.yaml:2:1: model.N_rec: missing, and has no default\nhint: number of recurrent units (a whole number, at least 1)"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestFind(t *testing.T) {
	l := loader(map[string]string{"exp.yaml": "extends: b.yaml\nmodel:\n  tau: [1,\n    2]\n  rec_noise: null\n", "b.yaml": "model: {N_rec: 5}\n"})
	root, err := l.Tree("exp.yaml", []string{"train.loss_epoch=3"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"model.tau[1]": "exp.yaml:4:5 model.tau[1]", "model.N_rec": "b.yaml:1:16 model.N_rec", "train.loss_epoch": "--set train.loss_epoch train.loss_epoch",
		"model.tau[2]": "", "model.rec_noise": "", "seed": "", "seed.x[3].y": "",
	} {
		got := ""
		if n := root.Find(path); n != nil {
			got = n.Pos().String() + " " + n.Path()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// A part of a tree can be kept, merged over another and decoded later.
func TestDecodeLater(t *testing.T) {
	definition, err := Parse("built-in", []byte("when: x\nadd: 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := Parse("exp.yaml", []byte("a: {b: {when: null, add: $, st: 3}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var v rule
	err = new(Loader).Decode(Merge(definition, root.Find("a.b")), &v)
	want := "exp.yaml:1:26: a.b.add: $ is not a name\nexp.yaml:1:29: a.b.st: unknown key\nhint: did you mean set?"
	if err == nil || err.Error() != want || v.When != nil {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// Every mistake of files and flags is reported in one go.
func TestAllAtOnce(t *testing.T) {
	files := map[string]string{"exp.yaml": "seed: -1\nextends: b.yaml\n", "b.yaml": small + "name: 5\nname: 6\n"}
	err := loader(files).Load("exp.yaml", []string{"train.x=1", "loss=[", "bad"}, new(experiment))
	problems := fault.ErrorsIn(err)
	var got []string
	for _, p := range problems {
		got = append(got, p.Place.String())
	}
	want := []string{"b.yaml:3:7", "b.yaml:4:1", "exp.yaml:1:7", "--set bad", "--set loss", "--set train.x"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff, err)
	}
}
