package lesion

// What the section ablate means for a network and its task: units by their names,
// periods by their times, one lesion for each of many units or windows.

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/random"
	"psychrnn/internal/strict"
)

// Setting is where interventions take place.
type Setting struct {
	Arch  model.Arch
	Steps int
	Dt    float64 // ms; 0 if it is not known
	*network.Resolver

	lesions, named int // made so far, and the numbers of units that they hold
}

// units are those of the network.
func (s *Setting) units() model.Axis { return model.Axis{Size: s.Arch.N, Units: true} }

// What lesions are made of may not run away: a line of an experiment can ask for
// one for every unit, or for a hundred thousand that are drawn.
const (
	mostLesions     = 100_000
	mostLesionUnits = 10_000_000 // that all of them name
	longestName     = 200
)

// allow counts lesions before they are made, each of which names so many units,
// and says whether they can be. What is more than that is reported once.
func (s *Setting) allow(n *strict.Node, lesions, units int) bool {
	if s.lesions > mostLesions || s.named > mostLesionUnits {
		return false
	}
	s.lesions += lesions
	s.named += min(units, mostLesionUnits+1) * min(lesions, mostLesions+1)
	switch {
	case s.lesions > mostLesions:
		s.Fail(n, fmt.Sprintf("with these there are more than %d lesions", mostLesions), "each of them is a line of the table: take fewer")
	case s.named > mostLesionUnits:
		s.Fail(n, fmt.Sprintf("with these all lesions together name more than %d units", mostLesionUnits), "take fewer of them, or fewer units")
	}
	return s.lesions <= mostLesions && s.named <= mostLesionUnits
}

// Named is a lesion with its name. Of is that of the entry that it was made of,
// of which Repeats is the number of those drawn at random.
type Named struct {
	Name    string
	Of      string
	Repeats int
	Do      Intervention
}

// Intact is what tables call the network without a lesion.
const Intact = "intact"

// Resolve finds what the section means. Mistakes are among the resolver's problems.
func (a *Ablate) Resolve(s *Setting) (list []Named) {
	taken := map[string]bool{Intact: true}
	for k := range a.Lesions {
		l := &a.Lesions[k]
		if l.node == nil || l.Name == "" {
			continue // its mistake is told already
		}
		made := l.resolve(s)
		names := []string{l.Name}
		for _, one := range made {
			if one.Name != l.Name {
				names = append(names, one.Name)
			}
		}
		if at := slices.IndexFunc(names, func(name string) bool { return taken[name] }); at >= 0 {
			s.Fail(l.node.Get("name"), "the name "+names[at]+" is given twice", "names tell the lines of the table apart; intact is the network without a lesion")
		}
		for _, name := range names {
			taken[name] = true
		}
		list = append(list, made...)
	}
	return list
}

// Find finds the lesion of that name, or else the names that there are. Only
// mistakes of its own entry are among the resolver's problems: others may make
// sense on other trials.
func (a *Ablate) Find(name string, s *Setting) (do *Intervention, names []string) {
	before := len(s.Problems)
	var own fault.Errors
	for k := range a.Lesions {
		l := &a.Lesions[k]
		made := l.resolve(s)
		if l.Name == name || strings.HasPrefix(name, l.Name+" ") {
			own = append(own, s.Problems[before:]...)
		}
		s.Problems = s.Problems[:before]
		for _, one := range made {
			if one.Name == name {
				return &one.Do, nil
			}
			names = append(names, one.Name)
		}
	}
	s.Problems = append(s.Problems, own...)
	return nil, names
}

// resolve finds the lesions of an entry.
func (l *Config) resolve(s *Setting) (list []Named) {
	before := s.Problems.Count()
	units := l.Each != nil && l.Each.What != "" || l.Random != nil
	switch {
	case l.Each != nil && l.Random != nil:
		s.Fail(l.node, "each and random both say what is silenced", "keep one")
	case units && (l.Silence != nil || l.Connections != nil || l.Current != nil || l.Noise != nil || l.Dt != nil):
		s.Fail(l.node, "each and random silence units, and nothing else", "leave out what else is done; window and in may stand beside them")
	case !units && l.Each == nil && l.Empty() && l.Scale == nil:
		s.Fail(l.node, "nothing is done here", "say silence, connections, current, noise, dt, each or random")
	case len(l.Name) > longestName:
		s.Fail(l.node.Get("name"), fmt.Sprintf("the name is longer than %d letters", longestName), "it stands in every line of the table")
	case l.Each != nil && l.Each.What == "" && (l.Window != nil || l.In != ""):
		s.Fail(l.node, "each says the windows, and so does window or in", "keep one")
	}
	i := l.InterventionConfig.Resolve(l.node, s)
	lesions, named := l.size(s, i)
	if s.Problems.Count() > before || !s.allow(l.node, lesions, named) {
		return nil
	}
	add := func(name string, i Intervention) {
		list = append(list, Named{Name: name, Of: l.Name, Do: i})
	}
	switch {
	case l.Random != nil:
		return l.random(s, i)
	case l.Each == nil:
		add(l.Name, i)
	case l.Each.What == "unit":
		for k := range s.Arch.N {
			i.Silence = []int{k}
			add(fmt.Sprintf("%s %d", l.Name, k), i)
		}
	case l.Each.What == "population":
		for _, name := range slices.Sorted(maps.Keys(s.Populations)) {
			if i.Silence = s.Populations[name]; len(i.Silence) > 0 {
				add(l.Name+" "+name, i)
			}
		}
		if list == nil {
			s.Fail(l.node.Get("each"), "there is no population", "define some in the section populations, or give dale_ratio")
		}
	default:
		return l.windows(s, i)
	}
	return list
}

// size is how many lesions the entry makes, as far as that is known before they
// are made, and how many units each of them names.
func (l *Config) size(s *Setting, i Intervention) (lesions, units int) {
	units = len(i.Silence) + len(i.Current) + len(i.Noise)
	for _, c := range i.Connections {
		units += len(c.From) + len(c.To)
	}
	switch {
	case l.Random != nil:
		return l.Random.Repeats, l.Random.Units
	case l.Each == nil:
		return 1, units
	case l.Each.What == "unit":
		return s.Arch.N, 1
	case l.Each.What == "population":
		return len(s.Populations), 0 // which have their units already
	}
	return 0, units // see windows
}

// windows repeats an intervention in each window; one that says nothing else
// silences all units.
func (l *Config) windows(s *Setting, i Intervention) (list []Named) {
	if l.Empty() {
		i.Silence = s.units().All()
	}
	end, length := float64(s.Steps)*s.Dt, l.Each.Window
	if end/length > mostLesions {
		s.Fail(l.node.Get("each"), fmt.Sprintf("a trial of %g ms has too many such windows", end), "make them longer")
		return nil
	}
	if !s.allow(l.node, int(math.Ceil(end/length)), 0) {
		return nil
	}
	for k := 0.0; k*length < end; k++ { // a running sum would gather rounding errors
		i.When = ActiveTime{From: k * length, To: (k + 1) * length}
		list = append(list, Named{Name: fmt.Sprintf("%s %.10g to %.10g ms", l.Name, i.When.From, min(i.When.To, end)), Of: l.Name, Do: i})
	}
	return list
}

// random draws units without putting them back.
func (l *Config) random(s *Setting, i Intervention) (list []Named) {
	units := s.units().All()
	if l.Random.Of != nil {
		var ok bool
		if units, ok = s.Select(*l.Random.Of, s.units()); !ok {
			return nil
		}
	}
	if l.Random.Units > len(units) {
		s.Fail(l.node.Find("random.units"), fmt.Sprintf("%d units cannot be drawn from %d", l.Random.Units, len(units)), "")
		return nil
	}
	key := random.NewKey(l.Random.Seed).Text("random units")
	left, taken := slices.Clone(units), make([]int, l.Random.Units)
	for repeat := range l.Random.Repeats {
		draws := key.Number(uint64(repeat)).Draws()
		for k := range taken {
			taken[k] = k + draws.Index(len(left)-k)
			left[k], left[taken[k]] = left[taken[k]], left[k]
		}
		i.Silence = slices.Clone(left[:len(taken)])
		for k, at := range slices.Backward(taken) { // back in their order, for the next draw
			left[k], left[at] = left[at], left[k]
		}
		slices.Sort(i.Silence)
		list = append(list, Named{Name: fmt.Sprintf("%s %d", l.Name, repeat), Of: l.Name, Repeats: l.Random.Repeats, Do: i})
	}
	return list
}

// Empty says whether nothing is done.
func (d *InterventionConfig) Empty() bool {
	return d.Silence == nil && d.Connections == nil && d.Current == nil && d.Noise == nil && d.Dt == nil
}

// Resolve finds what the intervention that stands at n means.
func (d *InterventionConfig) Resolve(n *strict.Node, s *Setting) (i Intervention) {
	units := s.units()
	if d.Silence != nil {
		i.Silence, _ = s.Select(*d.Silence, units)
	}
	if c := d.Connections; c != nil {
		i.Connections = []Connection{d.connection(s)}
	} else if d.Scale != nil {
		s.Fail(n.Get("scale"), "there is nothing to scale", "say which connections: connections: {from: excitatory, to: inhibitory}")
	}
	i.Current, i.Noise = d.Current.resolve(s), d.Noise.resolve(s)
	if k := slices.IndexFunc(i.Noise, func(v float64) bool { return v < 0 }); k >= 0 {
		s.Fail(n.Get("noise"), fmt.Sprintf("noise cannot be as strong as %g", i.Noise[k]), "0 is no noise")
	}
	if d.Dt != nil {
		i.Dt = *d.Dt
		if s.Dt == 0 {
			s.Fail(n.Get("dt"), "the network's dt is not known", "give --dt and --tau in place of --alpha")
		}
	}
	if why := i.Meaningless(s.Arch.Kind); why != "" {
		s.Fail(n, why, "silence units or scale connections instead")
	}
	i.When = d.when(n, s)
	return i
}

func (d *InterventionConfig) connection(s *Setting) (c Connection) {
	units := s.units()
	from, to := units, units
	c.Role = model.RecurrentRole
	switch d.Connections.Matrix {
	case "W_in":
		c.Role, from = model.InputRole, model.Axis{Size: cmp.Or(s.Arch.FeedForward, s.Arch.I)}
	case "W_out":
		c.Role, to = model.OutputRole, model.Axis{Size: s.Arch.O}
	}
	c.From, _ = s.Select(d.Connections.From, from)
	c.To, _ = s.Select(d.Connections.To, to)
	if d.Scale != nil {
		c.Scale = *d.Scale
	}
	return c
}

// resolve gives every unit its number, nil if none was written.
func (a *AddedConfig) resolve(s *Setting) []float64 {
	if a == nil {
		return nil
	}
	units := s.units().All()
	if a.To != nil {
		units, _ = s.Select(*a.To, s.units())
	}
	values := make([]float64, s.Arch.N)
	for _, k := range units {
		values[k] = a.Value
	}
	return values
}

func (d *InterventionConfig) when(n *strict.Node, s *Setting) (w ActiveTime) {
	switch {
	case d.In != "" && d.Window != nil:
		s.Fail(n, "window and in both say when", "keep one")
	case d.In != "":
		periods := s.Periods
		if w.Period = d.In; !slices.Contains(periods, d.In) {
			s.Fail(n.Get("in"), "there is no period "+d.In, cmp.Or(fault.Known(d.In, periods, ""), "the trials here have no periods; give a window in ms"))
		}
	case d.Window != nil && (len(d.Window) != 2 || !(d.Window[0] < d.Window[1])):
		s.Fail(n.Get("window"), "a window is two times, the first before the second", "for example window: [500, 1000]")
	case d.Window != nil && s.Dt == 0:
		s.Fail(n.Get("window"), "times are not known, since dt is not", "give --dt and --tau in place of --alpha")
	case d.Window != nil && d.Window[1] <= 0:
		return ActiveTime{From: -2, To: -1} // before the trial
	case d.Window != nil:
		return ActiveTime{From: d.Window[0], To: d.Window[1]}
	}
	return w
}
