package grad

// The table of losses, each with the gradient of the output. A new one is a line here.

import (
	"fmt"
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Term is a part of the loss that depends on the trajectory.
type Term[F kernel.Float] interface {
	// Add returns the term's share of the trials in s and, if backward, adds
	// its gradient to s.DOutput or s.DH.
	Add(s *model.Workspace[F], backward bool) float64
}

// pointLoss is a loss that is the mean over all B*T*o entries (masked ones
// count in the divisor) of a value of output, target and mask (original 3),
// which it returns with its derivative with respect to the output.
type pointLoss[F kernel.Float] func(output, y, mask F) (value, derivative F)

// Losses is the table of losses.
func Losses[F kernel.Float]() map[string]Term[F] {
	return map[string]Term[F]{
		"mean_squared_error":   pointLoss[F](squaredError[F]),
		"binary_cross_entropy": pointLoss[F](crossEntropy[F]),
	}
}

// NewLoss returns the loss of that name.
func NewLoss[F kernel.Float](name string) (Term[F], error) {
	loss, ok := Losses[F]()[name]
	if !ok {
		return nil, fmt.Errorf("loss %q is not known", name)
	}
	return loss, nil
}

// squaredError is (mask (output - y))^2.
func squaredError[F kernel.Float](output, y, mask F) (value, derivative F) {
	e := mask * (output - y)
	return e * e, 2 * mask * e
}

// crossEntropy is -mask (y log(p+eps) + (1-y) log(1-p+eps)) with
// p = clip(output, eps, 1-eps), eps = 1e-7; the derivative is 0 outside the clip.
func crossEntropy[F kernel.Float](output, y, mask F) (value, derivative F) {
	const eps = 1e-7
	low, high := F(eps), 1-F(eps)
	p := min(max(output, low), high)
	a, b := p+low, 1-p+low
	value = -mask * (y*F(math.Log(float64(a))) + (1-y)*F(math.Log(float64(b))))
	if output >= low && output <= high {
		derivative = -mask * (y/a - (1-y)/b)
	}
	return value, derivative
}

func (at pointLoss[F]) Add(s *model.Workspace[F], backward bool) float64 {
	mean := 1 / float64(s.Batch*s.T*s.Dims.O)
	scale := F(mean)
	first := s.Rows * s.Dims.O // the outputs of t = 0 are not of any trial step
	output := s.Output[first:][:len(s.Y)]
	var sum float64
	for k, y := range s.Y {
		value, derivative := at(output[k], y, s.Mask[k])
		sum += float64(value)
		if backward {
			s.DOutput[first+k] += scale * derivative
		}
	}
	return sum * mean
}
