package network

// The weight file to start from, and what it says of the network: the experiment may
// leave it out, but not contradict it.

import (
	"bytes"
	"cmp"
	"fmt"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// Load reads the weight file to start from, and takes from it what it says of
// the network: sizes, architecture, Dale's law, masks and transfer function.
func (a *Assembly) Load() {
	w, n := a.Initializer.Load, a.At("initializer", "load_weights_path")
	if w.File.Text == "" {
		return
	}
	content := a.Resolver.Content(n, w.File, &w.SHA256)
	if content == nil {
		return
	}
	file, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{Size: n.Arrays()})
	var loaded *weights.Loaded
	if err == nil {
		loaded, err = weights.FromFile(file)
	}
	if err != nil {
		a.Resolver.Unread(n, w.File.Text, err)
		return
	}
	a.loaded = loaded.Network
	warnings := loaded.Warnings
	if a.Train {
		warnings = append(warnings, loaded.Violated()...)
	}
	for _, text := range warnings {
		a.Warnings = append(a.Warnings, w.File.Text+": "+text)
	}
	a.take()
}

// take takes over what the file says, or finds that the experiment differs. On
// Dale's law see dale.
func (a *Assembly) take() {
	m, net := a.Model, a.loaded
	if a.At("model", "kind") != nil {
		a.agree(m.Kind, net.Kind, model.SameKind(string(m.Kind), net.Kind), "model", "kind")
	} else {
		m.Kind = KindName(net.Kind)
	}
	a.agree(m.N_rec, net.N, m.N_rec == net.N, "model", "N_rec")
	m.N_rec = net.N
	a.agree(m.FeedForward, net.FeedForward, m.FeedForward == net.FeedForward, "model", "N_feedforward_out")
	m.FeedForward = net.FeedForward
	switch {
	case net.Function != nil:
		a.agree(m.TransferFunction, net.Function, string(m.TransferFunction) == net.Function.Name, "model", "transfer_function")
		m.TransferFunction = FunctionName(net.Function.Name)
	case a.At("model", "transfer_function") == nil:
		a.Warnings = append(a.Warnings, fmt.Sprintf("%s names no transfer function that is known here, so %s is taken", a.Initializer.Load.File.Text, m.TransferFunction))
	}
}

// agree notes a contradiction between what was written under a path, if
// anything was, and the weight file.
func (a *Assembly) agree(here, there any, same bool, keys ...string) {
	if n := a.At(keys...); n != nil && !same && a.Sound(keys...) {
		a.contradict(n, fmt.Sprintf("is %v, but %v in %s", here, there, a.Initializer.Load.File.Text), "leave it out: it comes from the weight file")
	}
}

func (a *Assembly) contradict(n *strict.Node, text, hint string) {
	p := n.Problem(text, hint)
	p.Status = fault.Misfit
	a.Misfits = append(a.Misfits, p)
}

// fit compares the file with the task, which decides on inputs and outputs.
func (a *Assembly) fit() {
	net, i, o, n := a.loaded, a.Task.Inputs, a.Task.Outputs, a.At("initializer", "load_weights_path")
	const hint = "the task decides how many there are"
	if net.I != i {
		a.contradict(n, fmt.Sprintf("N_in is %d in %s, but %d in the task", net.I, a.Initializer.Load.File.Text, i), hint)
	}
	if net.O != o {
		a.contradict(n, fmt.Sprintf("N_out is %d in %s, but %d in the task", net.O, a.Initializer.Load.File.Text, o), hint)
	}
	if b := a.Task.Batch; a.Train && net.Batch != 0 && net.Batch != b {
		a.contradict(cmp.Or(a.At("task", "N_batch"), a.At("task"), a.Written), fmt.Sprintf("is %d, but init_hidden and init_cell in %s have %d rows, one for each trial of a batch", b, a.Initializer.Load.File.Text, net.Batch),
			fmt.Sprintf("write N_batch: %d, or start anew without load_weights_path", net.Batch))
	}
}

// sameMask compares a connectivity matrix of the experiment with the file's.
func (a *Assembly) sameMask(t model.Tensor, mask []float64, key string) {
	file := a.loaded.Connectivity[t.Role]
	noAutapses := a.Constraints.Autapses != nil && !*a.Constraints.Autapses
	for k, v := range mask {
		row, col := k/t.Shape[1], k%t.Shape[1]
		if t.Role == model.RecurrentRole && row == col && noAutapses {
			v = 0
		}
		if float32(v) != float32(file[k]) {
			a.agree(fmt.Sprintf("%v at [%d,%d]", v, row, col), file[k], false, "constraints", key)
			return
		}
	}
}

// sameAutapses compares autapses with the diagonal of the file's rec_connectivity.
func (a *Assembly) sameAutapses() {
	allowed := false
	for k := range a.loaded.N {
		allowed = allowed || a.loaded.Connectivity[model.RecurrentRole][k*(a.loaded.N+1)] != 0
	}
	if here := a.Constraints.Autapses; here != nil && a.constrained() {
		a.agree(*here, allowed, *here == allowed, "constraints", "autapses")
	}
}
