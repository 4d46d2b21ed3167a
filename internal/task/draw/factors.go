package draw

import (
	"cmp"
	"fmt"
	"psychrnn/internal/expr"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
	"slices"
)

// The conditions of a test: the values of variables, and how they are run through
// evenly trial by trial.

// FactorOf gives the values of a variable, or as many bins as are wanted.
func FactorOf(p *plan.Plan, name string, bins int) (task.Factor, error) {
	f := task.Factor{Name: name, Bins: bins}
	var found *plan.Item
	for _, i := range p.Items {
		if i.Name == name && i.Recorded {
			found = i
		}
	}
	switch {
	case found == nil && slices.Contains(p.Names, name):
		return f, nil // the values of a vector are drawn together
	case found == nil:
		return f, fmt.Errorf("%s is not a variable of the task's trials", name)
	case p.Slots[found.Slot].Shape != expr.Scalar:
		return f, fmt.Errorf("%s is a vector, which has no table, but each of its values has: %s[0], %s[1] and so on", name, name, name)
	case bins > 0 || p.Config.Kind != "": // given trials have the values they have
		return f, nil
	}
	values, why := valuesOf(p, found)
	if why != "" {
		return f, fmt.Errorf("the values of %s cannot be run through, since %s", name, why)
	}
	f.Values = values
	return f, nil
}

// valuesOf are all values that a variable can have, in rising order.
func valuesOf(p *plan.Plan, i *plan.Item) (values []float64, why string) {
	for k, name := range i.Expr.Program.Variables() {
		if p.Slots[i.Expr.Slots[k]].Scope != plan.Fixed {
			return nil, "it depends on " + name
		}
	}
	calls := i.Expr.Tree.Calls()
	counts, picks := make([]int, len(calls)), make([]int, len(calls))
	space := i.Expr.Program.Machine()
	space.External = func(call *expr.Call, out []float64, arguments [][]float64) {
		var list []float64
		if values := task.Distributions[call.Name].Values; values != nil {
			list = values(arguments)
		}
		counts[call.Ordinal] = len(list)
		if len(list) > 0 {
			out[0] = list[picks[call.Ordinal]]
		}
	}
	if err := space.Resize(1, 1); err != nil {
		return nil, err.Error()
	}
	for k, id := range i.Expr.Slots {
		space.Bind(k, p.Slots[id].Fixed)
	}
	for total := 0; total <= task.MostConditions; total++ {
		v, err := space.Eval()
		if err != nil {
			return nil, err.Error()
		}
		for k, call := range calls {
			if counts[k] == 0 {
				return nil, call.Name + " has no list of values; say how many bins: {" + i.Name + ": {bins: 5}}"
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
	return nil, fmt.Sprintf("there are more than %d", task.MostConditions)
}

// condition is a factor with values, as a worker has it.
type condition struct {
	slot   int
	values []float64
	stride uint64 // trials until the next value
}

// conditionsOf are those of the factors that have values, the last of which changes
// with every trial.
func conditionsOf(p *plan.Plan, factors []task.Factor) (given []condition) {
	stride := uint64(1)
	for k := len(factors) - 1; k >= 0; k-- {
		if f := factors[k]; len(f.Values) > 0 {
			given = append(given, condition{p.SlotOf(f.Name), f.Values, stride})
			stride *= uint64(len(f.Values))
		}
	}
	return given
}

// override gives an item the values of the block's conditions, if it has any.
func (w *trialBlock) override(i *plan.Item, to []float64) bool {
	for _, g := range w.given {
		if g.slot == i.Slot {
			for r := range w.rows {
				to[r] = g.values[(w.first+uint64(r))/g.stride%uint64(len(g.values))]
			}
			return true
		}
	}
	return false
}
