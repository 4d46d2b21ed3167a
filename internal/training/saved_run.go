package training

// Runs that go on from a checkpoint.

import (
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
	"psychrnn/internal/userfiles"
)

// SavedRun is a run that the folder holds.
type SavedRun struct {
	experiment.Saved
	checkpoint *npz.File
	experiment *experiment.Experiment // as it was when the run was begun, or went on last
	recorded   string                 // what experiment.yaml holds; empty if it is not there
}

// SavedRunIn reads the checkpoint to go on from; nil if there is none.
func SavedRunIn(folder run.Folder) (*SavedRun, error) {
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
	checkpoint, err := userfiles.ReadWeights(folder.Disk, path, npz.Unasked(0)+4*info.Size())
	if refused := fault.Content(err); refused != nil {
		const further = "bring back a copy of the checkpoint, or train anew with --overwrite"
		refused.Hint = strings.TrimPrefix(refused.Hint+"; "+further, "; ")
	}
	if err != nil {
		return nil, err
	}
	saved, err := experiment.SavedIn(checkpoint)
	if err != nil {
		return nil, userfiles.AboutFile(path, err)
	}
	saved.Resolve = folder.Disk.Resolve
	return &SavedRun{Saved: saved, checkpoint: checkpoint}, nil
}

// goOn says whether the run may go on as this experiment, and by which rules.
func (o *Options) goOn(e *experiment.Experiment, begun *SavedRun) error {
	began, err := e.CanGoOn(begun.Saved, o.Folder().File(run.ExperimentFile))
	if err != nil {
		return userfiles.AboutFile(o.Folder().File(run.CheckpointFile), err)
	}
	if err := begun.checkRecord(o.Folder()); err != nil {
		return err
	}
	files, err := o.Folder().Contents()
	if err != nil {
		return err
	}
	if err := o.checkNotRead(slices.DeleteFunc(files, func(name string) bool { return name == run.ExperimentFile })); err != nil {
		return err
	}
	// The last batch may have gone beyond the training_iters of the run.
	if iters, trials := e.Train.TrainingIters, begun.Standing.Trials; iters < min(began.Train.TrainingIters, trials) {
		return fault.New(fault.Usage, "raise it, or begin anew with --overwrite", "train.training_iters is %d, but the run has been trained on %d trials", iters, trials)
	}
	begun.experiment = began
	unused, err := e.SettleRules(began, begun.Saved)
	if len(unused.Keys) > 0 {
		o.Warn(fmt.Sprintf("training is at its end (%s), and does not go on with the new %s; the run keeps what it was trained with",
			unused.Reason, strings.Join(unused.Keys, ", ")), further(unused.Now))
	}
	return err
}

// further says how a run goes on that is at its end for these reasons.
func further(ends []train.Reason) string {
	words := map[train.Reason]string{
		train.TrialsDone:        "raise train.training_iters",
		train.CurriculumPassed:  "raise the threshold of the last stage",
		train.PerformancePassed: "raise train.performance_cutoff or leave it out",
	}
	var steps []string
	for _, reason := range ends {
		steps = append(steps, words[reason])
	}
	return "to train on, " + strings.Join(steps, ", and ")
}
