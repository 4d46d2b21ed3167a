package training

// What is asked of a run, and the folder that it holds while it lasts.

import (
	"errors"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/memory"
	"psychrnn/internal/progress"
	"psychrnn/internal/run"
	"psychrnn/internal/ui"
)

// Options are what is asked of a run.
type Options struct {
	ui.UI
	Out       string // the run folder
	Given     bool   // its user gave the experiment
	Overwrite bool   // the run that the folder holds is replaced
	Resume    bool   // the run in the folder goes on, if there is one
	Require   bool   // it fails where the performance that is asked for is not reached
	Plain     bool   // weight files are written without pickles
	Threads   int
	MaxSize   int64 // bytes of the arrays of a file that the experiment names; 0: see [npz.Unasked]
	Version   string
	Began     time.Time
	Wish      progress.Wish
	Latest    *progress.Latest // what who asks at any moment is told

	again   bool   // the run in the folder was ended before its first checkpoint
	release func() // lets other programs into the folder; nil: it is not held
}

// Folder is the run folder. What is read there is no input of the experiment.
func (o *Options) Folder() run.Folder {
	return run.Folder{Path: o.Out, Disk: disk.Forgetting(o.Disk), Afford: memory.AffordContent}
}

// Hold keeps other programs from training into the folder at the same time, once
// it is there.
func (o *Options) Hold() error {
	if o.release != nil || o.Out == "" {
		return nil
	}
	if there, err := disk.IsFolder(o.Disk, o.Out); !there {
		return err
	}
	release, err := disk.Hold(o.Disk, o.Out)
	if errors.Is(err, disk.ErrHeld) {
		return fault.New(fault.Failed, "wait until it has ended, or give another folder with -o", "another program trains into %s", o.Out)
	}
	o.release = release
	return err
}

// Release lets them.
func (o *Options) Release() {
	if o.release != nil {
		o.release()
	}
}

// Admit says whether a run may begin in the folder by an experiment, or the one that
// was begun go on by it, and by which rules. Nothing is changed.
func (o *Options) Admit(e *experiment.Experiment, begun *SavedRun) error {
	if o.Require && !e.Rules().AskPerformance() {
		return fault.New(fault.Usage, "give train.performance_cutoff or a curriculum", "--require-performance, but the experiment asks for no performance")
	}
	if begun != nil {
		return o.goOn(e, begun)
	}
	return o.checkFolder(e)
}

// readAgain reads a text that has been read before, or is of the run.
func (o *Options) readAgain(name string) ([]byte, error) {
	return disk.ReadText(disk.Forgetting(o.Disk), name)
}

// boundsAgain are those of reading an experiment that has been afforded before.
func (o *Options) boundsAgain() experiment.Bounds {
	return experiment.Bounds{Arrays: o.MaxSize, ReadArrays: func(name string) ([]byte, error) {
		return disk.ReadArrays(disk.Forgetting(o.Disk), name, func(int64) error { return nil })
	}}
}
