package main

// Flags about files: the largest size of arrays, weights without pickles, files to write.

import (
	"github.com/spf13/pflag"

	"psychrnn/internal/experiment"
	"psychrnn/internal/inspect"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/weights"
)

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
type outputFlags struct{ userfiles.Places }

func (o *outputFlags) register(flags *pflag.FlagSet, s ui.Streams) {
	o.Disk = s.Disk
	flags.BoolVar(&o.Overwrite, "overwrite", false, "replace files to write that are there already")
}
