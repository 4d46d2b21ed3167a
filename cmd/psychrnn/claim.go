package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/run"
	"psychrnn/internal/weights"
)

// Nothing is replaced that training did not write. A folder holds a run if its
// checkpoint is one, or if experiment.yaml is what training writes, to the byte:
// that is written first, and the checkpoint before all others. Files that are
// only called like those of a run are somebody's.

// claim says whether a run may begin in the folder, from which none goes on.
// Nothing is changed.
func (o *trainOptions) claim(e *experiment.Experiment) error {
	folder := o.folder()
	c, err := folder.Contents()
	switch {
	case err != nil:
		return err
	case len(c.Files) == 0 && c.Others:
		return &run.OccupiedError{Path: o.out}
	case len(c.Files) == 0:
		return nil
	}
	ours, err := o.holdsRun(c.Files)
	switch {
	case err != nil:
		return err
	case !ours && slices.Contains(c.Files, run.ExperimentFile):
		return &run.ForeignError{Path: folder.File(run.ExperimentFile)}
	case !ours:
		return &run.ForeignError{Path: folder.File(c.Files[0])}
	case o.overwrite:
		return o.readsNone(c.Files)
	case o.resume:
		if o.again, err = o.givesAgain(e, c.Files); err != nil {
			return err
		}
		if o.again {
			return o.readsNone(c.Files)
		}
	}
	return &run.OccupiedError{Path: o.out, Run: true, Lost: o.resume}
}

// givesAgain says whether nothing is lost if a run begins anew that has no
// checkpoint: it was ended before the first one, so that there is nothing but the
// experiment, or it diverged before, and trains to the same weights again.
func (o *trainOptions) givesAgain(e *experiment.Experiment, files []string) (bool, error) {
	text := string(e.Resolved())
	alike := func(other string) bool { return experiment.SameTraining(other, text) }
	if len(files) > 1 && !slices.Contains(files, run.WeightsFile) {
		return false, nil
	}
	for _, name := range files {
		var ours bool
		var err error
		switch name {
		case run.ExperimentFile:
			ours = true
		case run.WeightsFile:
			ours, err = o.folder().IsOf(o.folder().File(name), alike)
		case run.LossesFile, run.PerformanceFile:
			ours, err = o.folder().IsTable(name)
		}
		if err != nil || !ours {
			return false, err
		}
	}
	return true, nil
}

// holdsRun says whether files in the folder are of a run.
func (o *trainOptions) holdsRun(files []string) (bool, error) {
	if slices.Contains(files, run.CheckpointFile) {
		b, err := begunIn(o.folder())
		if err != nil && !errors.As(err, new(*weights.Error)) {
			return false, err
		}
		if b != nil && err == nil {
			return true, nil
		}
	}
	if !slices.Contains(files, run.ExperimentFile) {
		return false, nil
	}
	text, err := disk.ReadText(o.folder().Disk, o.folder().File(run.ExperimentFile))
	if err != nil {
		return false, err
	}
	return o.isRecord(text), nil
}

// isRecord says whether a text is what training writes into experiment.yaml.
func (o *trainOptions) isRecord(text []byte) bool {
	return experiment.IsRecord(o.readAgain, o.disk.Resolve, o.folder().File(run.ExperimentFile), text, o.boundsAgain())
}

// readsNone refuses to replace files of the folder that the experiment reads. An
// experiment.yaml that training wrote may be given, and written anew.
func (o *trainOptions) readsNone(files []string) error {
	for _, name := range files {
		path := o.folder().File(name)
		as, err := disk.ReadAs(o.disk, path)
		if err != nil {
			return err
		}
		if as == "" {
			continue
		}
		if name == run.ExperimentFile {
			text, err := disk.ReadText(o.folder().Disk, path)
			if err != nil {
				return err
			}
			if o.isRecord(text) {
				continue
			}
		}
		return readByExperiment(as, "training into "+o.out)
	}
	return nil
}

func readByExperiment(path, what string) error {
	return usage("copy the file to another place and name it there, or train into another folder with -o",
		"the experiment reads %s, which %s would replace", path, what)
}

// sameRecord refuses to go on where experiment.yaml says something else than the
// checkpoint: somebody changed it.
func (b *begun) sameRecord(folder run.Folder) error {
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
	what := "in what cannot be read"
	if keys, known := experiment.Differences(b.Text, b.recorded); known && len(keys) > 0 {
		what = "in " + strings.Join(keys, ", ")
	} else if known {
		what = "in comments or layout"
	}
	return usage(
		fmt.Sprintf("rename the file: without it the run goes on as it was, or as another experiment that you give with -c or --set, such as psychrnn train -c THAT -o %s --resume", folder.Path),
		"%s is not the experiment of the run any more: it was changed %s", path, what)
}
