package experiment

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Resolved is the experiment as it runs, with every default. Files that it
// reads are named without their folders, so that it says nothing of where it
// ran: whoever runs it elsewhere puts them beside it, and programs too.
func (e *Experiment) Resolved() []byte { return e.encode(e.bare()) }

// bare names files without their folders.
func (e *Experiment) bare() func(*strict.Path) string {
	folders := []*strict.Path{&e.Config.Task.Command.Folder}
	overs := []task.Over{e.Test.Task}
	if e.Curriculum != nil {
		for _, s := range e.Curriculum.Stages {
			overs = append(overs, s.Task)
		}
	}
	for _, o := range overs {
		if o.Config != nil {
			folders = append(folders, &o.Config.Command.Folder)
		}
	}
	return func(p *strict.Path) string {
		if slices.Contains(folders, p) {
			return "."
		}
		return path.Base(filepath.ToSlash(p.Text))
	}
}

// ResolvedFor is the experiment as it runs, with every default, for a file in
// the folder: files that it reads are found from there.
func (e *Experiment) ResolvedFor(folder string) []byte {
	return e.encode(func(p *strict.Path) string { return pathFrom(folder, *p) })
}

// encode writes the experiment with other paths.
func (e *Experiment) encode(rename func(*strict.Path) string) []byte {
	defer e.renamed(rename)()
	text := strict.Encode(&e.Config)
	if len(e.history) == 0 {
		return text
	}
	return append([]byte(strings.Join(e.history, "\n")+"\n"), text...)
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

// pathFrom leads from a folder to a file; it stays as it is if it begins at the root.
func pathFrom(folder string, file strict.Path) string {
	if filepath.IsAbs(file.Text) {
		return file.Text
	}
	from, err := filepath.Abs(folder)
	if err != nil {
		return file.String()
	}
	to, err := filepath.Abs(file.String())
	if err != nil {
		return file.String()
	}
	relative, err := filepath.Rel(from, to)
	if err != nil {
		return to // on another drive
	}
	return filepath.ToSlash(relative)
}
