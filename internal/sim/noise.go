package sim

// Recurrent noise: a fresh deviate for every trial, step and unit.

import (
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/random"
)

const (
	// blockSteps is the number of steps that one recurrent noise stream serves.
	blockSteps = 256
	// drawWidth bounds the deviates that a trial draws at a time, several steps
	// together where units are few: a draw ends with a full pair of vectors.
	drawWidth = 512
)

// RecNoise is recurrent noise (original 1.1): a fresh
//
//	sqrt(2 alpha rec_noise^2) N(0,1)
//
// for each trial, step and unit. A trial's stream is addressed by its number
// and the block of 256 steps, so it depends neither on groups nor on what ran before.
type RecNoise[F kernel.Float] struct {
	units   int
	scale   []F // per unit; 0 in the columns that follow
	steps   int // drawn at a time
	drawn   []F // (rows, steps, units), and room to read a row of len(scale) anywhere
	set     *kernel.Set[F]
	key     random.Key
	first   uint64
	begun   bool // the streams are those of the trials
	streams []random.Stream
}

// NewNoise returns the noise of units with the given alpha, or nil where
// rec_noise is 0. alpha is (units). It serves up to rows trials at a time, in rows of ld entries.
func NewNoise[F kernel.Float](recNoise float64, alpha []float64, rows, ld int, set *kernel.Set[F]) *RecNoise[F] {
	if recNoise == 0 {
		return nil
	}
	variance := make([]float64, len(alpha))
	for k, a := range alpha {
		variance[k] = a * recNoise * recNoise
	}
	return NoiseOf(variance, rows, ld, set)
}

// NoiseOf returns the noise of units with the given alpha rec_noise^2, (units), or nil
// for none.
func NoiseOf[F kernel.Float](variance []float64, rows, ld int, set *kernel.Set[F]) *RecNoise[F] {
	if variance == nil {
		return nil
	}
	n := &RecNoise[F]{set: set, units: len(variance), scale: make([]F, ld), streams: make([]random.Stream, rows)}
	n.steps = drawnSteps(n.units)
	n.drawn = make([]F, rows*n.steps*n.units+ld)
	for k, v := range variance {
		n.scale[k] = F(math.Sqrt(2 * v))
	}
	return n
}

// drawnSteps is how many steps of noise are drawn together for so many units.
func drawnSteps(units int) int {
	steps := blockSteps
	for steps > 1 && steps*units > drawWidth {
		steps /= 2
	}
	return steps
}

// NoiseValues is the number of values that the noise of so many trials and
// units needs.
func NoiseValues(rows, units int) float64 {
	return float64(rows) * float64(drawnSteps(units)) * float64(units)
}

// Begin turns to the trials first, first+1, ..., whose streams begin at key.
func (n *RecNoise[F]) Begin(key random.Key, first uint64, rows int) {
	if n != nil {
		n.key, n.first, n.begun, n.streams = key, first, false, n.streams[:rows]
	}
}

// Drive returns what Forward asks for the noise, nil where there is none.
func (n *RecNoise[F]) Drive() Drive[F] {
	if n == nil {
		return nil
	}
	return n.add
}

func (n *RecNoise[F]) add(t int, out []F, ld int) {
	if !n.begun && t%blockSteps != 0 {
		panic("sim: noise begins within a block of steps")
	}
	n.begun = true
	if t%blockSteps == 0 {
		for r := range n.streams {
			n.streams[r].Seed(n.key.Number(n.first + uint64(r)).Number(uint64(t / blockSteps)))
		}
	}
	step, width := t%n.steps, n.steps*n.units
	if step == 0 {
		n.set.Normal(n.drawn, width, width, n.streams)
	}
	drawn := kernel.Rows[F]{Data: n.drawn[step*n.units:], Ld: width}
	n.set.Unleak(len(n.streams), ld, kernel.Rows[F]{Data: out, Ld: ld}, drawn, n.scale) // scales each column
}
