package main

// Flags about files: the largest size of arrays, weights without pickles, files to write.

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/inspect"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
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

// plainFlag adds --plain.
func plainFlag(flags *pflag.FlagSet, plain *bool) {
	flags.BoolVar(plain, "plain", false, "write weights without pickled members, so that numpy.load reads all with its\nsafe default")
}

// names are the units of the network in a weight file, and the populations of
// the experiment inside it.
func names(v ui.UI, f *npz.File, path string) inspect.UnitNames {
	loaded, err := weights.FromFile(f)
	if err != nil {
		return inspect.UnitNames{}
	}
	e, err := experiment.Inside(f, path, nil)
	if err != nil {
		v.Note("the experiment in " + path + " cannot be read, so its populations are not known")
	}
	populations := func(n *model.Network) map[string][]int { return e.Units(n).Populations }
	return inspect.UnitNames{Network: loaded.Network, Populations: populations(loaded.Network), Renew: populations}
}

// outputFlags are for the files that a command writes where its user says.
type outputFlags struct{ overwrite bool }

func (o *outputFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&o.overwrite, "overwrite", false, "replace files to write that are there already")
}

func (o outputFlags) outputs(s ui.Streams) userfiles.Places {
	return userfiles.Places{Disk: s.Disk, Overwrite: o.overwrite}
}
