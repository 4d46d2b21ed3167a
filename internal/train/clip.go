package train

// Clipping of gradients: each tensor by itself, as the original does, or all together.

import (
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// Clip bounds gradients. Of its three bounds at most one is set, none is off.
type Clip struct {
	Norm   float64 `yaml:"norm" above:"0" doc:"greatest L2 norm of the gradient of each tensor"`
	Global float64 `yaml:"global_norm" above:"0" doc:"greatest L2 norm of the whole gradient"`
	Value  float64 `yaml:"value" above:"0" doc:"greatest absolute value of every entry"`
}

// defaultNorm is the original's bound.
const defaultNorm = 1

// clipForm is a Clip that is read and written as a map.
type clipForm Clip

// DecodeStrict reads true, false or a map with one bound.
func (c *Clip) DecodeStrict(n *strict.Node) {
	if n.Kind() != strict.Mapping {
		var on bool
		if n.Decode(&on) && on {
			c.Norm = defaultNorm
		}
	} else if n.Decode((*clipForm)(c)) && len(n.Entries()) != 1 {
		n.Fail("expected one bound", "write {norm: 5}, {global_norm: 1} or {value: 0.1}; false for none")
	}
}

// EncodeStrict writes the shortest form.
func (c Clip) EncodeStrict() any {
	if c == (Clip{}) || c == (Clip{Norm: defaultNorm}) {
		return c.Norm != 0
	}
	return clipForm(c)
}

var _ = strict.Describe[Clip]("true, false or one bound", true, clipForm{})

// apply bounds the gradient g and returns its whole norm before.
func apply[F kernel.Float](c Clip, l model.Layout, g []F) float64 {
	var total float64
	for _, t := range l {
		d := model.View(t, g)
		square := sumOfSquares(d)
		total += square
		if c.Norm != 0 {
			scaleTo(d, c.Norm, math.Sqrt(square))
		}
	}
	norm := math.Sqrt(total)
	if c.Global != 0 {
		scaleTo(g, c.Global, norm)
	}
	if bound := F(c.Value); bound != 0 {
		for k, v := range g {
			g[k] = max(-bound, min(bound, v))
		}
	}
	return norm
}

func sumOfSquares[F kernel.Float](d []F) (sum float64) {
	for _, v := range d {
		sum += float64(v) * float64(v)
	}
	return sum
}

// scaleTo scales a block of that norm to the limit where it is larger.
func scaleTo[F kernel.Float](d []F, limit, norm float64) {
	if norm <= limit {
		return
	}
	scale := F(limit / norm)
	for k := range d {
		d[k] *= scale
	}
}

// most bounds the entries of a clipped gradient whose norm was that before.
func (c Clip) most(norm float64) float64 {
	for _, bound := range []float64{c.Norm, c.Global, c.Value} {
		if bound != 0 {
			norm = min(norm, bound)
		}
	}
	return norm
}
