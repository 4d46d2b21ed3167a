package experiment

import (
	"path"
	"path/filepath"

	"psychrnn/internal/strict"
)

// Resolved is the experiment as it runs, with every default. Files that it
// reads are named without their folders, so that it says nothing of where it
// ran: whoever runs it elsewhere puts them beside it.
func (e *Experiment) Resolved() []byte {
	return e.encode(func(p strict.Path) string { return path.Base(filepath.ToSlash(p.Text)) })
}

// ResolvedFor is the experiment as it runs, with every default, for a file in
// the folder: files that it reads are found from there.
func (e *Experiment) ResolvedFor(folder string) []byte {
	return e.encode(func(p strict.Path) string { return pathFrom(folder, p) })
}

// encode writes the experiment with other paths.
func (e *Experiment) encode(rename func(strict.Path) string) []byte {
	paths := strict.Paths(&e.Config)
	for _, p := range paths {
		old := *p
		p.Text = rename(old)
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
