package model

// A network: an architecture, its parameters, constraints and the function of its rates.

import "psychrnn/internal/kernel"

// Arch is the shape of a network: what a cell needs to know to be built.
type Arch struct {
	Kind        string
	N, I, O     int               // recurrent units, inputs, outputs
	FeedForward int               // units of the feed-forward input layer, 0 for none
	Batch       int               // trials of a batch: rows of the lstm's init_hidden and init_cell
	Alpha       []float64         // dt/tau of each unit
	Function    *TransferFunction // of the rates; nil: not known
}

// LayerInputs is the matrix behind a feed-forward layer, which a weight file holds
// raw, with its effective form beside it under the name W_in (original 1.4).
const LayerInputs = "feedforward_W_in"

// inputName is what the file and the experiment call the matrix from the
// inputs to the recurrent units (original 1.4).
func (a Arch) inputName() string {
	if a.FeedForward > 0 {
		return LayerInputs
	}
	return "W_in"
}

// Network is a network with its weights, in float64 and independent of the
// precision it will be computed in.
type Network struct {
	Arch
	RecNoise float64
	Dale     Dale
	// Connectivity of the tensor of each role, entry by entry.
	Connectivity map[Role][]float64
	// UnusedMask is the input_connectivity that a weight file keeps beside that of
	// a feed-forward layer; nil is ones.
	UnusedMask []float64

	Layout    Layout
	Theta     []float64 // raw, not effective
	Trainable []bool    // of each tensor of the layout
	Fixed     []bool    // of each entry of theta; nil if none
}

// Effective are the effective weights of theta, a copy of the shape of the layout.
func (n *Network) Effective() []float64 {
	eff := make([]float64, len(n.Theta))
	ConstraintsOf[float64](n).Effective(eff, n.Theta)
	return eff
}

// Convert returns values (n) in precision F.
func Convert[F kernel.Float](values []float64) []F {
	out := make([]F, len(values))
	for k, v := range values {
		out[k] = F(v)
	}
	return out
}

// Theta are the raw weights in precision F: those whose effective weights are,
// as nearly as F allows, the network's; a block of the layout.
func Theta[F kernel.Float](n *Network) []F {
	theta := Convert[F](n.Theta)
	ConstraintsOf[F](n).Refine(theta, Convert[F](n.Effective()))
	return theta
}

// Free says of each entry of theta whether training may change it; nil if all.
func (n *Network) Free() []bool {
	free, all := make([]bool, n.Layout.Size()), true
	for k, t := range n.Layout {
		for e := t.At; e < t.At+t.Len(); e++ {
			free[e] = n.Trainable[k] && !t.FileOnly && (n.Fixed == nil || !n.Fixed[e])
			all = all && free[e]
		}
	}
	if all {
		return nil
	}
	return free
}

// SameStart makes every trial start as the first does: the original's simulator
// takes row 0 of an lstm's init_hidden and init_cell for all of them.
func (n *Network) SameStart() {
	for _, t := range n.Layout {
		if t.PerTrial {
			rows := View(t, n.Theta)
			for k := range rows {
				rows[k] = rows[k%n.N]
			}
		}
	}
}
