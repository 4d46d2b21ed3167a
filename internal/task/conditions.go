package task

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/kernel"
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
		if n *= max(len(f.Values), f.Bins); n > MostConditions {
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
	case found == nil:
		return f, fmt.Errorf("%s is not a variable of the task's trials", name)
	case c.plan.slot[found.slot].shape != expr.Scalar:
		return f, fmt.Errorf("%s is a vector, which has no table", name)
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
		if !slices.Contains(values, v[0]) {
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
func NewBy[F kernel.Float](c Config, key kernel.Key, set *kernel.Set[F], factors []Factor) (Task[F], error) {
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

// fix gives an item the values of the block's conditions, if it has any.
func (w *workspace) fix(i *item, to []float64) bool {
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

// Condition is a row of a test's table.
type Condition struct {
	Low, High []float64 // of each factor: a value, or a bin from low to high
	Trials    int
	Correct   int
}

// Tabulate sorts trials into conditions. Variables are those of the factors,
// each a value for every trial. Bins hold equal numbers of trials.
func Tabulate(factors []Factor, variables [][]float64, correct []bool) []Condition {
	bins := make([][]stretchOf, len(factors))
	for k, f := range factors {
		bins[k] = f.bins(variables[k])
	}
	rows := map[string]*Condition{}
	var order []*Condition
	counter := make([]int, len(factors))
	for done := false; !done; { // all combinations, the last factor fastest
		c := &Condition{}
		key := ""
		for k := range factors {
			if len(bins[k]) == 0 {
				return nil
			}
			b := bins[k][counter[k]]
			c.Low, c.High = append(c.Low, b.low), append(c.High, b.high)
			key += fmt.Sprint(counter[k], " ")
		}
		rows[key], order = c, append(order, c)
		done = true
		for k := len(counter) - 1; k >= 0 && done; k-- {
			if counter[k]++; counter[k] < len(bins[k]) {
				done = false
			} else {
				counter[k] = 0
			}
		}
	}
	for t, right := range correct {
		key := ""
		for k := range factors {
			key += fmt.Sprint(find(bins[k], variables[k][t]), " ")
		}
		if c := rows[key]; c != nil {
			c.Trials++
			if right {
				c.Correct++
			}
		}
	}
	var table []Condition
	for _, c := range order {
		table = append(table, *c)
	}
	return table
}

type stretchOf struct{ low, high float64 }

// Values as they come have a row each, unless there are too many.
const mostMet, binsMet = 100, 10

func (f Factor) bins(values []float64) (bins []stretchOf) {
	sorted := slices.Sorted(slices.Values(values))
	if f.Bins == 0 && len(f.Values) == 0 {
		f.Values = slices.Compact(slices.Clone(sorted))
		if len(f.Values) > mostMet {
			f.Bins = binsMet
		}
	}
	if f.Bins == 0 {
		for _, v := range f.Values {
			bins = append(bins, stretchOf{v, v})
		}
		return bins
	}
	for k := range f.Bins {
		low, high := k*len(sorted)/f.Bins, (k+1)*len(sorted)/f.Bins
		if low < high {
			bins = append(bins, stretchOf{sorted[low], sorted[high-1]})
		}
	}
	return bins
}

func find(bins []stretchOf, v float64) int {
	return slices.IndexFunc(bins, func(b stretchOf) bool { return b.low <= v && v <= b.high })
}
