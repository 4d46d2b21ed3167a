package main

// The command inspect: what a weight file holds, how two differ, and arrays taken out. No
// pickle is ever run.

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/inspect"
	"psychrnn/internal/npz"
	"psychrnn/internal/progress"
	"psychrnn/internal/record"
	"psychrnn/internal/report"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
)

type inspectOptions struct {
	ui.UI
	outputFlags
	maxSize int64
	get     string
	format  string
	out     string
}

func newInspect(s ui.Streams) *cobra.Command {
	var o inspectOptions
	c := &cobra.Command{
		Use:   "inspect FILE [OTHER]",
		Short: "Show what a weight file holds, or how two differ",
		Long: `Show what a weight file holds: a table of its members, then the network in words:
its size, Dale's law and whether the weights keep it, connectivity, the spectrum
of the effective recurrent matrix, the transfer function, where the file comes
from, and what is wrong with it. FILE may be a run folder.

With OTHER, show which members differ, by how much and where most. With --get,
write out an array or a part of it; an index is a Python slice, a number or the
name of a population.

No pickle is ever run. A file that is refused as a network still gets its table,
and exit status 5.`,
		Example: `  psychrnn inspect runs/hello
  psychrnn inspect before.npz after.npz
  psychrnn inspect weights.npz --get W_rec[:10,:10]
  psychrnn inspect weights.npz --get W_out --format csv -o W_out.csv`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usage("see "+c.CommandPath()+" --help", "%s takes a weight file or two, but %d were given", c.CommandPath(), len(args))
			}
			return nil
		},
		ValidArgsFunction: weightFiles(2),
		RunE: func(_ *cobra.Command, args []string) error {
			o.Streams = s
			return runInspect(o, args)
		},
	}
	flags := c.Flags()
	flags.BoolVar(&o.JSON, "json", false, "print JSON")
	flags.StringVar(&o.get, "get", "", "write out this `ARRAY`, as W_rec or 'W_rec[:10,:10]'")
	addChoice(flags, &o.format, "format", "`FORMAT` of --get: npy, csv or text (default: that of -o's ending, or text)", "npy", "csv", "text")
	flags.StringVarP(&o.out, "out", "o", "", "write the array of --get into `FILE`")
	sizeFlag(flags, &o.maxSize)
	o.outputFlags.register(flags, s)
	return c
}

func runInspect(o inspectOptions, args []string) error {
	if o.get == "" && (o.format != "" || o.out != "") {
		return usage("name the array: --get W_rec", "--format and -o belong to --get")
	}
	var files []*npz.File
	for k := range args {
		var err error
		if args[k], err = userfiles.WeightsOf(o.Streams.Disk, args[k]); err != nil {
			return err
		}
		f, err := userfiles.ReadWeights(o.Streams.Disk, args[k], o.maxSize)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	switch {
	case o.get != "" && len(files) > 1:
		return usage("give one file", "--get takes an array from one file, but two were given")
	case o.get != "":
		return o.write(files[0], args[0])
	case len(files) > 1:
		return o.Result(report.ComparisonText{Event: "comparison", First: args[0], Second: args[1], Comparison: inspect.Compare(files[0], files[1])})
	}
	return o.look(files[0], args[0])
}

// look reports on one file.
func (o inspectOptions) look(f *npz.File, path string) error {
	found, refused := inspect.Look(f, o.maxSize != 0)
	if found.Provenance != nil {
		found.Provenance.Experiment = record.NameInside(f)
	}
	if err := o.Result(report.Inspection{Event: "inspection", File: path, FileReport: found}); err != nil {
		return err
	}
	if refused != nil {
		return &disk.Error{Path: path, Err: refused}
	}
	return nil
}

// write writes out an array.
func (o inspectOptions) write(f *npz.File, path string) error {
	reference, err := inspect.ParseArrayReference(o.get)
	if err != nil {
		return err
	}
	if o.format == "" {
		o.format = map[string]string{".npy": "npy", ".csv": "csv"}[filepath.Ext(o.out)]
	}
	if o.format == "" {
		o.format = "text"
	}
	if o.out == "" && o.format == "npy" && progress.IsTerminal(o.Out) {
		return usage("give a file with -o", "an .npy file is not for a terminal")
	}
	if err := o.CheckPlaces(o.out); err != nil {
		return err
	}
	if err := o.CheckVacant(o.out); err != nil {
		return err
	}
	array, err := inspect.Get(f, reference, names(o.UI, f, path))
	if err != nil {
		return err
	}
	put := map[string]func(io.Writer) error{
		"npy":  array.WriteNpy,
		"csv":  func(w io.Writer) error { return inspect.WriteRows(w, array, ",") },
		"text": func(w io.Writer) error { return inspect.WriteRows(w, array, " ") },
	}[o.format]
	if o.out != "" {
		return cannotShow(o.Output(o.out).Write(put))
	}
	if err := put(o.Out); err != nil {
		return cannotShow(&disk.Error{Path: "standard output", Err: err})
	}
	return nil
}

// cannotShow says of an array that no text can show that the format is the mistake.
func cannotShow(err error) error {
	if array := fault.Content(err); array != nil {
		return usage(array.Hint, "%v", array)
	}
	return err
}
