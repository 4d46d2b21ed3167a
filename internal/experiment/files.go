package experiment

// Files that the network was made of are kept in the checkpoint, so that a run goes
// on where they are gone. Large matrices that an experiment has inline become files
// beside the experiment that is written into a run folder.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/network"
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
	files := map[string][]byte{}
	names, err := textsIn(checkpoint, filesMember)
	for k, name := range names {
		m, ok := checkpoint.Get(fmt.Sprint(fileMember, k))
		if !ok || !strings.HasSuffix(m.Array.Type, "u1") {
			return nil, &fault.Error{Status: fault.File, Path: fmt.Sprint(fileMember, k), Text: "is missing or no file", Hint: "this is no checkpoint: train anew with --overwrite"}
		}
		files[name] = m.Array.Data
	}
	return files, err
}

// textsIn are the texts of a member that a checkpoint may have.
func textsIn(checkpoint *npz.File, name string) ([]string, error) {
	m, ok := checkpoint.Get(name)
	if !ok {
		return nil, nil
	}
	texts, err := m.Array.Strings()
	if err != nil {
		return nil, &fault.Error{Status: fault.File, Path: name, Text: err.Error(), Cause: err}
	}
	return texts, nil
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

// MatricesFolder lies beside experiment.yaml and holds the large matrices that
// the experiment has written inline: there they are named by their files, so
// that people can read it, and this program, too.
const MatricesFolder = "experiment.matrices"

// largeMatrix is the number of entries from which a matrix is large.
const largeMatrix = 1000

// apart lets every large matrix be a file, until back is called; named are
// those files by their names in MatricesFolder.
func (e *Experiment) apart() (named map[string][]byte, back func()) {
	named = map[string][]byte{}
	old := map[*network.Matrix]network.Matrix{}
	// Those that only training needs: a trained network is looked at without files.
	for _, m := range append(strict.All[network.Matrix](&e.Initializer), strict.All[network.Matrix](&e.Constraints)...) {
		content := asFile(*m)
		if content == nil {
			continue
		}
		old[m] = *m
		name, sum := fileName(m.Path()), sha256.Sum256(content)
		named[name] = content
		m.Lists, m.Flat = nil, false
		m.Form = &network.Form{File: strict.Path{Text: path.Join(MatricesFolder, name)}, SHA256: hex.EncodeToString(sum[:])}
	}
	return named, func() {
		for m, was := range old {
			*m = was
		}
	}
}

// asFile is a large matrix as an .npy file; nil where it stays inline.
func asFile(m network.Matrix) []byte {
	if m.Lists == nil || len(m.Lists)*len(m.Lists[0]) < largeMatrix || m.Path() == "" {
		return nil
	}
	shape := []int{len(m.Lists), len(m.Lists[0])}
	if m.Flat {
		shape = shape[1:]
	}
	values := slices.Concat(m.Lists...)
	if slices.ContainsFunc(values, func(v float64) bool { return math.Abs(v) > math.MaxFloat32 }) { // no file may hold it
		return nil
	}
	var b bytes.Buffer
	if npz.ArrayOf(shape, values).WriteNpy(&b) != nil {
		return nil
	}
	return b.Bytes()
}

// fileName is the path of a matrix as the name of a file.
func fileName(path string) string { return unusual.ReplaceAllString(path, "_") + ".npy" }

// unusual are characters that names of files are better without.
var unusual = regexp.MustCompile(`[^a-zA-Z0-9._\-\[\]]`)

// Matrices are the files in MatricesFolder of a run folder, by their names.
// Those of a run that goes on are as they were read.
func (e *Experiment) Matrices(folder string) map[string][]byte {
	named, back := e.apart()
	back()
	for name, path := range e.matrixFiles(folder) {
		if content, ok := e.files[path]; ok {
			named[name] = content
		}
	}
	return named
}

// MatrixNames are the names of those files, of an experiment that was read from
// the folder.
func (e *Experiment) MatrixNames(folder string) []string {
	return slices.Sorted(maps.Keys(e.matrixFiles(folder)))
}

// matrixFiles are the paths of those files by their names.
func (e *Experiment) matrixFiles(folder string) map[string]string {
	files := map[string]string{}
	for _, p := range strict.Paths(&e.Config) {
		if name, ok := strings.CutPrefix(e.pathFrom(folder, *p), MatricesFolder+"/"); ok {
			files[name] = p.String()
		}
	}
	return files
}
