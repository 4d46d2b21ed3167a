package task

// Which names the expressions of a definition use, and what it can do without.

import (
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
)

// Uses are the names of the language and of variables that expressions of the
// definition have in them.
func (d *Definition) Uses() map[string]bool {
	nodes := d.roots()
	for _, m := range d.named() {
		for _, e := range *m {
			nodes = append(nodes, e.Value)
		}
	}
	names := map[string]bool{}
	for _, n := range nodes {
		addUses(names, n)
	}
	return names
}

// named are the sections that give names to values.
func (d *Definition) named() []*strict.Map[*strict.Node] {
	return []*strict.Map[*strict.Node]{&d.Parameters, &d.Trial, &d.Signals}
}

// roots are the expressions that trials and their judgement come from.
func (d *Definition) roots() []*strict.Node {
	nodes := []*strict.Node{d.Noise, d.Accuracy}
	for _, e := range d.Periods {
		nodes = append(nodes, e.Value)
	}
	for _, rules := range [][]Rule{d.X, d.Y, d.Mask} {
		for _, r := range rules {
			nodes = append(nodes, r.When, r.Channel, r.Set, r.Add, r.Multiply)
		}
	}
	return nodes
}

// Drop takes away what a definition gives a name to but neither uses, straight
// or by way of other names, nor has among the wanted ones. It gives their names.
func (d *Definition) Drop(wanted []string) (unused []string) {
	live, kept := map[string]bool{}, map[*strict.Node]bool{}
	for _, name := range wanted {
		live[name] = true
	}
	for _, n := range d.roots() {
		addUses(live, n)
	}
	for before := -1; before < len(kept); {
		before = len(kept)
		for _, m := range d.named() {
			for _, e := range *m {
				if live[e.Key] && !kept[e.Value] {
					kept[e.Value] = true
					addUses(live, e.Value)
				}
			}
		}
	}
	for _, m := range d.named() {
		*m = slices.DeleteFunc(slices.Clone(*m), func(e strict.Entry[*strict.Node]) bool {
			if kept[e.Value] {
				return false
			}
			unused = append(unused, e.Key)
			return true
		})
	}
	return unused
}

// addUses adds the names in all expressions below a node. A text that is none,
// as a duration with its unit, names nothing.
func addUses(names map[string]bool, n *strict.Node) {
	switch {
	case n == nil:
	case n.Kind() == strict.Mapping:
		for _, e := range n.Entries() {
			addUses(names, e)
		}
	case n.Kind() == strict.List:
		for _, item := range n.Items() {
			addUses(names, item)
		}
	default:
		if syntax, err := expr.Parse(n.Text()); err == nil {
			for _, name := range syntax.Names() {
				names[name.Text] = true
			}
		}
	}
}
