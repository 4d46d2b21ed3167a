package session

// Lesions of a trained network: which there are, and what they do to it.

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"psychrnn/internal/eval"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/lesion"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/strict"
	"psychrnn/internal/visible"
)

// Steps are those of a test trial.
func (t *Trained) Steps() int { return t.experiment.TestPlan.Task.Steps }

// Lesions are those of the experiment and of flags, made ready for the network.
func (t *Trained) Lesions(flags []string) ([]lesion.Named, error) {
	var all lesion.Ablate
	if t.experiment.Ablate != nil {
		all.Lesions = append(all.Lesions, t.experiment.Ablate.Lesions...)
	}
	for _, text := range flags {
		var l lesion.Config
		if _, err := decodeFlag("lesion", text, &l); err != nil {
			return nil, err
		}
		all.Lesions = append(all.Lesions, l)
	}
	s := t.experiment.Setting(t.Network.Arch, t.experiment.Units(t.Network))
	return all.Resolve(s), s.Resolver.Problems.Err()
}

// decodeFlag reads the YAML of a flag.
func decodeFlag(flag, text string, into any) (*strict.Node, error) {
	n, err := strict.ParseFlag(flag, text)
	if err != nil {
		return nil, err
	}
	return n, strict.Loader{}.Decode(n, into)
}

// lesion finds the interventions of one of the experiment's lesions.
func (t *Trained) lesion(name string, s *lesion.Setting) (*lesion.Intervention, error) {
	var names []string
	if t.experiment != nil && t.experiment.Ablate != nil {
		var do *lesion.Intervention
		if do, names = t.experiment.Ablate.Find(name, s); do != nil {
			return do, nil
		}
	}
	if err := s.Resolver.Problems.Err(); err != nil {
		return nil, err
	}
	hint := cmp.Or(fault.Known(name, names, ""), "the section ablate of the experiment has none; --intervention needs no name")
	return nil, fault.Errors{{Place: fault.Place{File: "--lesion"}, Text: "there is no lesion " + name, Hint: hint}}
}

// Nothing are the lesions of a list that change nothing, each with the reason
// and once for all that were made of one entry.
func (t *Trained) Nothing(list []lesion.Named) (said []string) {
	c, eff := t.experiment.TestPlan.Task, t.Network.Effective()
	for _, l := range list {
		why := l.Do.Nothing(t.Network, eff, c.Steps, c.Dt)
		if text := fmt.Sprintf("lesion %s changes nothing: %s", l.Of, why); why != "" && !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	return said
}

// missed says of interventions that their period had no step in any trial.
func missed[F kernel.Float](l *lesion.Lesion[F], what string, do []lesion.Intervention, trials int) (said []string) {
	for k, i := range do {
		if p := i.When.Period; p != "" && l.Missed(k) {
			said = append(said, fmt.Sprintf("%s changes nothing: the period %s has no step in any of %s", what, p, visible.Count(trials, "trial")))
		}
	}
	return said
}

// Ablated is how a network did under a lesion.
type Ablated struct {
	lesion.Named
	eval.Tested
}

// Ablation is an experiment's network intact and under each lesion.
type Ablation struct {
	Intact   eval.Tested
	Lesions  []Ablated
	Warnings []string // of lesions that changed nothing
}

// AblateTrained runs the network intact and under each lesion on the experiment's
// test trials. Every group that was run is handed to keep, by workers side by side;
// lesion 0 is none. The end of ctx ends it early.
func AblateTrained[F kernel.Float](ctx context.Context, t *Trained, set *kernel.Set[F], threads int, list []lesion.Named, keep func(lesion int, cell model.Cell[F], s *model.Workspace[F])) (a Ablation, err error) {
	workers := sim.NewWorkers(threads)
	defer workers.Close()
	e, err := newEvaluator(t.experiment, t.Network, set, workers)
	if err != nil {
		return a, err
	}
	lesions, wrappers := make([]*lesion.Lesion[F], len(list)), make([]sim.Wrapper[F], len(list))
	for k, l := range list {
		if lesions[k], err = lesion.New(t.Network, t.experiment.Config.Task.Dt, []lesion.Intervention{l.Do}, set); err != nil {
			return a, err
		}
		wrappers[k] = lesions[k]
	}
	e.Keep = keep
	intact, found, err := e.Ablate(ctx, model.Theta[F](t.Network), wrappers)
	a.Intact = intact
	for k, f := range found {
		a.Lesions = append(a.Lesions, Ablated{list[k], f})
		for _, text := range missed(lesions[k], "lesion "+list[k].Of, []lesion.Intervention{list[k].Do}, e.Trials) {
			if !slices.Contains(a.Warnings, text) {
				a.Warnings = append(a.Warnings, text)
			}
		}
	}
	return a, err
}
