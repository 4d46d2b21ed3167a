package experiment

import (
	"path"
	"path/filepath"
	"slices"

	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Resolved is the experiment as it runs, with every default. Files that it
// reads are named without their folders, so that it says nothing of where it
// ran: whoever runs it elsewhere puts them beside it, and programs too.
func (e *Experiment) Resolved() []byte {
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
	return e.encode(func(p *strict.Path) string {
		if slices.Contains(folders, p) {
			return "."
		}
		return path.Base(filepath.ToSlash(p.Text))
	})
}

// ResolvedFor is the experiment as it runs, with every default, for a file in
// the folder: files that it reads are found from there.
func (e *Experiment) ResolvedFor(folder string) []byte {
	return e.encode(func(p *strict.Path) string { return pathFrom(folder, *p) })
}

// encode writes the experiment with other paths.
func (e *Experiment) encode(rename func(*strict.Path) string) []byte {
	paths := strict.Paths(&e.Config)
	for _, p := range paths {
		old := *p
		p.Text = rename(p)
		defer func() { *p = old }()
	}
	return strict.Encode(&e.Config)
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
