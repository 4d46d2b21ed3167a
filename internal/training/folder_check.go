package training

import (
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/record"
	"psychrnn/internal/run"
	"psychrnn/internal/visible"
)

// Nothing is replaced that training did not write. A folder holds a run if its
// checkpoint is one, or if experiment.yaml is what training writes, to the byte:
// that is written first, and the checkpoint before all others. Files that are
// only called like those of a run are somebody's.

// checkFolder says whether a run may begin in the folder, from which none goes on.
// Nothing is changed.
func (o *Options) checkFolder(e *experiment.Experiment) error {
	folder := o.Folder()
	files, err := folder.Contents()
	if err != nil || len(files) == 0 {
		return err
	}
	if o.release == nil { // the folder was not there when it was looked at
		if err := o.Hold(); err != nil {
			return err
		}
		return o.overtaken()
	}
	switch o.found, err = o.runOf(files); {
	case err != nil:
		return err
	case o.found.Text == "" && slices.Contains(files, run.ExperimentFile):
		return run.NotTrained(folder.File(run.ExperimentFile))
	case o.found.Text == "":
		return run.NotTrained(folder.File(files[0]))
	case o.Overwrite:
		if name := record.NameIn(o.found.Text); o.Config == "" && name != e.Name {
			return fault.New(fault.Usage, "give the experiment with -c; without it Hello World is trained", "%s holds a run of %s, which Hello World would replace", o.Out, visible.Line(name))
		}
		if err := o.checkNotRead(files); err != nil {
			return err
		}
		return o.checkOwnFiles(files)
	case !o.Resume:
		return fault.New(fault.Usage, "give another folder with -o, --resume to go on with the run, or --overwrite to replace it", "%s already holds a run", o.Out)
	}
	// What was ended before its first checkpoint begins anew.
	keys, known := record.TrainingDifferences(o.found.Text, string(e.ResolvedFor(o.Out)))
	unbegun, err := folder.IsUnbegun(files, o.trainsAlike, e.Train.TrainingIters)
	switch {
	case err != nil:
		return err
	case !unbegun:
		return fault.New(fault.Usage, "bring its checkpoint back, give another folder with -o, or --overwrite to replace the run",
			"%s already holds a run, and no checkpoint to go on from", o.Out)
	case !known || len(keys) > 0:
		return experiment.NotAs(keys)
	}
	return o.checkNotRead(files)
}

// overtaken says that another program has begun a run in the folder since this one
// began.
func (o *Options) overtaken() error {
	return fault.New(fault.Failed, "run the command again, if that run should go on", "another program has begun a run in %s at the same time", o.Out)
}

// runOf is the run in the folder as its checkpoint says, or its experiment alone;
// without a text if the files are not of a run.
func (o *Options) runOf(files []string) (found experiment.Saved, err error) {
	if slices.Contains(files, run.CheckpointFile) {
		b, err := SavedRunIn(o.Folder())
		if err != nil && fault.Content(err) == nil {
			return found, err
		}
		if b != nil && err == nil {
			return b.Saved, nil
		}
	}
	if !slices.Contains(files, run.ExperimentFile) {
		return found, nil
	}
	content, err := disk.ReadText(o.Folder().Disk, o.Folder().File(run.ExperimentFile))
	if err == nil && o.isRecord(content) {
		found.Text = string(content)
	}
	return found, err
}

// trainsAlike says whether another experiment trains as that of the run in the folder.
func (o *Options) trainsAlike(other string) bool { return record.SameTraining(other, o.found.Text) }

// checkOwnFiles refuses to replace files of a run that training did not write, as far as
// they show it: an experiment with comments, edited weights, tables with notes.
func (o *Options) checkOwnFiles(files []string) error {
	folder := o.Folder()
	for _, name := range files {
		if link, err := folder.IsLink(folder.File(name)); err != nil {
			return err
		} else if link {
			continue
		}
		ours := true
		var err error
		switch name {
		case run.ExperimentFile:
			var content []byte
			content, err = disk.ReadText(folder.Disk, folder.File(name))
			ours = err == nil && (string(content) == o.found.Text || o.isRecord(content))
		case run.CheckpointFile: // it may be damaged
		default:
			ours, err = folder.IsWritten(name, o.trainsAlike)
		}
		if err != nil {
			return err
		}
		if !ours {
			return run.NotTrained(folder.File(name))
		}
	}
	return nil
}

// isRecord says whether a text is what training writes into experiment.yaml.
func (o *Options) isRecord(text []byte) bool {
	return experiment.IsRecord(o.readAgain, o.Disk.Resolve, o.Folder().File(run.ExperimentFile), text, o.boundsAgain())
}

// checkNotRead refuses to replace files of the folder that the experiment reads. An
// experiment.yaml that training wrote may be given, and written anew.
func (o *Options) checkNotRead(files []string) error {
	for _, name := range files {
		path := o.Folder().File(name)
		as, err := disk.ReadAs(o.Disk, path)
		if err != nil {
			return err
		}
		if as == "" {
			continue
		}
		if name == run.ExperimentFile {
			text, err := disk.ReadText(o.Folder().Disk, path)
			if err != nil {
				return err
			}
			if o.isRecord(text) {
				continue
			}
		}
		return readByExperiment(as, "training into "+o.Out)
	}
	return nil
}

func readByExperiment(path, what string) error {
	return fault.New(fault.Usage, "copy the file to another place and name it there, or train into another folder with -o",
		"the experiment reads %s, which %s would replace", path, what)
}

// checkRecord refuses to go on where experiment.yaml says something else than the
// checkpoint: somebody changed it.
func (b *SavedRun) checkRecord(folder run.Folder) error {
	path := folder.File(run.ExperimentFile)
	there, err := folder.Has(run.ExperimentFile)
	if !there {
		return err
	}
	text, err := disk.ReadText(folder.Disk, path)
	if err != nil {
		return err
	}
	b.recorded = string(text)
	if b.recorded == b.Text || b.Replaced != "" && b.recorded == b.Replaced {
		return nil
	}
	what := "it cannot be read"
	if keys, known := record.Differences(b.Text, b.recorded); known && len(keys) > 0 {
		what = "they differ in " + strings.Join(keys, ", ")
	} else if known {
		what = "it was changed in comments or layout"
	}
	return fault.New(fault.Usage,
		fmt.Sprintf("if %[1]s was changed, rename it: without it the run goes on as it was, or as another experiment that you give with -c or --set, such as psychrnn train -c THAT -o %[2]s --resume. If %[3]s is that of another run, bring back the right one",
			run.ExperimentFile, folder.Path, run.CheckpointFile),
		"%s is not the experiment in %s: %s", path, run.CheckpointFile, what)
}
