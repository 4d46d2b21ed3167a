package sim

import (
	"math"

	"psychrnn/internal/kernel"
)

// blockSteps is the number of steps that one recurrent noise stream serves.
const blockSteps = 256

// Noise is recurrent noise (semantics 1.1): a fresh
//
//	sqrt(2 alpha rec_noise^2) N(0,1)
//
// for each trial, step and unit. A trial's stream is addressed by its number
// and the block of 256 steps, so it depends neither on shards nor on what ran before.
type Noise[F kernel.Float] struct {
	scale   []F
	set     *kernel.Set[F]
	key     kernel.Key
	first   uint64
	begun   bool // the streams are those of the trials
	streams []kernel.Stream
}

// NewNoise returns the noise of units with the given alpha, or nil where
// rec_noise is 0. It serves up to rows trials at a time.
func NewNoise[F kernel.Float](recNoise float64, alpha []float64, rows int, set *kernel.Set[F]) *Noise[F] {
	if recNoise == 0 {
		return nil
	}
	variance := make([]float64, len(alpha))
	for k, a := range alpha {
		variance[k] = a * recNoise * recNoise
	}
	return newNoise(variance, rows, set)
}

// newNoise returns the noise of units with the given alpha rec_noise^2, or nil for none.
func newNoise[F kernel.Float](variance []float64, rows int, set *kernel.Set[F]) *Noise[F] {
	if variance == nil {
		return nil
	}
	n := &Noise[F]{set: set, scale: make([]F, len(variance)), streams: make([]kernel.Stream, rows)}
	for k, v := range variance {
		n.scale[k] = F(math.Sqrt(2 * v))
	}
	return n
}

// Begin turns to the trials first, first+1, ..., whose streams begin at key.
func (n *Noise[F]) Begin(key kernel.Key, first uint64, rows int) {
	if n != nil {
		n.key, n.first, n.begun, n.streams = key, first, false, n.streams[:rows]
	}
}

// Drive returns what Forward adds, nil without noise.
func (n *Noise[F]) Drive() Drive[F] {
	if n == nil {
		return nil
	}
	return n.add
}

func (n *Noise[F]) add(t int, out []F, ld int) {
	if !n.begun && t%blockSteps != 0 {
		panic("sim: noise begins within a block of steps")
	}
	n.begun = true
	if t%blockSteps == 0 {
		for r := range n.streams {
			n.streams[r].Seed(n.key.Number(n.first + uint64(r)).Number(uint64(t / blockSteps)))
		}
	}
	n.set.Normal(out, len(n.scale), ld, n.streams)
	rows := kernel.Rows[F]{Data: out, Ld: ld}
	n.set.Unleak(len(n.streams), len(n.scale), rows, rows, n.scale) // each column by its factor
}
