package grad

// The gradient by differences, against which the engine's is checked.

import (
	"fmt"
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
)

// Report is the outcome of Check.
type Report struct {
	Directions int     // directions that could be compared
	Worst      float64 // largest |fd - g.d| / |g| among them
	Kinks      int     // estimates thrown away because the loss is not smooth there
	OK         bool    // every direction asked for was compared and agrees
}

const (
	checkTrials  = 4
	checkPoints  = 8    // directions tried in the place of one before giving up
	checkOffset  = 1e-3 // how far, in every entry, a point lies from theta after the first
	checkTol     = 1e-6 // of |g|, beside the rounding of the loss
	checkTooWide = 1e-3 // of |g|: a tolerance above proves nothing
)

// checkSteps are the steps along a direction, tried in their order.
var checkSteps = []float64{1e-5, 1e-6, 1e-7, 1e-8}

// CheckGradient compares the gradient g of what is minimized, in float64 and on the
// trials 0..3 of the source in full length, with central differences along
// directions d of independent N(0,1) entries over all that training may change:
//
//	fd(h) = (f(theta + h d) - f(theta - h d)) / 2h
//	|fd - g.d| <= 1e-6 |g| + 16 eps max(1,|f|) / h
//
// where |g| is the standard deviation of g.d and the last term the rounding of
// f. Recurrent noise is the same in every evaluation. Directions, trials and
// noise are addressed from key on.
//
// The formula holds where f is smooth between theta - h d and theta + h d. Some
// state beyond the kink of a relu, or a weight that changes its sign under
// Dale's law, spoils it, and is noticed without looking at g: the first
// differences at h and h/2 disagree, or the second ones do, which is what shows
// a kink close to theta itself. Then h is divided by 10, three times
// at most. A direction that stays at a kink is drawn anew, and from another
// point, theta + 1e-3 N(0,1): states that have come to rest at 0 lie at the kink
// along every direction from theta. A direction is given up, and the report not
// OK, after eight such points, or where the rounding of f would hide an error of
// 1e-3 |g| because the gradient is too small.
//
// The error says that the network cannot be built, trials not be drawn, or that
// f is not a finite number.
func CheckGradient(net *model.Network, c Config, source sim.TrialSource[float64], set *kernel.Set[float64], key random.Key, directions int) (Report, error) {
	workers := sim.NewWorkers(1)
	defer workers.Close()
	batch := sim.NewBatch(checkTrials, net.N, source)
	if err := batch.Draw(workers, "check", 0); err != nil {
		return Report{}, err
	}
	engine, err := NewEngine(net, c, set, workers, batch, key)
	if err != nil {
		return Report{}, err
	}
	k := &checker{engine: engine, batch: batch, free: net.Free(),
		draws: key.Text("direction").Draws(),
		point: make([]float64, len(net.Theta)), direction: make([]float64, len(net.Theta)),
		gradient: make([]float64, len(net.Theta)), moved: make([]float64, len(net.Theta))}
	report := Report{OK: true}
	for range directions {
		if err := k.compare(net.Theta, &report); err != nil {
			return Report{}, err
		}
	}
	report.OK = report.OK && report.Directions == directions && directions > 0
	return report, nil
}

// checker holds what one comparison after the other uses.
type checker struct {
	engine *Engine[float64]
	batch  *sim.Batch[float64]
	free   []bool
	draws  random.Draws

	point, direction, gradient, moved []float64
}

// compare compares one direction, or leaves report.Directions as it is.
func (k *checker) compare(theta []float64, report *Report) error {
	for try := range checkPoints {
		copy(k.point, theta)
		if try > 0 {
			k.draw()
			addScaled(k.point, k.point, checkOffset, k.direction)
		}
		k.draw()
		value := k.engine.Gradient(k.gradient, k.point, k.batch).Total()
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("the loss is %g, so its gradient cannot be checked", value)
		}
		slope, size := k.slope()
		for _, h := range checkSteps {
			rounding := 0x1p-52 * 16 * math.Max(1, math.Abs(value)) / h
			tolerance := checkTol*size + rounding
			if tolerance > checkTooWide*size {
				return nil
			}
			fd, smooth := centralDifference(k.at, value, h, tolerance)
			if !smooth {
				report.Kinks++
				continue
			}
			report.Directions++
			report.Worst = math.Max(report.Worst, math.Abs(fd-slope)/size)
			report.OK = report.OK && math.Abs(fd-slope) <= tolerance
			return nil
		}
	}
	return nil
}

// draw overwrites the direction: N(0,1) where training may change the entry, else 0.
func (k *checker) draw() {
	for e := range k.direction {
		k.direction[e] = 0
		if k.free == nil || k.free[e] {
			k.direction[e] = k.draws.Normal()
		}
	}
}

// slope is g.d and the size of g over the entries that may change.
func (k *checker) slope() (slope, size float64) {
	for e, g := range k.gradient {
		if k.free == nil || k.free[e] {
			slope += g * k.direction[e]
			size += g * g
		}
	}
	return slope, math.Sqrt(size)
}

// at is the value at the point + h d.
func (k *checker) at(h float64) float64 {
	addScaled(k.moved, k.point, h, k.direction)
	return k.engine.Value(k.moved, k.batch).Total()
}

// centralDifference is fd(h) of a function f around 0, where its value is
// middle, and whether f is smooth within h: the first differences of h and h/2
// are then alike and the second ones in the ratio of 2 to 1. At their thresholds
// a jump J of the slope at a distance a, which puts fd(h) off by J (1-a/h) / 2,
// is noticed where this is more than the tolerance, whatever a is.
func centralDifference(f func(x float64) float64, middle, h, tolerance float64) (fd float64, smooth bool) {
	differences := func(h float64) (first, second float64) {
		above, below := f(h), f(-h)
		return (above - below) / (2 * h), (above - 2*middle + below) / h
	}
	fd, bend := differences(h)
	half, halfBend := differences(h / 2)
	return fd, math.Abs(fd-half) <= tolerance/3 && math.Abs(bend-2*halfBend) <= 2*tolerance/3
}

// addScaled computes to = a + s b.
func addScaled(to, a []float64, s float64, b []float64) {
	for k := range to {
		to[k] = a[k] + s*b[k]
	}
}
