package sim

// Weights that change from step to step (t_connectivity), a chunk of steps at a time.

import (
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// stepWeights holds the weights of some steps.
type stepWeights[F kernel.Float] struct {
	base    *model.Packed[F]
	n       int
	factors Connectivity // nil: the same at every step
	chunk   int          // steps that it can hold
	steps   []*model.Packed[F]
	ahead   [][]float64 // factors of those steps
}

// weights starts reading what changes the weights, if anything does.
func (m *Simulation[F]) weights(cell model.Cell[F]) (*stepWeights[F], error) {
	w := &stepWeights[F]{base: model.NewPacked[F](cell.Dims()), n: cell.Dims().N, chunk: ChunkSteps}
	model.Pack(cell.Blocks(), m.Eff, w.base)
	if m.Connectivity == nil {
		return w, nil
	}
	var err error
	if w.factors, err = m.Connectivity(); err != nil {
		return nil, err
	}
	first := w.base.Fwd[0]
	// Blocks of noise are whole numbers of chunks.
	for each := (len(first.Data) + w.n*w.n) * 8; w.chunk > 1 && w.chunk*each > connectivityBytes; {
		w.chunk /= 2
	}
	for range w.chunk {
		own := first
		own.Data = slices.Clone(first.Data)
		w.steps = append(w.steps, &model.Packed[F]{Fwd: append([]kernel.Mat[F]{own}, w.base.Fwd[1:]...)})
	}
	w.ahead = make([][]float64, w.chunk)
	return w, nil
}

// read takes the factors of the next steps.
func (w *stepWeights[F]) read(workers *Workers, steps int) (err error) {
	if w.factors == nil {
		return nil
	}
	for t := range steps {
		if w.ahead[t], err = w.factors.Next(); err != nil {
			return err
		}
	}
	workers.Run(steps, func(_, t int) { w.apply(w.steps[t].Fwd[0], w.ahead[t]) })
	return nil
}

// apply overwrites m with W_rec times the factors, in tiles since one of the
// two is a transpose.
func (w *stepWeights[F]) apply(m kernel.Mat[F], factors []float64) {
	const tile = 32
	base := w.base.Fwd[0].Data
	for to := 0; to < w.n; to += tile {
		for from := 0; from < w.n; from += tile {
			for i := to; i < min(to+tile, w.n); i++ {
				for j := from; j < min(from+tile, w.n); j++ {
					m.Data[j*m.Ld+i] = base[j*m.Ld+i] * F(factors[i*w.n+j])
				}
			}
		}
	}
}

// at are the weights of a step of the chunk; behind the last the output is all
// that counts, on which the factors have no part.
func (w *stepWeights[F]) at(t int) *model.Packed[F] {
	if w.factors == nil || t >= len(w.steps) {
		return w.base
	}
	return w.steps[t]
}

// close ends the reading. What was read is good whatever it says.
func (w *stepWeights[F]) close() {
	if w.factors != nil {
		_ = w.factors.Close()
	}
}
