package main

import (
	"errors"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/inspect"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// byteSize is a flag for a number of bytes, as 4GiB.
type byteSize int64

var byteUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

func (b *byteSize) String() string {
	if *b == 0 {
		return ""
	}
	for k := 3; k >= 0; k-- {
		if unit := int64(byteUnits[k].bytes); *b != 0 && int64(*b)%unit == 0 {
			return strconv.FormatInt(int64(*b)/unit, 10) + byteUnits[k].name
		}
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Type names the kind of value in messages.
func (*byteSize) Type() string { return "size such as 4GiB" }

// Set reads a number, written as any other, and a unit.
func (b *byteSize) Set(text string) error {
	digits := strings.TrimRight(text, "kKmMgGtTiIbB ")
	var number float64
	if err := strict.DecodeFlag(maxSizeFlag, digits, "", &number); err != nil {
		var mistakes fault.Errors
		if errors.As(err, &mistakes) && mistakes[0].Hint == "" {
			return strconv.ErrSyntax // no number at all: the kind of flag says more
		}
		return err
	}
	unit := strings.TrimSpace(text[len(digits):])
	for _, u := range byteUnits {
		if strings.EqualFold(u.name, unit) && number*u.bytes >= 1 && number*u.bytes < math.MaxInt64 {
			*b = byteSize(number * u.bytes)
			return nil
		}
	}
	return strconv.ErrSyntax
}

const maxSizeFlag = "max-size"

// sizeFlag adds --max-size.
func sizeFlag(flags *pflag.FlagSet, size *byteSize) {
	flags.Var(size, maxSizeFlag, "largest `SIZE` of all arrays of a weight file together (default: 32 MiB and five times\nthe size of the file)")
}

// readWeights reads a weight file; size is that of --max-size. The garbage
// collector leaves it the memory that a file of its size may take: kept below
// that, it would take as much time as the work.
func readWeights(d disk.Disk, path string, size byteSize) (*npz.File, error) {
	info, err := disk.Stat(d, path)
	if err != nil {
		return nil, err
	}
	grant(max(int64(size), npz.Unasked(info.Size())-npz.Unasked(0)))
	return disk.ReadWeights(d, path, npz.Limits{Size: int64(size), Afford: func(bytes int64) error { return affordContent(path, bytes) }})
}

// plainFlag adds --plain.
func plainFlag(flags *pflag.FlagSet, plain *bool) {
	flags.BoolVar(plain, "plain", false, "write weights without pickled members, so that numpy.load reads all with its\nsafe default")
}

// plainFile is the file without pickles. What has to be left out is said.
func (v ui) plainFile(f *npz.File) (*npz.File, error) {
	plain, left, err := weights.Plain(f)
	v.warnAll(left)
	return plain, err
}

// weightsOf is the weight file of a run folder, or the file itself.
func (s streams) weightsOf(name string) (string, error) {
	folder, err := disk.IsFolder(s.disk, name)
	if folder {
		name = filepath.Join(name, run.WeightsFile)
	}
	return name, err
}

// readArray reads a lone .npy array.
func (s streams) readArray(path string, size byteSize) (npz.Array, error) {
	f, there, err := disk.Open(s.disk, path)
	if err != nil {
		return npz.Array{}, err
	}
	defer f.Close()
	if err := affordContent(path, there); err != nil {
		return npz.Array{}, err
	}
	if size == 0 {
		size = max(4<<30, byteSize(there))
	}
	a, err := npz.ReadNpy(f, int64(size))
	if err != nil {
		return npz.Array{}, &disk.Error{Path: path, Err: err}
	}
	return a, nil
}

// names are the units of the network in a weight file, and the populations of
// the experiment inside it.
func (v ui) names(f *npz.File, path string) inspect.Names {
	loaded, err := weights.Load(f)
	if err != nil {
		return inspect.Names{}
	}
	e, err := experiment.Inside(f, path, nil)
	if err != nil {
		v.note("the experiment in " + path + " cannot be read, so its populations are not known")
	}
	populations := func(n *model.Network) map[string][]int { return e.Units(n).Populations }
	return inspect.Names{Network: loaded.Network, Populations: populations(loaded.Network), Renew: populations}
}
