package experiment

// The experiment written out whole, with every default, its files named as seen from
// where it is written. Where an experiment says that files go, and which ones it reads.

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
)

// Resolved is the experiment as it runs, with every default. Files that it
// reads are named without their folders, so that it says nothing of where it
// ran: whoever runs it elsewhere puts them beside it, and programs too.
func (e *Experiment) Resolved() []byte { return e.text(e.separated(e.bare())) }

// bare names files without their folders.
func (e *Experiment) bare() func(*strict.Path) string {
	var folders []*strict.Path
	for _, c := range strict.All[task.Command](&e.Config) {
		folders = append(folders, &c.Folder)
	}
	return func(p *strict.Path) string {
		if slices.Contains(folders, p) {
			return "."
		}
		folder, name := path.Split(filepath.ToSlash(p.Text))
		if path.Base(folder) == MatricesFolder {
			return path.Join(MatricesFolder, name)
		}
		return name
	}
}

// ResolvedFor is the experiment as it runs, with every default, for a file in
// the folder: files that it reads are found from there.
func (e *Experiment) ResolvedFor(folder string) []byte {
	return e.text(e.separated(func(p *strict.Path) string { return e.pathFrom(folder, *p) }))
}

// Printed is the experiment as it runs, with every default, for whoever looks at
// it: nothing that it has inline is in a file.
func (e *Experiment) Printed(folder string) []byte {
	return e.text(e.renamed(func(p *strict.Path) string { return e.pathFrom(folder, *p) }))
}

// separated gives the paths other names and lets large matrices be files, until
// back is called.
func (e *Experiment) separated(rename func(*strict.Path) string) (back func()) {
	renamed := e.renamed(rename) // paths are those of before
	_, joined := e.apart()
	return func() { joined(); renamed() }
}

// text writes the experiment as it is until back is called.
func (e *Experiment) text(back func()) []byte {
	defer back()
	var comments string
	for _, line := range e.history {
		comments += line + "\n"
	}
	return append([]byte(comments), strict.Encode(&e.Config)...)
}

// renamed gives the paths other names, until back is called.
func (e *Experiment) renamed(rename func(*strict.Path) string) (back func()) {
	old := map[*strict.Path]string{}
	for _, p := range strict.Paths(&e.Config) {
		if _, again := old[p]; !again { // a stage without a task of its own has that of the experiment
			old[p] = p.Text
			p.Text = rename(p)
		}
	}
	return func() {
		for p, text := range old {
			p.Text = text
		}
	}
}

// WithoutFolders names the files without their folders, until back is called.
func (e *Experiment) WithoutFolders() (back func()) { return e.renamed(e.bare()) }

// pathFrom leads from a folder to a file; it stays as it is if it begins at the root.
func (e *Experiment) pathFrom(folder string, file strict.Path) string {
	if filepath.IsAbs(file.Text) {
		return file.Text
	}
	from, err := e.real(folder)
	if err != nil {
		return file.String()
	}
	to, err := e.realFile(file.String())
	if err != nil {
		return file.String()
	}
	relative, err := filepath.Rel(from, to)
	if err != nil {
		return to // on another drive
	}
	return filepath.ToSlash(relative)
}

// realFile is the path of a file by that of its folder.
func (e *Experiment) realFile(name string) (string, error) {
	folder, file := filepath.Split(name)
	folder, err := e.real(folder)
	return filepath.Join(folder, file), err
}

// real is the path of a folder from the root, without links as far as it
// exists, so that what leads up from it leads where the disk does.
func (e *Experiment) real(folder string) (string, error) {
	resolve := e.Resolve
	if resolve == nil {
		return filepath.Abs(folder)
	}
	if real, err := resolve(cmp.Or(folder, ".")); err == nil {
		folder = real
	}
	path, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	var below string
	for {
		if real, err := resolve(path); err == nil {
			return filepath.Join(real, below), nil
		}
		parent := filepath.Dir(path)
		if parent == path {
			return filepath.Join(path, below), nil
		}
		below = filepath.Join(filepath.Base(path), below)
		path = parent
	}
}

// earlierIn are the places in a checkpoint where weights went before.
func earlierIn(checkpoint *npz.File) (list []train.TrainingWeights, err error) {
	texts, err := textsIn(checkpoint, earlierMember)
	for _, text := range texts {
		number, path, _ := strings.Cut(text, " ")
		every, err := strconv.Atoi(number)
		if err != nil || every < 1 {
			return nil, &fault.Error{Status: fault.File, Path: earlierMember, Text: fmt.Sprintf("%q begins with no number of updates", text)}
		}
		list = append(list, train.TrainingWeights{Path: path, Every: every})
	}
	return list, err
}

// trainingWeights is where the experiment lets them go.
func (e *Experiment) trainingWeights() train.TrainingWeights {
	return train.TrainingWeights{Path: e.Train.TrainingWeights, Every: e.Train.SaveTrainingEpoch}
}

// keepEarlier remembers where the weights of the run went that e goes on with,
// so that they are known for its own when it is overwritten.
func (e *Experiment) keepEarlier(began *Experiment) {
	e.earlier = slices.Clone(began.earlier)
	if t := began.trainingWeights(); t.Path != "" && t != e.trainingWeights() && !slices.Contains(e.earlier, t) {
		e.earlier = append(e.earlier, t)
	}
}

// TrainingWeights are all places where weights of the run go or went, the
// present one first.
func (e *Experiment) TrainingWeights() []train.TrainingWeights {
	return append([]train.TrainingWeights{e.trainingWeights()}, e.earlier...)
}

// MostUpdates is the number of updates that training makes if nothing ends it
// before training_iters.
func (e *Experiment) MostUpdates() int {
	least := e.Stage(0).Config.N_batch
	for k := range e.Stages() {
		least = min(least, e.Stage(k).Config.N_batch)
	}
	if e.Train.TrainingIters == 0 {
		return 0
	}
	return (e.Train.TrainingIters-1)/max(least, 1) + 1
}

// Reads are the files that the experiment reads.
func (e *Experiment) Reads() (files []string) {
	for _, p := range strict.Paths(&e.Config) {
		files = append(files, p.String())
	}
	return files
}
