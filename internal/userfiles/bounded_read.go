// Package userfiles is about files that a command's user names: weights and arrays are
// read within the memory there is, and outputs take the place of nothing that was read,
// of no file of a run and, unless they may, of nothing at all.
package userfiles

import (
	"errors"
	"io"
	"path/filepath"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/memory"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
)

// ReadWeights reads a weight file; size is that of --max-size. The garbage
// collector leaves it the memory that a file of its size may take: kept below
// that, it would take as much time as the work.
func ReadWeights(d disk.Disk, path string, size int64) (*npz.File, error) {
	info, err := disk.Stat(d, path)
	if err != nil {
		return nil, err
	}
	memory.Grant(max(size, npz.Unasked(info.Size())-npz.Unasked(0)))
	return disk.ReadWeights(d, path, npz.Limits{Size: size, Afford: func(bytes int64) error { return memory.AffordContent(path, bytes) }})
}

// WeightsOf is the weight file of a run folder, or the file itself.
func WeightsOf(d disk.Disk, name string) (string, error) {
	folder, err := disk.IsFolder(d, name)
	if folder {
		name = filepath.Join(name, run.WeightsFile)
	}
	return name, err
}

// ReadArray reads a lone .npy array.
func ReadArray(d disk.Disk, path string, size int64) (npz.Array, error) {
	f, there, err := disk.Open(d, path)
	if err != nil {
		return npz.Array{}, err
	}
	defer f.Close()
	if err := memory.AffordContent(path, there); err != nil {
		return npz.Array{}, err
	}
	if size == 0 {
		size = max(4<<30, there)
	}
	a, err := npz.ReadNpy(f, size)
	if err != nil {
		return npz.Array{}, &disk.Error{Path: path, Err: err}
	}
	return a, nil
}

// ReadArrays reads a file of arrays that an experiment names. All of it is kept,
// so that a run goes on without it.
func ReadArrays(d disk.Disk, name string) ([]byte, error) {
	return disk.ReadArrays(d, name, func(size int64) error { return memory.AffordContent(name, size) })
}

// ReadNumbers reads numbers from an .npy file, or the member of that name, or the
// only one, of an .npz.
func ReadNumbers(d disk.Disk, path, member string, size int64) (*npz.Array, error) {
	a, err := anyArray(d, path, member, size)
	if err == nil && !a.Numeric() {
		err = &disk.Error{Path: path, Err: errors.New("holds no numbers")}
	}
	return &a, err
}

func anyArray(d disk.Disk, path, member string, size int64) (npz.Array, error) {
	if !strings.EqualFold(filepath.Ext(path), ".npz") {
		return ReadArray(d, path, size)
	}
	f, err := ReadWeights(d, path, size)
	if err != nil {
		return npz.Array{}, err
	}
	m, ok := f.Get(member)
	if !ok && len(f.Members) == 1 {
		m, ok = f.Members[0], true
	}
	if !ok {
		return npz.Array{}, &disk.Error{Path: path, Err: errors.New("holds several arrays, and none is called " + member)}
	}
	return m.Array, nil
}

// NumberSlabs is an .npy file that is read along its first dimension.
type NumberSlabs struct {
	*npz.Slabs
	io.Closer
}

// Next takes the numbers of the next slab.
func (s NumberSlabs) Next() ([]float64, error) {
	a, err := s.Slabs.Next()
	if err != nil {
		return nil, err
	}
	return a.Float64s()
}

// OpenSlabs opens such a file.
func OpenSlabs(d disk.Disk, path string) (s NumberSlabs, err error) {
	f, _, err := disk.Open(d, path)
	if err != nil {
		return s, err
	}
	slabs, err := npz.ReadSlabs(f)
	if err != nil {
		_ = f.Close()
		return s, &disk.Error{Path: path, Err: err}
	}
	return NumberSlabs{slabs, f}, nil
}

// AboutFile names the file in an error about what it holds.
func AboutFile(path string, err error) error {
	if refused := fault.Content(err); refused != nil && !errors.As(err, new(*disk.Error)) {
		return &disk.Error{Path: path, Err: err}
	}
	return err
}
