package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/task/external"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// savedRun is a run that the folder holds.
type savedRun struct {
	experiment.Saved
	checkpoint *npz.File
	experiment *experiment.Experiment // as it was when the run was begun, or went on last
	recorded   string                 // what experiment.yaml holds; empty if it is not there
}

// savedRunIn reads the checkpoint to go on from; nil if there is none.
func savedRunIn(folder run.Folder) (*savedRun, error) {
	if there, err := folder.Has(run.CheckpointFile); !there {
		return nil, err
	}
	path := folder.File(run.CheckpointFile)
	info, err := disk.Stat(folder.Disk, path)
	if err != nil {
		return nil, err
	}
	// It is not compressed, and the files in it are bytes, of which each counts as
	// an entry.
	checkpoint, err := readWeights(folder.Disk, path, byteSize(npz.Unasked(0)+4*info.Size()))
	if refused := fault.Content(err); refused != nil {
		const further = "bring back a copy of the checkpoint, or train anew with --overwrite"
		refused.Hint = strings.TrimPrefix(refused.Hint+"; "+further, "; ")
	}
	if err != nil {
		return nil, err
	}
	saved, err := experiment.SavedIn(checkpoint)
	if err != nil {
		return nil, asFileError(path, err)
	}
	saved.Resolve = folder.Disk.Resolve
	return &savedRun{Saved: saved, checkpoint: checkpoint}, nil
}

// trainSession is one run of train in precision F.
type trainSession[F kernel.Float] struct {
	trainOptions
	experiment     *experiment.Experiment
	programs       *external.Programs
	training       *session.Training[F]
	recorder       *run.Recorder
	numerics       string
	goesOn         *savedRun              // nil: a new run
	replaces       *experiment.Experiment // of the run that is overwritten; nil: none, or it cannot be read
	replacedMetric npz.Array              // of its curriculum
	past           *run.Past              // of the run that goes on, or begins again; nil: a new run
	complete       bool                   // the run was complete before
	reason         train.Reason
	verdict        error // on the test
}

// start makes the folder of a new run.
func (s *trainSession[F]) start() error {
	if err := s.training.Ready(); err != nil {
		return err
	}
	if err := s.checkNames(); err != nil {
		return err
	}
	if err := s.experiment.ReadBack(s.readAgain, s.out, s.boundsAgain()); err != nil {
		return err
	}
	if s.overwrite {
		if err := s.findReplaced(); err != nil {
			return err
		}
	}
	if s.again {
		if err := s.beginsAgain(); err != nil {
			return err
		}
	}
	if _, err := s.matrixStates(); err != nil {
		return err
	}
	if err := s.checkOutputs(0); err != nil {
		if there, look := disk.IsFolder(s.disk, s.out); s.release == nil && look == nil && there {
			return s.overtaken() // its outputs are there already
		}
		return err
	}
	if s.release == nil { // the folder was not there when it was looked at
		if err := disk.MkdirAll(s.disk, s.out); err != nil {
			return err
		}
		if err := s.hold(); err != nil {
			return err
		}
		if files, err := s.folder().Contents(); err != nil {
			return err
		} else if len(files) > 0 {
			return s.overtaken()
		}
	}
	if s.overwrite {
		if err := s.clear(); err != nil {
			return err
		}
	}
	if err := s.folder().Create(); err != nil {
		return err
	}
	return s.prepare()
}

// readAgain reads a text that has been read before, or is of the run.
func (s streams) readAgain(name string) ([]byte, error) {
	return disk.ReadText(disk.Forgetting(s.disk), name)
}

// boundsAgain are those of reading an experiment that has been afforded before.
func (f *experimentFlags) boundsAgain() experiment.Bounds {
	return experiment.Bounds{Arrays: int64(f.maxSize), ReadArrays: func(name string) ([]byte, error) {
		return disk.ReadArrays(disk.Forgetting(f.disk), name, func(int64) error { return nil })
	}}
}

// prepare writes the experiment, by which the folder is known for that of a
// run, after the matrices that it names, and then makes the folders of outputs.
func (s *trainSession[F]) prepare() error {
	for name, content := range s.experiment.Matrices(s.out) {
		if err := s.folder().WriteMatrix(experiment.MatricesFolder, name, content); err != nil {
			return err
		}
	}
	if err := s.folder().WriteText(run.ExperimentFile, s.experiment.ResolvedFor(s.out)); err != nil {
		return err
	}
	s.training.Replaced = ""
	return s.recorder.Prepare()
}

// resume goes back to a checkpoint, from which all files are written again.
func (s *trainSession[F]) resume(begun *savedRun) error {
	path := s.folder().File(run.CheckpointFile)
	s.goesOn = begun
	if err := s.training.Restore(begun.checkpoint); err != nil {
		return asFileError(path, err)
	}
	if begun.Numerics != s.numerics {
		s.warn(fmt.Sprintf("%s was computed in the class %s, and this is %s", path, begun.Numerics, s.numerics),
			"the run goes on, but not to the same bits as if it had not been interrupted")
	}
	p := s.training.Progress()
	s.reason = s.training.Finished()
	s.past = s.pastOf([]string{begun.Text, begun.Replaced}, begun.experiment, begun.Reason)
	if stage := p.Stage; stage != begun.Standing.Stage && s.reason == "" {
		s.note(fmt.Sprintf("with the thresholds as they are now, it goes on in curriculum.stages[%d]", stage))
	}
	lacking, err := s.lacking()
	if err != nil {
		return err
	}
	if s.reason != "" && len(lacking) == 0 {
		s.complete = true
		s.note(fmt.Sprintf("%s is complete: %d updates", s.out, p.Update))
		return nil
	}
	if err := s.checkNames(); err != nil {
		return err
	}
	record, bounds := s.folder().File(run.ExperimentFile), s.boundsAgain()
	bounds.ReadArrays = begun.Read(bounds.ReadArrays, record)
	if err := s.experiment.ReadBack(begun.Read(s.readAgain, record), s.out, bounds); err != nil {
		return err
	}
	if err := s.checkOutputs(p.Update); err != nil {
		return err
	}
	if err := s.training.Ready(); err != nil {
		return err
	}
	if err := s.recorder.Ready(); err != nil {
		return err
	}
	if s.reason != "" && !slices.Contains(lacking, run.MetricsFile) {
		s.complete = true
		s.note(fmt.Sprintf("%s is complete: %d updates; written again: %s", s.out, p.Update, strings.Join(lacking, ", ")))
		if err := s.prepare(); err != nil {
			return err
		}
		return errors.Join(s.recorder.Rewrite(), s.recorder.Finish())
	}
	// It holds what was changed, the new length above all, from now on, and what
	// experiment.yaml says until that is written.
	if begun.recorded != string(s.experiment.ResolvedFor(s.out)) {
		s.training.Replaced = begun.recorded
	}
	if err := s.recorder.WriteCheckpoint(); err != nil {
		return err
	}
	if err := s.folder().Continue(); err != nil {
		return err
	}
	if err := s.prepare(); err != nil {
		return err
	}
	return s.recorder.Rewrite()
}

// run trains and tests.
func (s *trainSession[F]) run(ctx context.Context) error {
	began := time.Now()
	before := s.training.Progress()
	metrics := run.Metrics{
		Threads: s.threads, Seed: s.experiment.Seed.Flat(), Version: version, Numerics: s.numerics,
		InitializationSeconds: run.Number(began.Sub(s.began).Seconds()),
	}
	all := s.experiment.Train.TrainingIters
	show := newProgress(s.runFlags, before.Trials, all, s.stages())
	show.Begin(before)
	s.recorder.Show = show
	s.latest.begin(before, all)
	observers := run.Observers{s.recorder, show, s.latest, run.NewDue(s.experiment.Train.CheckpointEvery, time.Now), untilDone(ctx.Done())}
	reason, err := s.training.Run(observers)
	metrics.TrainingSeconds = run.Number(time.Since(began).Seconds())
	show.Close()
	switch {
	case errors.Is(err, external.ErrInterrupted) && !errors.As(err, new(*disk.Error)):
		return s.stopped()
	case err != nil:
		return s.diverged(err)
	case reason == "":
		return s.stopped()
	}
	s.reason = reason
	show.Finished()
	if err := s.recorder.Finish(); err != nil {
		return err
	}
	result, err := s.training.Test(ctx)
	if err != nil {
		return err
	}
	metrics.Add(s.training.Progress(), s.stages(), reason, result.Evaluation)
	metrics.By, metrics.Conditions = result.Factors, run.NewConditions(result.Conditions)
	if err := s.folder().WriteMetrics(metrics); err != nil {
		return err
	}
	s.verdict = judged(result)
	return s.result(newTestResult(result))
}

// stages is the number of stages of the curriculum, 0 if there is none.
func (s *trainSession[F]) stages() int {
	if s.experiment.Curriculum == nil {
		return 0
	}
	return len(s.experiment.Curriculum.Stages)
}

// diverged writes the weights before the update that diverged. The checkpoint
// stays as it is.
func (s *trainSession[F]) diverged(err error) error {
	if diverged := (*train.DivergenceError)(nil); errors.As(err, &diverged) {
		return errors.Join(err, s.recorder.Write())
	}
	return err
}

// outcome is how the session ends.
func (s *trainSession[F]) outcome(err error) error {
	if err != nil {
		return err
	}
	if err := s.result(written{"results", s.out}); err != nil {
		return err
	}
	if s.verdict != nil {
		return s.verdict
	}
	if s.require {
		return s.unreached()
	}
	return nil
}

// untilDone stops the loop once done is closed.
func untilDone(done <-chan struct{}) train.Observer {
	return observerFunc(func(train.Event) (train.Action, error) {
		select {
		case <-done:
			return train.Stop, nil
		default:
			return train.Continue, nil
		}
	})
}

type observerFunc func(train.Event) (train.Action, error)

func (f observerFunc) Observe(e train.Event) (train.Action, error) { return f(e) }

// source writes weight files without pickles where that is asked for.
type source[F kernel.Float] struct {
	*session.Training[F]
	plain bool
	ui
}

func (s source[F]) Weights(version string) (*npz.File, error) {
	f, err := s.Training.Weights(version)
	if err != nil || !s.plain {
		return f, err
	}
	return s.ui.plainFile(f)
}

// Forms are the weight file with pickles and without.
func (s source[F]) Forms(version string) (whole, plain *npz.File, err error) {
	if whole, err = s.Training.Weights(version); err == nil {
		plain, _, err = weights.Plain(whole)
	}
	return whole, plain, err
}
