// Package effect says what commands take from an experiment, and so which settings
// of the command line change nothing that a command comes to, and why.
package effect

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Uses is what a command takes from an experiment, by name: where two
// experiments agree in it, the command comes to the same.
type Uses map[string]string

// Assignment is one of the command line, KEY=VALUE, and the flag that made it.
type Assignment struct{ Flag, Text string }

func (a Assignment) key() string {
	key, _, _ := strings.Cut(a.Text, "=")
	return strings.TrimSpace(key)
}

// AssignmentTexts are the assignments as they are read.
func AssignmentTexts(list []Assignment) []string {
	var texts []string
	for _, a := range list {
		texts = append(texts, a.Text)
	}
	return texts
}

// Without finds the assignments that change the experiment but nothing
// that the command takes from it: read gives both without one of them. What
// cannot be read without an assignment needs it.
func Without(e *experiment.Experiment, command string, uses Uses, list []Assignment, read func(assignments []string) (*experiment.Experiment, Uses, error)) (found fault.Errors) {
	for k, a := range list {
		without, others, err := read(slices.Delete(AssignmentTexts(list), k, k+1))
		if err != nil || !maps.Equal(uses, others) || already(e, a.key(), without) {
			continue
		}
		found = append(found, fault.Error{Place: fault.Place{File: a.Flag}, Path: a.key(),
			Text: "has no effect on psychrnn " + command + ": " + because(e, command, a.key())})
	}
	return found
}

// already says whether the value of a key is what it is without its assignment.
func already(e *experiment.Experiment, key string, without *experiment.Experiment) bool {
	here, there := e.Written.Find(key), without.Written.Find(key)
	if (here == nil) == (there == nil) && (here == nil || string(strict.Encode(here)) == string(strict.Encode(there))) {
		return true
	}
	text := e.Resolved()
	if string(text) != string(without.Resolved()) {
		return false
	}
	resolved, err := strict.Parse("the resolved experiment", text)
	if err != nil {
		panic("experiment: what was resolved cannot be read")
	}
	name, ofTask := strings.CutPrefix(key, "task.")
	return resolved.Find(key) != nil || ofTask && (resolved.Find("task.trial."+name) != nil || resolved.Find("task.parameters."+name) != nil)
}

// reasons say why keys within a section have no effect on commands that do not
// train; the first that fits holds.
var reasons = []struct{ section, why string }{
	{"constraints", "masks and signs come with the weights"},
	{"initializer", "the weights are there already"},
	{"regularizers", "nothing is trained"},
	{"train", "nothing is trained"},
	{"curriculum", "nothing is trained, and only the task of the last stage is tested where the test has none of its own"},
	{"model.kind", "the weights say what kind of network it is"},
	{"model", "the network does not use it"},
	{"seed", "the trials and noise of a test have a seed of their own, test.seed"},
	{"precision", "--precision says how a simulation is computed"},
	{"name", "it names the folder of a new run"},
	{"ablate", "lesions are made by psychrnn ablate"},
	{"populations", "nothing refers to them"},
	{"loss", "no loss is computed"},
	{ReactionUse, "psychrnn test tells reaction times"},
}

// previewReasons are those of a preview of the trials of training.
var previewReasons = []struct{ section, why string }{
	{"test", "the trials are those of training, in its first stage"},
	{"curriculum", "the trials are those of the first stage"},
	{"task", "nothing in these trials depends on it"},
	{"seed", "trials are drawn from seed.trials"},
	{"", "trials do not depend on the network or its training"},
}

// because says why a key has no effect on the command.
func because(e *experiment.Experiment, command, key string) string {
	if strict.Within(key, "task") && overlaid(e, command, strings.TrimPrefix(key, "task.")) {
		if command != "train" && command != "check" && e.Test.Task.Written != nil {
			return "test.task says otherwise"
		}
		return "the stages of the curriculum and the test say otherwise"
	}
	list := reasons
	switch command {
	case "task preview":
		list = previewReasons
	case "train", "check":
		list = nil
	}
	for _, r := range list {
		if r.section == "" || strict.Within(key, r.section) {
			return r.why
		}
	}
	switch {
	case strict.Within(key, "task.tau") && e.Model.Tau == nil:
		return "a network of kind " + string(e.Model.Kind) + " has no time constants"
	case strict.Within(key, "task.tau"):
		return "every unit has its time constant in model.tau"
	case unusedName(e, key):
		return "nothing in the task uses it"
	case strict.Within(key, "seed"), strict.Within(key, "test.seed"):
		return "nothing is drawn from it"
	}
	return "nothing here depends on it"
}

// unusedName says whether a key of the task is that of a name which nothing in the
// task of the test uses.
func unusedName(e *experiment.Experiment, key string) bool {
	c := *e.TestPlan.Task.Config
	if c.Kind != "" {
		return false
	}
	name, ofTask := strings.CutPrefix(key, "task.")
	for _, section := range []string{"parameters.", "trial.", "signals."} {
		name = strings.TrimPrefix(name, section)
	}
	name, _, _ = strings.Cut(name, ".")
	return ofTask && slices.Contains(c.Drop(nil), name)
}

// overlaid says whether what lies over the task replaces a key of it.
func overlaid(e *experiment.Experiment, command, key string) bool {
	replaces := func(o task.Override) bool { return o.Written != nil && o.Replaces(key) }
	if replaces(e.Test.Task) {
		return true
	}
	return e.Curriculum != nil && (command == "train" || command == "check" || e.Test.Task.Written == nil) && replaces(e.Curriculum.Stages[e.Stages()-1].Task)
}

// addTask adds what trials of a task depend on, and those of its variables that
// are wanted beside.
func (u Uses) addTask(name string, c task.Config, wanted []string) {
	if c.Kind == "" {
		c.Drop(wanted)
	}
	names := c.Uses()
	if names["tau"] {
		u[name+" tau"] = fmt.Sprint(c.Tau)
	}
	if c.Kind == task.FromProgram || names["batch"] || names["trial"] {
		u[name+" N_batch"] = fmt.Sprint(c.N_batch)
	}
	c.About, c.Reference, c.Tau, c.N_batch = "", "", 0, 0
	u[name] = string(strict.Encode(c))
}

// OfTraining is what training and the test after it take. All that the run
// keeps for later is among it.
func OfTraining(e *experiment.Experiment) Uses {
	defer e.WithoutFolders()()
	u := Uses(e.Values())
	maps.DeleteFunc(u, func(key, _ string) bool {
		return strict.Within(key, "task") || strict.Within(key, "seed") || strict.Within(key, "test.task") || strict.Within(key, "curriculum.stages") && strings.Contains(key, "].task.")
	})
	for k := range e.Stages() {
		name := fmt.Sprintf("stage %d", k)
		u.addTask(name, *e.Stage(k).Config, nil)
		u[name+" N_batch"] = fmt.Sprint(e.Stage(k).Config.N_batch)
	}
	u.addTask("test", *e.TestPlan.Task.Config, ConditionVariables(e))
	u["seed.weights"], u["seed.trials"] = fmt.Sprint(e.Seed.Weights), fmt.Sprint(e.Seed.Trials)
	u.addUnits(e.Arch(), e.Model.RecNoise)
	if e.Model.RecNoise > 0 {
		u["seed.noise"] = fmt.Sprint(e.Seed.Noise)
	}
	return u
}

// addUnits adds what a network's units depend on, beside its weights.
func (u Uses) addUnits(a model.Arch, noise float64) {
	k := model.KindOf(a.Kind)
	if k.TimeConstant {
		u["alpha"] = fmt.Sprint(a.Alpha)
	}
	if k.Noise {
		u["rec_noise"] = fmt.Sprint(noise)
	}
	if a.Transfers() {
		u["transfer_function"] = a.Function.String()
	}
}

// OfPreview is what a preview of trials takes.
func OfPreview(e *experiment.Experiment) Uses {
	defer e.WithoutFolders()()
	u := Uses{"seed.trials": fmt.Sprint(e.Seed.Trials)}
	c := *e.Stage(0).Config
	c.Accuracy = nil
	u.addTask("task", c, TrialVariables(c))
	return u
}

// TrialVariables are the variables that tables of trials have.
func TrialVariables(c task.Config) (names []string) {
	for _, e := range c.Trial {
		names = append(names, e.Key)
	}
	return names
}

// ConditionVariables are the variables by which the test is told apart.
func ConditionVariables(e *experiment.Experiment) (names []string) {
	for _, f := range e.TestPlan.Factors {
		name, _, _ := strings.Cut(f.Name, "[")
		names = append(names, name)
	}
	return names
}

// ReactionUse is what a test alone takes, of the commands that test.
const ReactionUse = "test.reaction_time"

// OfTrials is what the network and trials of the test, c, take, with the
// variables that are wanted beside.
func OfTrials(e *experiment.Experiment, net *model.Network, c task.Config, wanted []string) Uses {
	u := Uses{}
	defer e.WithoutFolders()()
	u.addTask("test.task", c, wanted)
	u.addUnits(net.Arch, net.RecNoise)
	u["test.seed"] = fmt.Sprint(e.Test.Seed)
	if e.TestPlan.Task.Config.Kind == task.FromProgram {
		u["stage"] = fmt.Sprint(e.Stages())
	}
	return u
}

// AsText is a value of numbers and texts as text.
func AsText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%v: %v", v, err) // a number that JSON has not
	}
	return string(text)
}
