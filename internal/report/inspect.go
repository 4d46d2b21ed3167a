package report

// What a weight file holds, and how two differ, in words. Names from files are printed in one
// line, and none makes a table wider than a screen can bear.

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"psychrnn/internal/fault"
	"psychrnn/internal/inspect"
	"psychrnn/internal/npz"
	"psychrnn/internal/visible"
)

// Inspection is what a weight file holds, in words.
type Inspection struct {
	Event string `json:"event"`
	File  string `json:"file"`
	*inspect.FileReport
}

func (i Inspection) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\n", visible.Line(i.File))
	alignedTable(&text, func(row func(cells ...string)) {
		row("member", "type", "shape", "min", "max", "mean", "zeros")
		for _, m := range i.Members {
			row(memberRow(m)...)
		}
	})
	text.WriteString("\n")
	alignedTable(&text, func(row func(cells ...string)) {
		if i.Refused != "" {
			row("refused", i.Refused)
		}
		if i.Network != nil {
			describeNetwork(*i.Network, row)
		}
		describeOrigin(i.FileReport, row)
		for _, w := range fault.First(i.Warnings) {
			row("warning", w)
		}
		for _, f := range fault.First(i.Faults) {
			row("fault", f)
		}
	})
	return text.String()
}

// alignedTable writes rows whose cells stand under each other.
func alignedTable(to io.Writer, fill func(row func(cells ...string))) {
	t := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fill(func(cells ...string) {
		for k := range cells {
			cells[k] = visible.Line(cells[k])
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	})
	_ = t.Flush() // into memory
}

// longestCell is how much of a name stands in a table, whose rows are all as long
// as the longest.
const longestCell = 200

func memberRow(m inspect.MemberReport) []string {
	cells := []string{visible.Shortened(m.Name, longestCell), m.Type, "", m.Text}
	if m.Shape != nil {
		cells[2] = npz.ShapeText(m.Shape)
	}
	if m.Zeros == nil {
		return cells
	}
	cells = cells[:3]
	for _, v := range []*float64{m.Min, m.Max, m.Mean} {
		if v == nil {
			cells = append(cells, "")
		} else {
			cells = append(cells, fmt.Sprintf("%.4g", *v))
		}
	}
	cells = append(cells, fmt.Sprint(*m.Zeros))
	if *m.NotFinite > 0 {
		cells = append(cells, fmt.Sprintf("%d not finite", *m.NotFinite))
	}
	return cells
}

func describeNetwork(n inspect.NetworkReport, row func(cells ...string)) {
	size := []string{n.Kind, visible.Count(n.Units, "unit"), visible.Count(n.Inputs, "input"), visible.Count(n.Outputs, "output")}
	if n.FeedForward > 0 {
		size = append(size, visible.Count(n.FeedForward, "unit")+" in a feed-forward layer")
	}
	if n.Batch > 0 {
		size = append(size, "initial states for "+visible.Count(n.Batch, "trial"))
	}
	row("network", strings.Join(size, ", "))
	if n.Constrained {
		describeConstraints(n, row)
	} else {
		row("constraints", "none: masks and Dale's law do not apply to "+n.Kind)
	}
	switch {
	case n.Function == "":
		row("transfer", "none named")
	case n.Transfer == "":
		row("transfer", n.Function+", which is not known here")
	default:
		row("transfer", n.Transfer+" ("+n.Function+")")
	}
}

func describeConstraints(n inspect.NetworkReport, row func(cells ...string)) {
	law, obeyed := "off", "obey the masks"
	if n.DaleRatio != nil {
		obeyed = "obey the masks and Dale's law"
		law = fmt.Sprintf("ratio %g: %d excitatory%s, %d inhibitory units%s", *n.DaleRatio,
			n.Excitatory, unitsOf(n.DaleSigns, 1), n.Inhibitory, unitsOf(n.DaleSigns, -1))
	}
	row("Dale's law", law)
	if len(n.Violations) == 0 {
		row("weights", obeyed)
	}
	for _, b := range n.Violations {
		row("weights", b.String())
	}
	for _, m := range n.Masks {
		row("connectivity", fmt.Sprintf("%s: %.4g %% of all connections", m.Name, 100*m.Density))
	}
	autapses := "none"
	if n.Autapses > 0 {
		autapses = fmt.Sprintf("allowed for %d of %s", n.Autapses, visible.Count(n.Units, "unit"))
	}
	row("autapses", autapses)
	if n.SpectralRadius == nil {
		return
	}
	values := make([]string, len(n.Eigenvalues))
	for k, v := range n.Eigenvalues {
		values[k] = complexText(v[0], v[1])
	}
	row("spectrum", fmt.Sprintf("radius %.4g of the effective W_rec; eigenvalues %s", *n.SpectralRadius, strings.Join(values, ", ")))
}

// unitsOf lists the units of a sign, where they are not those that a ratio
// alone would give: neighbours as a slice, and not too many.
func unitsOf(signs []float64, sign float64) string {
	const most = 10
	var parts []string
	for k := 0; k < len(signs); k++ {
		first := k
		for k < len(signs) && signs[k]*sign > 0 {
			k++
		}
		switch {
		case k == first+1:
			parts = append(parts, fmt.Sprint(first))
		case k > first:
			parts = append(parts, fmt.Sprintf("%d:%d", first, k))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	if len(parts) > most {
		parts = append(parts[:most], "...")
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// complexText writes a complex number as 0.8+0.2i.
func complexText(re, im float64) string {
	if im == 0 {
		return fmt.Sprintf("%.4g", re)
	}
	sign := "+"
	if im < 0 {
		sign = "-"
	}
	return fmt.Sprintf("%.4g%s%.4gi", re, sign, math.Abs(im))
}

func describeOrigin(r *inspect.FileReport, row func(cells ...string)) {
	if p := r.Provenance; p != nil {
		name := p.Experiment
		if name == "" {
			name = "not readable"
		}
		row("provenance", fmt.Sprintf("experiment %s, seed %d, trained on %d trials, version %q", name, p.Seed, p.Trials, p.Version))
	}
	for _, text := range fault.First(r.Edits) {
		row("edited", fmt.Sprintf("%.1000q", text))
	}
}

// ComparisonText is how two weight files differ, in words.
type ComparisonText struct {
	Event  string `json:"event"`
	First  string `json:"first"`
	Second string `json:"second"`
	inspect.Comparison
}

func (c ComparisonText) String() string {
	var text strings.Builder
	alignedTable(&text, func(row func(cells ...string)) {
		for _, d := range c.Differences {
			row(visible.Shortened(d.Name, longestCell), differenceText(d, c.First, c.Second))
		}
	})
	noun := "member"
	if len(c.Differences) > 0 {
		noun = "other member"
	}
	fmt.Fprintf(&text, "%s equal\n", visible.Count(len(c.Equal), noun))
	return text.String()
}

func differenceText(d inspect.Difference, first, second string) string {
	switch {
	case d.First == "":
		return fmt.Sprintf("only in %s: %s", second, d.Second)
	case d.Second == "":
		return fmt.Sprintf("only in %s: %s", first, d.First)
	case d.Entries == nil:
		return d.First + " -> " + d.Second
	}
	e := d.Entries
	text := fmt.Sprintf("%d of %s differ", e.Different, visible.Count(e.Of, "entry"))
	if e.Largest != nil {
		text += fmt.Sprintf(" by up to %.4g", *e.Largest)
	}
	if e.Relative != nil {
		text += fmt.Sprintf(" (%.4g of the largest value)", *e.Relative)
	}
	if len(e.At) > 0 {
		text += ", most at " + npz.IndexText(e.At)
	}
	return text + ": " + d.First + " -> " + d.Second
}
