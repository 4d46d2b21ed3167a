package expr

import (
	"math"
	"math/bits"
)

// What works along axes: repeating, indexing, reducing.

// A walk goes through an array in the order of memory, run after run, and knows
// where each run starts in up to two others. A run is a stretch of the last axis
// that the array has.
type walk struct {
	lengths  [axes]int
	position [axes]int
	inner    int // the axis of the runs
	run      int // values in a run
	runs     int // how many are left
	a, b     [axes]int
	atA, atB int
}

func (w *Machine) walk(shape Shape, steps int, a, b [axes]int) walk {
	k := walk{lengths: shape.lengths(w.trials, steps), a: a, b: b, run: 1, runs: 1}
	if shape.Axes != 0 {
		k.inner = bits.Len8(uint8(shape.Axes)) - 1
		k.run = k.lengths[k.inner]
	}
	if k.run == 0 {
		k.runs = 0
	} else {
		k.runs = shape.size(w.trials, steps) / k.run
	}
	return k
}

// next goes to the next run.
func (k *walk) next() {
	k.runs--
	for i := k.inner - 1; i >= 0; i-- {
		k.atA += k.a[i]
		k.atB += k.b[i]
		if k.position[i]++; k.position[i] < k.lengths[i] {
			return
		}
		k.atA -= k.position[i] * k.a[i]
		k.atB -= k.position[i] * k.b[i]
		k.position[i] = 0
	}
}

// expand repeats a along the axes that it lacks.
func (w *Machine) expand(ins *instruction, out, a []float64) {
	p := w.program
	k := w.walk(p.registers[ins.out].shape, w.steps, p.registers[ins.in[0]].shape.strides(w.trials, w.steps), [axes]int{})
	for at := 0; k.runs > 0; at += k.run {
		run := out[at : at+k.run]
		if k.a[k.inner] != 0 {
			copy(run, a[k.atA:])
		} else {
			for i := range run {
				run[i] = a[k.atA]
			}
		}
		k.next()
	}
}

// index picks from a along an axis: out[...] = a[..., index[...], ...]. The
// index has the shape of out.
func (w *Machine) index(ins *instruction, out, a, index []float64) {
	p := w.program
	shape := p.registers[ins.in[0]].shape
	strides := shape.strides(w.trials, w.steps)
	axis := bits.TrailingZeros8(uint8(ins.axis))
	step, length := strides[axis], shape.length(ins.axis)
	strides[axis] = 0
	k := w.walk(p.registers[ins.out].shape, w.steps, strides, [axes]int{})
	for at := 0; k.runs > 0; at += k.run {
		for i, x := range index[at : at+k.run] {
			if noIndex(x, length) {
				w.failure(ins, at+i, x, length)
				out[at+i] = math.NaN()
				continue
			}
			out[at+i] = a[k.atA+i*k.a[k.inner]+int(x)*step]
		}
		k.next()
	}
}

// noIndex says that x is no index of so many values.
func noIndex(x float64, length int) bool {
	return !(x >= 0 && x < float64(length) && x == math.Trunc(x))
}

// failure keeps the first index out of range; one that ends the evaluation goes
// before those that don't. At is its place in the result.
func (w *Machine) failure(ins *instruction, at int, index float64, length int) {
	if !w.failed || !ins.lenient && !w.fatal {
		w.failed, w.fatal = true, !ins.lenient
		w.fault = IndexError{At: ins.at, Index: index, Length: length}
		if shape := w.program.registers[ins.out].shape; shape.Axes&Trials != 0 {
			w.fault.Trial = at / (shape.size(w.trials, w.steps) / w.trials)
		}
	}
}

// A fold makes one value of many.
type fold struct {
	start, empty float64 // empty is the value of none
	step         func(so, x float64) float64
	divide       bool // by the number of values
}

var (
	sum      = fold{start: 0, step: func(so, x float64) float64 { return so + x }}
	mean     = fold{start: 0, empty: math.NaN(), step: sum.step, divide: true}
	smallest = fold{start: math.Inf(1), empty: math.NaN(), step: smaller}
	largest  = fold{start: math.Inf(-1), empty: math.NaN(), step: larger}
	anyTrue  = fold{start: 0, empty: 0, step: func(so, x float64) float64 { return flag(so != 0 || x != 0) }}
	allTrue  = fold{start: 1, empty: 1, step: func(so, x float64) float64 { return flag(so != 0 && x != 0) }}
)

// fold reduces in the order of memory; steps that it reduces, as far as Until says.
func (w *Machine) fold(ins *instruction, out, a []float64) {
	f := ins.function.fold
	from, to := w.program.registers[ins.in[0]].shape, w.program.registers[ins.out].shape
	for i := range out {
		out[i] = f.start
	}
	steps := w.steps
	if ins.axis&Steps != 0 {
		steps = w.until
	}
	k := w.walk(from, steps, to.strides(w.trials, w.steps), from.strides(w.trials, w.steps))
	for ; k.runs > 0; k.next() {
		run := a[k.atB : k.atB+k.run]
		if k.a[k.inner] == 0 {
			so := out[k.atA]
			for _, x := range run {
				so = f.step(so, x)
			}
			out[k.atA] = so
		} else {
			for i, x := range run {
				out[k.atA+i] = f.step(out[k.atA+i], x)
			}
		}
	}
	count := from.without(^ins.axis).size(w.trials, steps)
	for i := range out {
		if count == 0 {
			out[i] = f.empty
		} else if f.divide {
			out[i] /= float64(count)
		}
	}
}

// running is what depends on the order of the steps.
type running uint8

const (
	first running = iota + 1
	last
	firstTime
	cumsum
	hold
)

// running goes along the steps, for every trial, channel and so on: to a single value,
// NaN if there is none, or to one for every step.
func (w *Machine) running(ins *instruction, out, a, t []float64) {
	outer, inner := 1, 1
	for i, n := range w.program.registers[ins.in[0]].shape.lengths(w.trials, w.steps) {
		if axis := Axes(1) << i; axis < Steps {
			outer *= n
		} else if axis > Steps {
			inner *= n
		}
	}
	kind, start, from, to := ins.function.running, math.NaN(), 0, w.until
	switch kind {
	case first:
		to = min(to, 1)
	case last:
		from = max(to-1, 0)
	case cumsum, hold:
		start, to = 0, w.steps
	}
	for o := range outer {
		for i := range inner {
			so, column := start, o*w.steps*inner+i
			for s := from; s < to; s++ {
				x := a[column+s*inner]
				switch kind {
				case first, last:
					so = x
				case firstTime:
					if x != 0 {
						so, s = t[s], to // it is the last one
					}
				case cumsum:
					so += x
					out[column+s*inner] = so
				case hold:
					if x != 0 {
						so = x
					}
					out[column+s*inner] = so
				}
			}
			if start != 0 {
				out[o*inner+i] = so
			}
		}
	}
}
