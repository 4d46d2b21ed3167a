package train

// When training ends, and when a stage of a curriculum does: functions of where
// training stands, so that a run whose limits were changed goes on rightly.

import (
	"slices"

	"psychrnn/internal/npz"
	"psychrnn/internal/task"
)

// Reason is why training ended.
type Reason string

// The reasons. An empty one means that the observer stopped it.
const (
	TrialsDone        Reason = "training_iters"
	CurriculumPassed  Reason = "curriculum"
	PerformancePassed Reason = "performance_cutoff"
)

// Rules say when training ends, and when it goes over to the next stage.
type Rules struct {
	Config
	Curriculum *Curriculum // nil: none
}

// Standing is what the rules go by.
type Standing struct {
	Update       int
	Trials       int
	Stage        int
	Measurements []Measurement
}

// StandingIn reads from a checkpoint where training stood.
func StandingIn(f *npz.File) (s Standing, err error) {
	for k, number := range []*int{&s.Update, &s.Trials, &s.Stage} {
		if *number, err = whole(f, []string{updateMember, trialsMember, stageMember}[k]); err != nil {
			return s, err
		}
	}
	s.Measurements, err = measurementsIn(f)
	return s, err
}

// metrics are the evaluations of the curriculum's metric.
func (s Standing) metrics() (list []Measurement) {
	for _, m := range s.Measurements {
		if m.Purpose == task.Curriculum {
			list = append(list, m)
		}
	}
	return list
}

// Metrics are the metric's values, each with its stage: (k,2).
func (s Standing) Metrics() (values []float64) {
	for _, m := range s.metrics() {
		values = append(values, m.Value, float64(m.Stage))
	}
	return values
}

// Metric is the array of them.
func (s Standing) Metric() npz.Array {
	values := s.Metrics()
	return npz.ArrayOf([]int{len(values) / 2, 2}, values)
}

// Finished says whether training is at its end, and why.
func (r Rules) Finished(s Standing) Reason {
	if all := r.Ends(s); len(all) > 0 {
		return all[0]
	}
	return ""
}

// end is one way in which training comes to its end.
type end struct {
	reason      Reason
	asked       bool
	met         bool
	performance bool // it says that the network does what is asked of it
}

// ends is the table of them, the one that counts first.
func (r Rules) ends(s Standing) []end {
	return []end{
		{CurriculumPassed, r.Curriculum != nil, r.Curriculum != nil && s.Stage >= len(r.Curriculum.Stages), true},
		{PerformancePassed, r.PerformanceCutoff != nil, r.cut(s.Measurements), true},
		{TrialsDone, true, s.Trials >= r.TrainingIters, false},
	}
}

// Ends are all the reasons why training is at its end, the one that counts first.
func (r Rules) Ends(s Standing) (all []Reason) {
	for _, e := range r.ends(s) {
		if e.asked && e.met {
			all = append(all, e.reason)
		}
	}
	return all
}

// Unreached is what was asked of the network and not reached, whatever ended its
// training.
func (r Rules) Unreached(s Standing) (all []Reason) {
	for _, e := range r.ends(s) {
		if e.performance && e.asked && !e.met {
			all = append(all, e.reason)
		}
	}
	return all
}

// AskPerformance says whether anything is asked of the network.
func (r Rules) AskPerformance() bool {
	return slices.ContainsFunc(r.ends(Standing{}), func(e end) bool { return e.performance && e.asked })
}

// cut says whether the mean of the last performances reaches the cutoff.
func (r Rules) cut(measured []Measurement) bool {
	if r.PerformanceCutoff == nil {
		return false
	}
	first, found := len(measured), 0
	for found < r.PerformanceWindow && first > 0 {
		if first--; measured[first].Purpose == task.Performance {
			found++
		}
	}
	if found < r.PerformanceWindow {
		return false
	}
	var sum float64
	for _, m := range measured[first:] {
		if m.Purpose == task.Performance {
			sum += m.Value
		}
	}
	return sum/float64(found) >= *r.PerformanceCutoff
}

// Judge gives the stage in which a run goes on whose thresholds may have
// changed: back in the first one that was passed with less than its threshold
// now asks for, or in the next one where the last evaluation of the metric now
// passes. With the thresholds that the run had it is the stage it is in.
func (r Rules) Judge(s Standing) (stage int) {
	if r.Curriculum == nil {
		return s.Stage
	}
	last := map[int]float64{}
	latest := -1
	for _, m := range s.metrics() {
		latest = m.Stage
		last[latest] = m.Value
	}
	stages := r.Curriculum.Stages
	for k := range min(s.Stage, len(stages)) {
		if value, evaluated := last[k]; evaluated && value < stages[k].Threshold {
			return k
		}
	}
	if latest == s.Stage && s.Stage < len(stages) && last[latest] >= stages[s.Stage].Threshold {
		return s.Stage + 1
	}
	return s.Stage
}

// Explain says whether a run that went by these rules from its start, instead
// of those before, would stand where this one does.
func (r Rules) Explain(before Rules, s Standing) bool {
	return s.Update == 0 || r.explainStage(before, s) && r.explainPerformances(before, s)
}

func (r Rules) explainStage(before Rules, s Standing) bool {
	switch {
	case r.Curriculum == nil:
		return true
	case s.Stage == len(r.Curriculum.Stages) && s.Stage < len(before.Curriculum.Stages):
		return false // it went on
	}
	stage, update := 0, 0
	for _, m := range s.metrics() {
		if m.Stage != stage || stage >= len(r.Curriculum.Stages) {
			return false
		}
		if update = m.Update; m.Value >= r.Curriculum.Stages[stage].Threshold {
			stage++
		}
	}
	// What counts as passed now was not to be trained on any further.
	left := stage != s.Stage || stage == len(r.Curriculum.Stages)
	return stage == r.Judge(s) && (!left || update == s.Update)
}

func (r Rules) explainPerformances(before Rules, s Standing) bool {
	if r.PerformanceMeasure != before.PerformanceMeasure || r.PerformanceMeasure != "" && r.PerformanceEpoch != before.PerformanceEpoch {
		return false
	}
	for k, m := range s.Measurements {
		if m.Purpose == task.Performance && m.Update != s.Update && r.cut(s.Measurements[:k+1]) {
			return false
		}
	}
	return true
}
