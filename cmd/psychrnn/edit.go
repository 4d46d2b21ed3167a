package main

// The command edit: the arrays of a weight file changed, and everything else as it was.

import (
	"fmt"

	"github.com/spf13/cobra"

	"psychrnn/internal/disk"
	"psychrnn/internal/inspect"
	"psychrnn/internal/npz"
	"psychrnn/internal/report"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/visible"
	"psychrnn/internal/weights"
)

type editOptions struct {
	ui.UI
	outputFlags
	maxSize int64
	plain   bool
}

func newEdit(s ui.Streams) *cobra.Command {
	var o editOptions
	c := &cobra.Command{
		Use:   "edit IN OUT EDIT...",
		Short: "Change weights",
		Long: `Change the arrays of a weight file and write it anew. An EDIT is written as in
Python, each in quotes, and they are made in their order:

  'W_rec[:10, :10] = 0'                      set
  'W_rec[excitatory, inhibitory] *= 0.5'     scale
  'b_rec += 0.1'                             add
  'W_rec[5, :] = mean'                       average
  'W_in = W_in.npy'                          copy
  'dale_ratio = 0.8'                         Dale's law: which units excite or
  'dale_signs = {cells: 1, others: -1}'      inhibit, in Dale_rec and Dale_out too

An index is a Python slice, a number, or the name of a population: excitatory
and inhibitory under Dale's law, and those of the experiment inside the file.
Members that are not named stay as they are, Adam's moments too. IN may be a run
folder.`,
		Example: `  psychrnn edit runs/hello silenced.npz 'W_rec[:10,:10] = 0'
  psychrnn edit weights.npz weights.npz --overwrite 'b_rec *= 0.5'
  psychrnn edit weights.npz plain.npz --plain`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 2 || len(args) == 2 && !o.plain {
				return usage("give IN, OUT and an edit, such as 'W_rec[:10,:10] = 0'; --plain alone is enough too", "%s: there is nothing to do", c.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: weightFiles(2),
		RunE: func(_ *cobra.Command, args []string) error {
			o.Streams, o.JSON = s, jsonLog(nil)
			in, err := userfiles.WeightsOf(o.Streams.Disk, args[0])
			if err != nil {
				return err
			}
			return runEdit(o, in, args[1], args[2:])
		},
	}
	flags := c.Flags()
	o.outputFlags.register(flags, s)
	plainFlag(flags, &o.plain)
	sizeFlag(flags, &o.maxSize)
	return c
}

func runEdit(o editOptions, in, out string, texts []string) error {
	if out == "" {
		return usage("give OUT a name", "the file to write has no name")
	}
	if err := o.CheckPlaces(out); err != nil {
		return err
	}
	// IN may be OUT: what is not changed stays as it is. The other files may not.
	f, err := userfiles.ReadWeights(disk.Forgetting(o.Streams.Disk), in, o.maxSize)
	if err != nil {
		return err
	}
	o.WarnAll(f.Warnings)
	changes, err := o.apply(f, in, texts)
	if err != nil {
		return err
	}
	if err := o.CheckVacant(out); err != nil {
		return err
	}
	if o.plain {
		plain, left, err := weights.WithoutPickles(f)
		o.WarnAll(left)
		if err != nil {
			return &disk.Error{Path: in, Err: err}
		}
		f = plain
	}
	if err := o.Output(out).Write(f.Write); err != nil {
		return err
	}
	for _, c := range changes {
		if err := o.Result(edited{"edited", c.Edit, c.Entries, c.Changed}); err != nil {
			return err
		}
	}
	return o.Result(report.ResultPlaces{Event: "written", Path: out})
}

// apply makes the edits.
func (o editOptions) apply(f *npz.File, in string, texts []string) ([]inspect.Change, error) {
	var edits []inspect.Edit
	arrays := map[string]npz.Array{}
	for _, text := range texts {
		e, err := inspect.ParseEdit(text)
		if err != nil {
			return nil, err
		}
		if name := e.File(); name != "" {
			if arrays[name], err = userfiles.ReadArray(o.Streams.Disk, name, o.maxSize); err != nil {
				return nil, err
			}
		}
		edits = append(edits, e)
	}
	if len(edits) == 0 {
		return nil, nil
	}
	changes, warnings, err := inspect.Apply(f, edits, names(o.UI, f, in), arrays)
	o.WarnAll(warnings)
	return changes, err
}

// edited is what an edit came to.
type edited struct {
	Event   string `json:"event"`
	Edit    string `json:"edit"`
	Entries int    `json:"entries"`
	Changed int    `json:"changed"`
}

func (e edited) String() string {
	return fmt.Sprintf("%s: %d of %s changed\n", visible.Line(e.Edit), e.Changed, visible.Count(e.Entries, "entry"))
}
