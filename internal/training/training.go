// Package training is one run of training in its folder: whether it may begin there, go on
// or take the place of another, what it writes, and how it ends. Nothing is replaced that
// training did not write.
package training

// A run from its beginning, or from where it stands, to its end.

import (
	"cmp"
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
	"psychrnn/internal/progress"
	"psychrnn/internal/report"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/task/external"
	"psychrnn/internal/train"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/visible"
)

// job is one run of train in precision F.
type job[F kernel.Float] struct {
	*Options
	experiment *experiment.Experiment
	programs   *external.Programs
	training   *session.Training[F]
	recorder   *run.Recorder
	numerics   string
	goesOn     *SavedRun              // nil: a new run
	replaces   *experiment.Experiment // of the run that is overwritten; nil: none, or it cannot be read
	past       *run.Past              // of the run that goes on, or begins again; nil: a new run
	complete   bool                   // the run was complete before
	reason     train.Reason
	verdict    error // on the test
}

// inTurn takes steps until one fails.
func inTurn(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// start makes the folder of a new run. Nothing is changed before all that is known to be
// wrong is found.
func (s *job[F]) start() error {
	readBack := func() error { return s.experiment.ReadBack(s.readAgain, s.Out, s.boundsAgain()) }
	err := inTurn(s.training.Ready, s.checkNames, readBack, s.findBefore, s.checkMatrices)
	if err != nil {
		return err
	}
	if err := s.checkOutputs(0); err != nil {
		if there, look := disk.IsFolder(s.Disk, s.Out); s.release == nil && look == nil && there {
			return s.overtaken() // its outputs are there already
		}
		return err
	}
	return inTurn(s.makeFolder, s.clear, s.Folder().Create, s.prepare)
}

// makeFolder makes and holds the folder, if it was not there when it was looked at.
func (s *job[F]) makeFolder() error {
	if s.release != nil {
		return nil
	}
	if err := disk.MkdirAll(s.Disk, s.Out); err != nil {
		return err
	}
	if err := s.Hold(); err != nil {
		return err
	}
	files, err := s.Folder().Contents()
	if len(files) > 0 {
		return s.overtaken()
	}
	return err
}

// prepare writes the experiment, by which the folder is known for that of a
// run, after the matrices that it names, and then makes the folders of outputs.
func (s *job[F]) prepare() error {
	for name, content := range s.experiment.Matrices(s.Out) {
		if err := s.Folder().WriteMatrix(experiment.MatricesFolder, name, content); err != nil {
			return err
		}
	}
	if err := s.Folder().WriteText(run.ExperimentFile, s.experiment.ResolvedFor(s.Out)); err != nil {
		return err
	}
	s.training.Replaced = ""
	return s.recorder.Prepare()
}

// resume goes back to a checkpoint, from which all files are written again.
func (s *job[F]) resume(begun *SavedRun) error {
	path := s.Folder().File(run.CheckpointFile)
	s.goesOn = begun
	if err := s.training.Restore(begun.checkpoint); err != nil {
		return userfiles.AboutFile(path, err)
	}
	if begun.Numerics != s.numerics {
		s.Warn(fmt.Sprintf("%s was computed in the class %s, and this is %s", path, begun.Numerics, s.numerics),
			"the run goes on, but not to the same bits as if it had not been interrupted")
	}
	p := s.training.Progress()
	s.reason = s.training.Finished()
	s.past = s.pastOf([]string{begun.Text, begun.Replaced}, begun.experiment, begun.Reason)
	if stage := p.Stage; stage != begun.Standing.Stage && s.reason == "" {
		s.Note(fmt.Sprintf("with the thresholds as they are now, it goes on in curriculum.stages[%d]", stage))
	}
	lacking, err := s.lacking()
	if err != nil {
		return err
	}
	if s.reason != "" && len(lacking) == 0 {
		s.complete = true
		s.Note(fmt.Sprintf("%s is complete: %d updates", s.Out, p.Update))
		return nil
	}
	readBack := func() error {
		record, bounds := s.Folder().File(run.ExperimentFile), s.boundsAgain()
		bounds.ReadArrays = begun.Read(bounds.ReadArrays, record)
		return s.experiment.ReadBack(begun.Read(s.readAgain, record), s.Out, bounds)
	}
	checkOutputs := func() error { return s.checkOutputs(p.Update) }
	if err := inTurn(s.checkNames, readBack, checkOutputs, s.training.Ready, s.recorder.Ready); err != nil {
		return err
	}
	if s.reason != "" && !slices.Contains(lacking, run.MetricsFile) {
		s.complete = true
		s.Note(fmt.Sprintf("%s is complete: %d updates; written again: %s", s.Out, p.Update, strings.Join(lacking, ", ")))
		if err := s.prepare(); err != nil {
			return err
		}
		return errors.Join(s.recorder.Rewrite(), s.recorder.Finish())
	}
	// It holds what was changed, the new length above all, from now on, and what
	// experiment.yaml says until that is written.
	if begun.recorded != string(s.experiment.ResolvedFor(s.Out)) {
		s.training.Replaced = begun.recorded
	}
	return inTurn(s.recorder.WriteCheckpoint, s.Folder().Continue, s.prepare, s.recorder.Rewrite)
}

// run trains and tests.
func (s *job[F]) run(ctx context.Context) error {
	began := time.Now()
	before := s.training.Progress()
	metrics := run.Metrics{
		Threads: s.Threads, Seed: s.experiment.Seed.Flat(), Version: s.Version, Numerics: s.numerics,
		InitializationSeconds: visible.Number(began.Sub(s.Began).Seconds()),
	}
	all := s.experiment.Train.TrainingIters
	show := s.Wish.Training(before.Trials, all, s.stages())
	show.Begin(before)
	s.recorder.Show = show
	s.Latest.Begin(before, all)
	observers := train.Observers{s.recorder, show, s.Latest, run.NewDue(s.experiment.Train.CheckpointEvery, time.Now), until{ctx}}
	reason, err := s.training.Run(observers)
	metrics.TrainingSeconds = visible.Number(time.Since(began).Seconds())
	show.Close()
	switch interrupted := fault.WithStatus(fault.Interrupted, err) != nil && !errors.As(err, new(*disk.Error)); {
	case interrupted, err == nil && reason == "":
		return s.stopped()
	case fault.WithStatus(fault.Diverged, err) != nil: // the checkpoint stays as it is
		return errors.Join(err, s.recorder.Write())
	case err != nil:
		return err
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
	if err := s.Folder().WriteMetrics(metrics); err != nil {
		return err
	}
	s.verdict = report.Finite(result)
	return s.Result(report.NewTest(result))
}

// stages is the number of stages of the curriculum, 0 if there is none.
func (s *job[F]) stages() int {
	if s.experiment.Curriculum == nil {
		return 0
	}
	return len(s.experiment.Curriculum.Stages)
}

// outcome is how a run ends that came to its end, now or before.
func (s *job[F]) outcome() error {
	if err := s.Result(report.ResultPlaces{Event: "results", Path: s.Out}); err != nil || s.verdict != nil {
		return cmp.Or(err, s.verdict)
	}
	if s.Require {
		return s.unreached()
	}
	return nil
}

// until stops the loop once a context has ended.
type until struct{ context.Context }

// Observe asks it.
func (u until) Observe(train.Event) (train.Action, error) {
	if u.Err() != nil {
		return train.Stop, nil
	}
	return train.Continue, nil
}

// Train trains in precision F by an experiment that was admitted, from the beginning or
// from where a run stands, and tests the network.
func Train[F kernel.Float](ctx context.Context, o *Options, e *experiment.Experiment, begun *SavedRun, programs *external.Programs, set *kernel.Set[F]) error {
	programs.Resumed = begun != nil
	t, err := session.NewTraining(e, set, o.Threads)
	if err != nil {
		return err
	}
	defer t.Close()
	s := &job[F]{Options: o, experiment: e, programs: programs, training: t, numerics: set.Numerics}
	s.recorder = &run.Recorder{
		Folder: o.Folder(), Outputs: outputs(e), Source: t, Version: o.Version, Plain: o.Plain, Warn: o.WarnAll, Show: progress.Silent{},
		MayReplace: func(f run.ExistingFiles) error { return s.mayReplace(f, true) },
	}
	s.recorder.Training = s.recorder.Training[:1] // none goes where those of before went
	if err := o.Begin(); err != nil {
		return err
	}
	if begun != nil {
		err = s.resume(begun)
	} else {
		err = s.start()
	}
	if err == nil && !s.complete {
		err = s.run(ctx)
	}
	if err != nil {
		return err
	}
	return s.outcome()
}

// unreached says that --require-performance was not met.
func (s *job[F]) unreached() error {
	missed := s.training.Unreached()
	if len(missed) == 0 {
		return nil
	}
	hint := "raise train.training_iters and go on with --resume, or ask for less"
	switch {
	case slices.Contains(missed, train.CurriculumPassed) && s.reason == train.PerformancePassed:
		hint = fmt.Sprintf("train.performance_cutoff ended it in curriculum.stages[%d], before the last stage was passed: go on with --resume --set train.performance_cutoff=null",
			s.training.Progress().Stage)
	case slices.Contains(missed, train.PerformancePassed) && s.reason == train.CurriculumPassed:
		hint = "the last stage of the curriculum ended it below train.performance_cutoff: raise that stage's threshold and go on with --resume, or ask for less"
	}
	return fault.New(fault.Performance, hint, "training ended without reaching the performance asked for")
}

// stopped says whether training can go on later.
func (s *job[F]) stopped() error {
	how := "the same command with --resume goes on"
	if !s.programs.Addressed() {
		how = "it cannot go on, since its program gives other trials every time"
	}
	return fault.New(fault.Interrupted, "", "%s", fmt.Sprintf("interrupted after update %d; %s", s.training.Progress().Update, how))
}
