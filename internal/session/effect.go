package session

// What commands take from an experiment beside the weights, so that a flag without
// effect is told.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/effect"
	"psychrnn/internal/lesion"
	"psychrnn/internal/strict"
)

// TestUses is what a test takes beside the weights; recorded says that trials
// are written with their variables.
func (t *Trained) TestUses(recorded bool) effect.Uses {
	wanted := effect.ConditionVariables(t.experiment)
	if recorded {
		wanted = append(wanted, effect.TrialVariables(*t.experiment.TestPlan.Task.Config)...)
	}
	u := effect.OfTrials(t.experiment, t.Network, *t.experiment.TestPlan.Task.Config, wanted)
	e := t.experiment
	u["loss"], u["precision"], u["test.trials"] = e.Loss, e.Precision, fmt.Sprint(e.Test.Trials)
	u["test.by"] = fmt.Sprint(e.TestPlan.Factors)
	u[effect.ReactionUse] = effect.AsText(e.Test.ReactionTime)
	return u
}

// AblateUses is what an ablation takes beside the weights.
func (t *Trained) AblateUses(list []lesion.Named) effect.Uses {
	u := t.TestUses(false)
	delete(u, effect.ReactionUse)
	u["lesions"] = effect.AsText(list)
	return u
}

// Uses is what a simulation takes beside the weights; targets says whether
// those of the trials are kept.
func (s *Simulated) Uses(targets bool) effect.Uses {
	t := s.trained
	if t.experiment == nil {
		return nil
	}
	c := *t.experiment.TestPlan.Task.Config
	if c.Accuracy = nil; !targets {
		c.Y, c.Mask = nil, nil
	}
	u := effect.OfTrials(t.experiment, t.Network, c, nil)
	if !s.OfTask() {
		maps.DeleteFunc(u, func(key, _ string) bool { return strict.Within(strings.Fields(key)[0], "test.task") || key == "stage" })
		noisy := t.Network.RecNoise > 0 || slices.ContainsFunc(s.lesion, func(i lesion.Intervention) bool { return i.Noise != nil })
		if !noisy {
			delete(u, "test.seed")
		}
	}
	u["trials"], u["steps"], u["dt"], u["lesion"] = fmt.Sprint(s.Trials), fmt.Sprint(s.Steps), fmt.Sprint(s.Dt), effect.AsText(s.lesion)
	return u
}
