package experiment

// Large matrices that an experiment has inline become files beside the experiment
// that is written into a run folder.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"path"
	"strings"

	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
)

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
	var values []float64
	for _, row := range m.Lists {
		for _, v := range row {
			if math.Abs(v) > math.MaxFloat32 { // no file may hold it
				return nil
			}
		}
		values = append(values, row...)
	}
	var b bytes.Buffer
	if npz.ArrayOf(shape, values).WriteNpy(&b) != nil {
		return nil
	}
	return b.Bytes()
}

// fileName is the path of a matrix as the name of a file.
func fileName(path string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-[]", r):
			return r
		}
		return '_'
	}, path) + ".npy"
}

// Matrices are the files in MatricesFolder of a run folder, by their names.
// Those of a run that goes on are as they were read.
func (e *Experiment) Matrices(folder string) map[string][]byte {
	named, back := e.apart()
	back()
	for _, p := range strict.Paths(&e.Config) {
		if name, ok := strings.CutPrefix(e.pathFrom(folder, *p), MatricesFolder+"/"); ok {
			if content, ok := e.files[p.String()]; ok {
				named[name] = content
			}
		}
	}
	return named
}

// MatrixNames are the names of those files, of an experiment that was read from
// the folder.
func (e *Experiment) MatrixNames(folder string) (names []string) {
	for _, p := range strict.Paths(&e.Config) {
		if name, ok := strings.CutPrefix(e.pathFrom(folder, *p), MatricesFolder+"/"); ok {
			names = append(names, name)
		}
	}
	return names
}
