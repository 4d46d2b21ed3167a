package task

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/kernel"
	"psychrnn/internal/random"
)

// A Factor is a variable by which a test is divided.
type Factor struct {
	Name   string
	Values []float64 // run through evenly instead of drawn; none: bins
	Bins   int       // of a variable that is drawn as always; 0: its values as they come
}

// condition is a factor with values, in the workspace of a sampler.
type condition struct {
	slot   int
	values []float64
	stride uint64 // trials until the next value
}

// MostConditions bounds the values of one factor, and the conditions of a test.
const MostConditions = 1000

// Conditions is the number of conditions that factors make, or more than allowed.
func Conditions(factors []Factor) int {
	n := 1
	for _, f := range factors {
		if n *= max(1, len(f.Values), f.Bins); n > MostConditions {
			break
		}
	}
	return n
}

// Factor gives the values of a variable, or as many bins as are wanted.
func (c *Config) Factor(name string, bins int) (Factor, error) {
	f := Factor{Name: name, Bins: bins}
	var found *item
	for _, i := range c.plan.items {
		if i.name == name && i.recorded {
			found = i
		}
	}
	switch {
	case found == nil && component.MatchString(name) && slices.Contains(c.plan.names, name):
		return f, nil // the values of a vector are drawn together
	case found == nil:
		return f, fmt.Errorf("%s is not a variable of the task's trials", name)
	case c.plan.slot[found.slot].shape != expr.Scalar:
		return f, fmt.Errorf("%s is a vector, which has no table, but each of its values has: %s[0], %s[1] and so on", name, name, name)
	case bins > 0 || c.Kind != "": // given trials have the values they have
		return f, nil
	}
	values, why := c.plan.outcomes(found)
	if why != "" {
		return f, fmt.Errorf("the values of %s cannot be run through, since %s", name, why)
	}
	f.Values = values
	return f, nil
}

// outcomes are all values that a variable can have, in rising order.
func (p *plan) outcomes(i *item) (values []float64, why string) {
	for _, name := range i.expr.tree.Variables() {
		if p.slot[p.slots[name]].scope != fixed {
			return nil, "it depends on " + name
		}
	}
	calls := i.expr.tree.Calls()
	counts, picks := make([]int, len(calls)), make([]int, len(calls))
	space := i.expr.program.Workspace()
	space.External = func(call *expr.Call, out []float64, arguments [][]float64) {
		list := finite(call.Name, arguments)
		counts[call.Ordinal] = len(list)
		if len(list) > 0 {
			out[0] = list[picks[call.Ordinal]]
		}
	}
	if err := space.Resize(1, 1); err != nil {
		return nil, err.Error()
	}
	for k, id := range i.expr.slots {
		space.Bind(k, p.slot[id].fixed)
	}
	for total := 0; total <= MostConditions; total++ {
		v, err := space.Eval()
		if err != nil {
			return nil, err.Error()
		}
		for k, call := range calls {
			if counts[k] == 0 {
				return nil, call.Name + " has no list of values; say how many bins: {" + i.name + ": {bins: 5}}"
			}
		}
		if !slices.ContainsFunc(values, func(other float64) bool { return cmp.Compare(other, v[0]) == 0 }) { // NaN once
			values = append(values, v[0])
		}
		k := 0
		for ; k < len(picks); k++ {
			if picks[k]++; picks[k] < counts[k] {
				break
			}
			picks[k] = 0
		}
		if k == len(picks) {
			slices.Sort(values)
			return values, ""
		}
	}
	return nil, fmt.Sprintf("there are more than %d", MostConditions)
}

// finite lists what a draw can give, nil if there is no end of it.
func finite(name string, arguments [][]float64) (list []float64) {
	switch name {
	case "choice":
		for _, a := range arguments {
			list = append(list, a[0])
		}
	case weighted:
		for k, a := range arguments[:len(arguments)/2] {
			if arguments[len(arguments)/2+k][0] > 0 {
				list = append(list, a[0])
			}
		}
	case "integer":
		for v := math.Ceil(arguments[0][0]); v <= arguments[1][0] && len(list) <= MostConditions; v++ {
			list = append(list, v)
		}
	case "bernoulli":
		return []float64{0, 1}
	}
	return list
}

// NewBy returns the task with the factors' values run through evenly, trial by
// trial: trial n is of condition n mod their number. Everything else is drawn
// as in New.
func NewBy[F kernel.Float](c Config, key random.Key, set *kernel.Set[F], factors []Factor) (Task[F], error) {
	var given []condition
	stride := uint64(1)
	for k := len(factors) - 1; k >= 0; k-- {
		f := factors[k]
		if len(f.Values) == 0 {
			continue
		}
		given = append(given, condition{c.plan.slots[f.Name], f.Values, stride})
		stride *= uint64(len(f.Values))
	}
	return newSampler(c.plan, key, set, given), nil
}

// override gives an item the values of the block's conditions, if it has any.
func (w *workspace) override(i *item, to []float64) bool {
	for _, g := range w.given {
		if g.slot == i.slot {
			for r := range w.rows {
				to[r] = g.values[(w.first+uint64(r))/g.stride%uint64(len(g.values))]
			}
			return true
		}
	}
	return false
}
