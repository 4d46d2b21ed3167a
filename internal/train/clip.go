package train

import (
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// clipNorm scales each tensor's gradient to the L2 norm limit where it is
// larger, and returns the norm of the whole gradient before.
func clipNorm[F kernel.Float](l model.Layout, g []F, limit float64) float64 {
	var total float64
	for _, t := range l {
		d := model.View(t, g)
		var square float64
		for _, v := range d {
			square += float64(v) * float64(v)
		}
		total += square
		if norm := math.Sqrt(square); norm > limit {
			scale := F(limit / norm)
			for k := range d {
				d[k] *= scale
			}
		}
	}
	return math.Sqrt(total)
}
