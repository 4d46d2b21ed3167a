package training

// What is asked of a run, and the folder that it holds while it lasts.

import (
	"errors"
	"path/filepath"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/loading"
	"psychrnn/internal/memory"
	"psychrnn/internal/progress"
	"psychrnn/internal/run"
)

// Options are what is asked of a run.
type Options struct {
	*loading.Request
	Out       string // the run folder; empty: runs/ and the name of the experiment
	Overwrite bool   // the run that the folder holds is replaced
	Resume    bool   // the run in the folder goes on, if there is one
	Require   bool   // it fails where the performance that is asked for is not reached
	Plain     bool   // weight files are written without pickles
	Threads   int
	Version   string
	Began     time.Time
	Wish      progress.Wish
	Latest    *progress.Latest // what who asks at any moment is told

	found   experiment.Saved // the run in the folder, from which none goes on; its Text is empty: there is none
	release func()           // lets other programs into the folder; nil: it is not held
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

// Open reads the experiment, after which the run folder is named where -o does not,
// and what there is to go on from. Where no experiment is given, that of the run
// goes on.
func (o *Options) Open() (e *experiment.Experiment, b *SavedRun, err error) {
	if b, err = o.savedInHeld(); err != nil {
		return nil, nil, err
	}
	if o.Config != "" || o.Out == "" || !o.Resume {
		if b != nil { // the files that its network was made of may be gone
			o.Lend = func(read func(string) ([]byte, error)) func(string) ([]byte, error) {
				return b.Lend(read, o.Folder().File(run.ExperimentFile))
			}
		}
		if e, err = o.Load(experiment.Load, effect.OfTraining); err != nil {
			return nil, nil, err
		}
	}
	if o.Out == "" {
		if !filepath.IsLocal(e.Name) {
			return nil, nil, fault.New(fault.Usage, "change the name, or give a folder with -o", "name: %q names no folder below runs", e.Name)
		}
		o.Out = filepath.Join("runs", e.Name)
		if b, err = o.savedInHeld(); err != nil {
			return e, nil, err
		}
	}
	if !o.Resume || o.Config != "" {
		return e, b, nil
	}
	read, bounds, file := o.ReadText, o.Bounds(), o.Folder().File(run.ExperimentFile)
	if b != nil {
		read, bounds.ReadArrays = b.Read(read, file), b.Read(bounds.ReadArrays, file)
	} else if there, err := o.Folder().Has(run.ExperimentFile); !there {
		if e == nil && err == nil {
			err = fault.New(fault.Usage, "check the folder; to begin a run there, give its experiment with -c", "%s holds no run to go on with", o.Out)
		}
		return e, nil, err
	}
	e, err = o.LoadBy(effect.OfTraining, func(assignments []string) (*experiment.Experiment, error) {
		return experiment.Load(read, file, assignments, bounds)
	})
	return e, b, err
}

// savedInHeld holds the folder, and reads what there is to go on from if that is
// wanted.
func (o *Options) savedInHeld() (*SavedRun, error) {
	if err := o.Hold(); err != nil || !o.Resume || o.Out == "" {
		return nil, err
	}
	return SavedRunIn(o.Folder())
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
