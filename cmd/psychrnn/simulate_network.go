package main

// The network that simulate runs and the conditions it runs under: of an experiment, of
// flags in its place, or of flags alone.

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/session"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/weights"
)

// loadNetwork reads the weights and, if there is one, the experiment.
func (o *simulateOptions) loadNetwork(c *cobra.Command, args []string) (*session.Trained, error) {
	given := c.Flags().Changed
	files, err := o.alone(c, args)
	if err != nil {
		return nil, err
	}
	if files != "" {
		return o.loadAlone(files)
	}
	flags := map[string]string{} // by what messages call the value that they set
	for _, k := range []struct {
		flag, key string
		value     any
	}{{"dt", "task.dt", o.dt}, {"tau", "task.tau", o.tau}, {"rec-noise", "model.rec_noise", o.noise}, {"transfer-function", "model.transfer_function", o.transfer}} {
		if given(k.flag) {
			o.more = append(o.more, k.key+"="+text(k.value))
			flags["--set "+k.key] = "--" + k.flag
		}
	}
	e, t, err := o.load(c, args)
	if problems := (fault.Errors)(nil); errors.As(err, &problems) {
		for k := range problems {
			if flag := flags[problems[k].File]; flag != "" {
				problems[k].File = flag
			}
		}
	}
	if err != nil {
		return nil, err
	}
	o.adapt(e, t)
	return t, nil
}

// adapt gives the network the alpha of flags.
func (o *simulateOptions) adapt(e *experiment.Experiment, t *session.Trained) {
	switch {
	case o.alpha > 0:
		setAlpha(t, o.alpha)
	case o.tau > 0: // over model.tau too
		setAlpha(t, e.Config.Task.Dt/o.tau)
	}
}

// gated refuses noise where there is none, and warns of flags that have no
// effect where gates take the place of a time constant. A dt may still be that
// of the task's trials, of windows and of a table.
func (o *simulateOptions) gated(c *cobra.Command, a model.Arch) error {
	kind := model.KindOf(a.Kind)
	if o.noise > 0 && !kind.Noise {
		return usage("leave --rec-noise out", "--rec-noise has no effect on kind %s", a.Kind)
	}
	timeless := (o.inputs != "" || o.steps > 0) && !o.table() && len(o.lesions)+len(o.interventions) == 0
	for _, flag := range []struct {
		name string
		idle bool
	}{{"alpha", !kind.TimeConstant}, {"tau", !kind.TimeConstant}, {"dt", !kind.TimeConstant && timeless}, {"transfer-function", !a.Transfers()}} {
		if c.Flags().Changed(flag.name) && flag.idle {
			o.Warn("--"+flag.name+" has no effect on kind "+a.Kind, "leave it out")
		}
	}
	return nil
}

func text(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return v.(string)
}

func setAlpha(t *session.Trained, alpha float64) {
	for k := range t.Network.Alpha {
		t.Network.Alpha[k] = alpha
	}
}

// alone is the weight file, where no experiment is with it; else "".
func (o *simulateOptions) alone(c *cobra.Command, args []string) (string, error) {
	files, err := o.locate(c, args)
	if err != nil || o.config != "" || files.experiment != "" {
		return "", err
	}
	f, err := userfiles.ReadWeights(o.Disk, files.weights, o.maxSize)
	if err != nil {
		return "", err
	}
	if _, ok := weights.ProvenanceOf(f); ok {
		return "", nil
	}
	return files.weights, nil
}

// loadAlone is the network of a weight file under the conditions of the flags.
func (o *simulateOptions) loadAlone(name string) (*session.Trained, error) {
	if o.inputs == "" && o.steps == 0 {
		return nil, usage("give --inputs or --steps, or the task with -c", "%s carries no experiment, so there is no task to draw trials of", name)
	}
	if len(o.set) > 0 {
		return nil, usage("give the experiment with -c", "%s carries no experiment that --set could change", name)
	}
	f, err := userfiles.ReadWeights(o.Disk, name, o.maxSize)
	if err != nil {
		return nil, err
	}
	t, err := session.Alone(f, name)
	if err != nil {
		return nil, userfiles.AboutFile(name, err)
	}
	tellNotes(o.UI, t)
	alpha := o.alpha
	if alpha == 0 && o.dt > 0 && o.tau > 0 {
		alpha = o.dt / o.tau
	}
	if alpha == 0 && model.KindOf(t.Network.Kind).TimeConstant {
		return nil, usage("give --dt and --tau in ms, or --alpha", "%s does not say dt and tau", name)
	}
	setAlpha(t, alpha)
	switch t.Network.RecNoise = o.noise; {
	case o.transfer != "":
		t.Network.Function = model.FunctionNamed(o.transfer)
	case t.Network.Function == nil:
		if t.Network.Function = model.FunctionNamed("relu"); t.Network.Transfers() {
			o.Warn(name+" names no transfer function that is known here, so relu is taken", "say another with --transfer-function")
		}
	}
	return t, nil
}

// wanted is what the simulation is to be.
func (o *simulateOptions) wanted() (s session.SimulationRequest, err error) {
	s = session.SimulationRequest{Steps: o.steps, Trials: o.trials, Name: o.inputs, Dt: o.dt, Seed: o.seed, Lesions: o.lesions, Rates: o.rates}
	for _, units := range o.silence {
		s.Interventions = append(s.Interventions, session.InterventionFlag{Flag: "silence", Text: "silence: " + listed(units)})
	}
	for _, text := range o.interventions {
		s.Interventions = append(s.Interventions, session.InterventionFlag{Flag: "intervention", Text: text})
	}
	if o.inputs != "" {
		if s.Inputs, err = userfiles.ReadNumbers(o.Disk, o.inputs, "x", o.maxSize); err != nil {
			return s, err
		}
	}
	if o.initial != "" {
		if s.Initial, err = userfiles.ReadNumbers(o.Disk, o.initial, "states", o.maxSize); err != nil {
			return s, err
		}
	}
	if o.connectivity != "" {
		s.Connectivity = &session.ConnectivityFile{Name: o.connectivity, Open: func() (*npz.Slabs, io.Closer, error) { return userfiles.OpenSlabs(o.Disk, o.connectivity) }}
	}
	return s, nil
}

// listed writes units of a flag as YAML does: a slice in quotes, several in brackets.
func listed(units string) string {
	var list []string
	for _, part := range strings.Split(strings.Trim(units, "[] "), ",") {
		part = strings.Trim(part, ` "'`)
		if _, err := strconv.Atoi(part); err != nil {
			part = strconv.Quote(part)
		}
		list = append(list, part)
	}
	return "[" + strings.Join(list, ", ") + "]"
}
