package loading

// A network under the conditions of flags: in place of those of its experiment, or where
// there is none.

import (
	"strconv"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/session"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/weights"
)

// FlagConditions are what flags say of a network; 0 and "" say nothing.
type FlagConditions struct {
	Alpha, Dt, Tau, Noise float64
	Transfer              string
}

// Adapt gives the network the alpha of flags.
func (c FlagConditions) Adapt(t *session.Trained) {
	switch {
	case c.Alpha > 0:
		setAlpha(t, c.Alpha)
	case c.Tau > 0: // over model.tau too
		setAlpha(t, t.Experiment().Config.Task.Dt/c.Tau)
	}
}

func setAlpha(t *session.Trained, alpha float64) {
	for k := range t.Network.Alpha {
		t.Network.Alpha[k] = alpha
	}
}

// TrainedUnder reads a RUN, and puts conditions in the place of its own. A weight file
// without an experiment will do where no task is wanted.
func (r *Request) TrainedUnder(c FlagConditions, args []string, ofTask bool) (*session.Trained, error) {
	files, file, err := r.weightsOf(args)
	if err != nil {
		return nil, err
	}
	if _, inside := weights.ProvenanceOf(file); !inside && r.Config == "" && files.experiment == "" {
		return r.alone(c, file, files.weights, ofTask)
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	flags := map[string]string{} // by what messages call the value that they set
	for _, k := range []struct{ flag, key, value string }{
		{"dt", "task.dt", number(c.Dt)}, {"tau", "task.tau", number(c.Tau)},
		{"rec-noise", "model.rec_noise", number(c.Noise)}, {"transfer-function", "model.transfer_function", c.Transfer},
	} {
		if r.Changed(k.flag) {
			r.more = append(r.more, k.key+"="+k.value)
			flags["--set "+k.key] = "--" + k.flag
		}
	}
	t, err := r.join(files, file)
	if err != nil {
		problems := fault.ErrorsIn(err)
		for k := range problems {
			if flag := flags[problems[k].File]; flag != "" {
				problems[k].File = flag
			}
		}
		return nil, err
	}
	c.Adapt(t)
	return t, nil
}

// alone is the network of a weight file without an experiment.
func (r *Request) alone(c FlagConditions, file *npz.File, name string, ofTask bool) (*session.Trained, error) {
	if ofTask {
		return nil, fault.New(fault.Usage, "give --inputs or --steps, or the task with -c", "%s carries no experiment, so there is no task to draw trials of", name)
	}
	if len(r.Set) > 0 {
		return nil, fault.New(fault.Usage, "give the experiment with -c", "%s carries no experiment that --set could change", name)
	}
	t, err := session.Alone(file, name)
	if err != nil {
		return nil, userfiles.AboutFile(name, err)
	}
	r.tellNotes(t)
	alpha := c.Alpha
	if alpha == 0 && c.Dt > 0 && c.Tau > 0 {
		alpha = c.Dt / c.Tau
	}
	if alpha == 0 && model.KindOf(t.Network.Kind).TimeConstant {
		return nil, fault.New(fault.Usage, "give --dt and --tau in ms, or --alpha", "%s does not say dt and tau", name)
	}
	setAlpha(t, alpha)
	switch t.Network.RecNoise = c.Noise; {
	case c.Transfer != "":
		t.Network.Function = model.FunctionNamed(c.Transfer)
	case t.Network.Function == nil:
		if t.Network.Function = model.FunctionNamed("relu"); t.Network.Transfers() {
			r.Warn(name+" names no transfer function that is known here, so relu is taken", "say another with --transfer-function")
		}
	}
	return t, nil
}
