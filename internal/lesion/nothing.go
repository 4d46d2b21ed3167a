package lesion

// Interventions that do nothing, as to silence units outside of every window.

import (
	"fmt"
	"slices"

	"psychrnn/internal/model"
)

// Nothing says why an intervention changes nothing in a network with the
// effective weights eff, of the shape of the layout, on trials of so many steps of
// dt ms; "" where it does.
func (i Intervention) Nothing(net *model.Network, eff []float64, steps int, dt float64) string {
	if w := i.When; w.Period == "" && dt > 0 {
		spans, _ := w.spans(1, nil, dt)
		if s := spans[0]; min(s.to, steps) <= s.from {
			return fmt.Sprintf("its window has none of the %d steps of a trial", steps)
		}
	}
	all0 := func(values []float64) bool {
		return !slices.ContainsFunc(values, func(v float64) bool { return v != 0 })
	}
	why := "no units are silenced"
	switch {
	case len(i.Silence) > 0, !all0(i.Current), !all0(i.Noise), i.Dt != 0 && i.Dt != dt:
		return ""
	case i.Current != nil:
		why = "the current is 0 for every unit"
	case i.Noise != nil:
		why = "the noise is 0 for every unit"
	case i.Dt != 0:
		why = fmt.Sprintf("dt is %g ms as it is", dt)
	}
	for _, c := range i.Connections {
		if why = c.nothing(net, eff); why == "" {
			return ""
		}
	}
	return why
}

// nothing says why scaling these connections changes nothing.
func (c Connection) nothing(net *model.Network, eff []float64) string {
	switch {
	case c.Scale == 1:
		return "the connections are scaled by 1"
	case len(c.From) == 0 || len(c.To) == 0:
		return "there are no such connections"
	}
	if !model.KindOf(net.Kind).Dale { // more than this matrix may lie between them
		return ""
	}
	for _, t := range net.Layout {
		if t.Role != c.Role {
			continue
		}
		w := model.View(t, eff)
		for _, to := range c.To {
			for _, from := range c.From {
				if w[to*t.Shape[1]+from] != 0 {
					return ""
				}
			}
		}
	}
	return "all these connections are 0"
}

// Missed says that the time of an intervention has held no step of any trial that
// was run.
func (l *Lesion[F]) Missed(part int) bool { return !l.met[part].Load() }
