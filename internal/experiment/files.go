package experiment

// Files that the network was made of are kept in the checkpoint, so that a run goes
// on where they are gone.

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
)

// Members of a checkpoint with the files that the network was made of, so that
// a run goes on without them: their paths as seen from the folder, and what the
// file of each number holds.
const (
	filesMember = "files"
	fileMember  = "files/"
)

// keeping is read, but what it reads is kept.
func (e *Experiment) keeping(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	e.files = map[string][]byte{}
	return func(name string) ([]byte, error) {
		content, err := read(name)
		if err == nil {
			e.files[name] = content
		}
		return content, err
	}
}

// putFiles adds the files of the network to a checkpoint.
func (e *Experiment) putFiles(f *npz.File, folder string) {
	contents := map[string][]byte{}
	for _, p := range strict.Paths(&e.Config) {
		if content, ok := e.files[p.String()]; ok {
			contents[e.pathFrom(folder, *p)] = content
		}
	}
	for name, content := range e.Matrices(folder) {
		contents[path.Join(MatricesFolder, name)] = content
	}
	if len(contents) == 0 {
		return
	}
	names := slices.Sorted(maps.Keys(contents))
	f.Set(npz.Member{Name: filesMember, Array: npz.TextsOf(names)})
	for k, name := range names {
		content := contents[name]
		f.Set(npz.Member{Name: fmt.Sprint(fileMember, k), Array: npz.Array{Type: "|u1", Shape: []int{len(content)}, Data: content}})
	}
}

// filesIn are the files in a checkpoint by their paths.
func filesIn(checkpoint *npz.File) (map[string][]byte, error) {
	m, ok := checkpoint.Get(filesMember)
	if !ok {
		return nil, nil
	}
	names, err := m.Array.Strings()
	if err != nil {
		return nil, &fault.Error{Status: fault.File, Path: filesMember, Text: err.Error(), Cause: err}
	}
	files := map[string][]byte{}
	for k, name := range names {
		m, ok := checkpoint.Get(fmt.Sprint(fileMember, k))
		if !ok || !strings.HasSuffix(m.Array.Type, "u1") {
			return nil, &fault.Error{Status: fault.File, Path: fmt.Sprint(fileMember, k), Text: "is missing or no file", Hint: "this is no checkpoint: train anew with --overwrite"}
		}
		files[name] = m.Array.Data
	}
	return files, nil
}

// kept finds a file of the checkpoint by the name under which the experiment,
// which lies under the name at, looks for it.
func (s Saved) kept(name, at string) ([]byte, bool) {
	e := &Experiment{Resolve: s.Resolve}
	here, err := e.realFile(name)
	for path, content := range s.files {
		path = strict.Path{Text: filepath.FromSlash(path), Folder: filepath.Dir(at)}.String()
		if there, errThere := e.realFile(path); err == nil && errThere == nil && here == there {
			return content, true
		}
	}
	return nil, false
}
