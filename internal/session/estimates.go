package session

// What commands take of memory, as estimated before they begin.

import (
	"psychrnn/internal/experiment"
	"psychrnn/internal/memory"
	"psychrnn/internal/task/plan"
)

// TrainingMemory is what training and the test behind it take.
func TrainingMemory(e *experiment.Experiment, threads int) (m memory.Estimate) {
	net := memory.NewNetwork(e.Arch(), e.Model.RecNoise != 0, e.Precision)
	var largest memory.Estimate // of the stages
	for k := range e.Stages() {
		c := e.Stage(k)
		workers := net.Workers(c, c.Config.N_batch, threads, true)
		if e.Regularizers.OnRates() {
			workers.Bytes += net.RateGradients(c, threads)
		}
		stage := memory.Estimate{Parts: []memory.Part{net.Trials(c, float64(c.Config.N_batch)), workers, net.Gradients(c.Config.N_batch)}}
		if stage.Sum() > largest.Sum() {
			largest = stage
		}
	}
	m.Parts = append([]memory.Part{net.Weights(e.Train.Optimizer.Slots(), true)}, largest.Parts...)
	if e.Stages() > 1 {
		m.Parts = append(m.Parts, memory.Part{What: "the stage before", Lower: "task.N_batch", Bytes: largest.Sum()})
	}
	m.Parts = append(m.Parts, net.Test(e.TestPlan.Task, e.Test.Trials, threads))
	return m
}

// CheckMemory is what [CheckExperiment] takes: a batch in float64, by one worker.
func CheckMemory(e *experiment.Experiment) (m memory.Estimate) {
	net := memory.NewNetwork(e.Arch(), e.Model.RecNoise != 0, "float64")
	c := e.Stage(0)
	m.Parts = []memory.Part{net.Weights(0, true), net.Trials(c, float64(c.Config.N_batch)), net.Workers(c, c.Config.N_batch, 1, true), net.Gradients(c.Config.N_batch)}
	return m
}

// TestMemory is what testing takes; saved says that all trajectories are kept.
func (t *Trained) TestMemory(threads int, saved bool) (m memory.Estimate) {
	e := t.experiment
	net := memory.NewNetwork(t.Network.Arch, t.Network.RecNoise != 0, e.Precision)
	c := e.TestPlan.Task
	m.Parts = []memory.Part{net.Weights(0, false), net.Test(c, e.Test.Trials, threads)}
	if saved {
		m.Parts = append(m.Parts, net.SavedTrials(c, e.Test.Trials))
	}
	return m
}

// Memory is what the simulation takes.
func (s *Simulated) Memory(precision string, threads int) (m memory.Estimate) {
	net := memory.NewNetwork(s.trained.Network.Arch, s.trained.Network.RecNoise != 0, precision)
	c := (*plan.Plan)(nil)
	if s.OfTask() {
		c = s.trained.experiment.TestPlan.Task
	}
	m.Parts = append([]memory.Part{net.Weights(0, false)}, net.Simulation(c, s.Trials, s.Steps, threads)...)
	if a := s.config.Inputs; a != nil {
		m.Parts = append(m.Parts, memory.Part{What: "inputs", Lower: "--inputs", Bytes: float64(len(a.Data))})
	}
	return m
}
