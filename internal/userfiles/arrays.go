package userfiles

// Arrays that are written while they are made: into an .npz file, or a table that is made
// of one.

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// Visit is told of every group of trials that was run under a lesion, by workers side
// by side.
type Visit[F kernel.Float] func(lesion int, cell model.Cell[F], s *model.Workspace[F])

// SaveLesions lets run go while outputs and states under so many lesions, for so many
// trials and steps, go into a file.
func SaveLesions[F kernel.Float](out OutputFile, net *model.Network, lesions, trials, steps int, run func(Visit[F]) error) error {
	series := sim.SeriesOf[F](model.Dims{N: net.N, O: net.O}, false)
	var arrays []npz.StoredArray
	for k := range lesions {
		for _, a := range series {
			arrays = append(arrays, npz.StoredArray{Name: fmt.Sprintf("%d/%s", k, a.Name), Type: npz.FloatType[F](), Shape: []int{trials, steps, a.Width}})
		}
	}
	return WriteArrays(out, arrays, func(store *npz.Store) error {
		return run(func(lesion int, cell model.Cell[F], s *model.Workspace[F]) {
			storeGroup(store, series, lesion, cell, s)
		})
	})
}

// storeGroup keeps outputs and states of the trials of a group.
func storeGroup[F kernel.Float](store *npz.Store, series []sim.Series[F], lesion int, cell model.Cell[F], s *model.Workspace[F]) {
	for k, a := range series {
		one := make([]F, s.T*a.Width)
		for r := range s.Rows {
			npz.Write(store, len(series)*lesion+k, (int(s.First)+r)*len(one), a.Copy(one, s.T, cell, s, r))
		}
	}
}

// StoreTrials keeps x, y and mask of some trials in the arrays from k on.
func StoreTrials[F kernel.Float](store *npz.Store, k int, trials *model.Trials[F]) {
	for _, a := range []struct {
		channels int
		values   []F // (T, Rows, channels)
	}{{trials.I, trials.X}, {trials.O, trials.Y}, {trials.O, trials.Mask}} {
		one := make([]F, trials.T*a.channels)
		for r := range trials.Rows {
			for t := range trials.T {
				copy(one[t*a.channels:][:a.channels], a.values[(t*trials.Rows+r)*a.channels:])
			}
			npz.Write(store, k, (int(trials.First)+r)*len(one), one)
		}
		k++
	}
}

// Filler fills a store. The error is that of what it did; of writing, the store knows.
type Filler func(*npz.Store) error

// newFilledStore makes a store in a file and lets it be filled. An error of what was done for
// that, which says nothing of the file, is put aside too.
func newFilledStore(to disk.Handle, arrays []npz.StoredArray, fill Filler, failed *error) (*npz.Store, error) {
	store, err := npz.NewStore(to, arrays)
	if err != nil {
		return nil, err
	}
	err = fill(store)
	if unwritten := store.Failed(); unwritten != nil {
		return nil, unwritten
	}
	*failed = err
	return store, err
}

// WriteArrays writes a file of arrays.
func WriteArrays(out OutputFile, arrays []npz.StoredArray, fill Filler) error {
	var failed error
	err := disk.WriteNamedAt(out, out.path, func(f disk.Handle) error {
		store, err := newFilledStore(f, arrays, fill, &failed)
		if err != nil {
			return err
		}
		return errors.Join(store.Close(), out.checkVacant())
	})
	return cmp.Or(failed, err)
}

// WriteSteps writes a table with a row for each trial and step, whose columns are
// the channels and units of the arrays. These lie in a temporary file before.
// The end of ctx ends it early.
func WriteSteps(ctx context.Context, out OutputFile, arrays []npz.StoredArray, columns []string, dt float64, fill Filler) error {
	var failed error
	err := out.Write(func(w io.Writer) error {
		return disk.Scratch(out, out.path, func(spool disk.Handle) error {
			store, err := newFilledStore(spool, arrays, fill, &failed)
			if err != nil {
				return err
			}
			err = stepRows(ctx, w, store, arrays, columns, dt)
			if ctx.Err() != nil {
				failed = err
			}
			return err
		})
	})
	return cmp.Or(failed, err)
}

// stepRows writes the table of a store.
func stepRows(ctx context.Context, w io.Writer, store *npz.Store, arrays []npz.StoredArray, columns []string, dt float64) error {
	out := bufio.NewWriter(w)
	row := []string{task.TrialColumn, task.StepColumn}
	if dt > 0 {
		row = append(row, task.TimeColumn)
	}
	fmt.Fprintln(out, strings.Join(append(row, columns...), ","))
	trials, steps := arrays[0].Shape[0], arrays[0].Shape[1]
	bits := 64
	if arrays[0].Type == "<f4" {
		bits = 32
	}
	for row := range trials * steps {
		if ctx.Err() != nil {
			return fault.New(fault.Interrupted, "", "interrupted during the simulation")
		}
		fmt.Fprintf(out, "%d,%d", row/steps, row%steps)
		if dt > 0 {
			fmt.Fprintf(out, ",%g", float64(row%steps)*dt)
		}
		for k := range arrays {
			channels := arrays[k].Shape[2]
			a, err := store.Read(k, row*channels, channels)
			if err != nil {
				return err
			}
			read := a.Reader()
			for c := range channels {
				fmt.Fprintf(out, ",%s", strconv.FormatFloat(read(c), 'g', -1, bits))
			}
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}
