package plan

// Trials that come from a file or a program: their channels and variables are given,
// and only what is said beside them is compiled. Given variables are items like those
// that are drawn; what draws trials never asks for their expressions.

import (
	"fmt"
	"math"
	"regexp"

	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// trialsFrom is where the section says where trials come from.
func (b *builder) trialsFrom() *strict.Node {
	if b.config.Kind == task.FromFile {
		return b.section.Get("path")
	}
	return b.section.Get("command")
}

// setTiming takes the length of a file's trials, and puts something in the place of
// timing that could not be read, so that mistakes in the definition are found all
// the same.
func (b *builder) setTiming() {
	c := &b.config
	if c.Kind == task.FromFile && c.Dt > 0 && b.section.Get("T") == nil {
		c.Duration = durationOf(c.File.Steps, c.Dt)
	}
	if !(c.Dt > 0) {
		c.Dt = 10
		if c.Duration > 0 {
			c.Dt = c.Duration / 100
		}
	}
	if !(c.Tau > 0) {
		c.Tau = 100
	}
	if !(c.Duration > 0) && (c.Duration < 0 || !c.Sequential()) {
		c.Duration = 100 * c.Dt
	}
	c.N_batch = max(c.N_batch, 1)
}

// durationOf is a time of so many steps, ms.
func durationOf(n int, dt float64) float64 {
	t := float64(n) * dt
	for stepsOf(t, dt) > n {
		t = math.Nextafter(t, 0)
	}
	return t
}

// stepsOf is the number of steps in a time, ceil(t/dt).
func stepsOf(t, dt float64) int { return int(math.Ceil(t / dt)) }

// checkFile compares what the section says with what the file holds.
func (b *builder) checkFile() {
	c, f := b.plan.Config, b.config.File
	if c.Kind != task.FromFile {
		return
	}
	for _, side := range []struct {
		key, count           string
		told, counted, there int
	}{{"inputs", "N_in", b.plan.In.N, c.N_in, f.Inputs}, {"outputs", "N_out", b.plan.Out.N, c.N_out, f.Outputs}} {
		if at := b.section.Get(side.key); at != nil && side.told != side.there {
			at.Fail(fmt.Sprintf("these are %d, but there are %d in %s", side.told, side.there, f.Path.Text), "")
		}
		if side.counted != 0 && side.counted != side.there {
			b.section.Get(side.count).Fail(fmt.Sprintf("is %d, but %d in %s", side.counted, side.there, f.Path.Text), "leave it out: it comes from the file")
		}
	}
	if at := b.section.Get("T"); at != nil && c.Dt > 0 && c.Duration > 0 && stepsOf(c.Duration, c.Dt) != f.Steps {
		at.Fail(fmt.Sprintf("%v ms are %d steps of dt, but %s has %d", c.Duration, stepsOf(c.Duration, c.Dt), f.Path.Text, f.Steps), "leave it out: it comes from the file")
	}
}

// component matches a name that a vector's values have in files and tables.
var component = regexp.MustCompile(`^(.+)\[(\d+)\]$`)

// addGiven adds the variables that come with trials: v[0], v[1] and so on are the
// vector v.
func (b *builder) addGiven() {
	given := b.config.File.Variables
	switch b.config.Kind {
	case "":
		return
	case task.FromProgram:
		given = b.config.Command.Variables
	}
	at := b.trialsFrom()
	sizes, there := map[string]int{}, map[string]bool{} // of vectors; all names
	for _, name := range given {
		there[name] = true
		if m := component.FindStringSubmatch(name); m != nil {
			sizes[m[1]]++
		}
	}
	for name, n := range sizes {
		for k := range n {
			if part := fmt.Sprintf("%s[%d]", name, k); !there[part] {
				at.Fail(fmt.Sprintf("the trials have %d values of a vector %s, but no %s", n, name, part), "the values of a vector are numbered from 0 on")
				return
			}
		}
	}
	var items []*Item
	before := map[string]bool{}
	for _, full := range given {
		name, vector, again := full, component.FindStringSubmatch(full), before[full] || sizes[full] > 0
		before[full] = true
		if vector != nil {
			name = vector[1]
		}
		why := taken(name)
		if why == "" && again {
			why = "the name is given twice"
		}
		if why == "" && (b.plan.In.has(name) || b.plan.Out.has(name)) {
			why = "a channel is called so too"
		}
		if why != "" {
			at.Fail(fmt.Sprintf("the trials have a variable %.300q: %s", name, why), "give it another name")
			return
		}
		if vector == nil || vector[2] == "0" {
			items = append(items, &Item{Name: name, Recorded: true, source: madeUp(at, "normal(0, 1)"), each: sizes[name]}) // any number
		}
	}
	if len(items) > mostNames {
		at.Fail(fmt.Sprintf("%d entries are more than the %d allowed", len(items), mostNames), "")
		return
	}
	for _, i := range items {
		b.addItem(i)
	}
}
