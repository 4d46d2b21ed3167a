package session

// What comes out of a simulation is written step by step, so that simulations may be longer
// than memory.

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/userfiles"
)

// SaveSimulation runs a simulation into a file: a table, or arrays, and then the task's
// trials too. What is done is counted in steps of a trial. It says whether all outputs and
// states were finite.
func SaveSimulation[F kernel.Float](ctx context.Context, s *Simulated, set *kernel.Set[F], threads int, out userfiles.OutputFile, table bool, count func(done int)) (allFinite bool, err error) {
	cell, err := model.NewCell(s.trained.Network.Arch, set)
	if err != nil {
		return false, err
	}
	list := sim.SeriesOf[F](cell.Dims(), s.config.Rates)
	var arrays []npz.StoredArray
	var columns []string
	add := func(name string, channels int, labels []string) {
		arrays = append(arrays, npz.StoredArray{Name: name, Type: npz.FloatType[F](), Shape: []int{s.Trials, s.Steps, channels}})
		columns = append(columns, task.ChannelColumns(name, labels, channels)...)
	}
	for k, a := range list {
		add(a.Name, a.Width, [][]string{s.outputLabels(), nil, nil, nil}[k])
	}
	write := userfiles.WriteArrays
	met := func(*npz.Store, *model.Trials[F]) {}
	if table {
		write = func(out userfiles.OutputFile, arrays []npz.StoredArray, fill userfiles.Filler) error {
			return userfiles.WriteSteps(ctx, out, arrays, columns, s.Dt, fill)
		}
	} else if s.OfTask() {
		net := s.trained.Network
		add(task.XArray, net.I, nil)
		add(task.YArray, net.O, nil)
		add(task.MaskArray, net.O, nil)
		met = func(store *npz.Store, trials *model.Trials[F]) { userfiles.StoreTrials(store, len(list), trials) }
	}
	var done atomic.Int64
	var infinite atomic.Bool
	err = write(out, arrays, func(store *npz.Store) error {
		begin := func(trials *model.Trials[F]) error {
			met(store, trials)
			return store.Failed()
		}
		return userfiles.AboutFile(s.config.Connectivity, simulate(ctx, s, set, threads, begin, func(p sim.Piece[F]) error {
			for k, a := range list {
				npz.Write(store, k, (p.Trial*s.Steps+p.Step)*a.Width, p.Series[k])
			}
			if !allNumbers(p.Series[0]) || !allNumbers(p.Series[1]) {
				infinite.Store(true)
			}
			count(int(done.Add(int64(p.Steps))))
			return store.Failed()
		}))
	})
	return !infinite.Load(), err
}

func allNumbers[F kernel.Float](values []F) bool {
	return !slices.ContainsFunc(values, func(v F) bool { return v-v != 0 })
}

// Taken says in words under which conditions the network runs.
func (s *Simulated) Taken(precision string) string {
	net := s.trained.Network
	text := "kind " + net.Kind
	if net.Transfers() {
		text = "transfer function " + net.Function.Name
	}
	kind := model.KindOf(net.Kind)
	if kind.Noise {
		text = fmt.Sprintf("rec_noise %.6g, %s", net.RecNoise, text)
	}
	if kind.TimeConstant {
		low, high := slices.Min(net.Alpha), slices.Max(net.Alpha)
		alpha := fmt.Sprintf("alpha %.6g", low)
		if low != high {
			alpha += fmt.Sprintf(" to %.6g", high)
		}
		text = alpha + ", " + text
	}
	if s.Dt > 0 {
		text = fmt.Sprintf("dt %.6g ms, %s", s.Dt, text)
	}
	return text + ", " + precision
}
