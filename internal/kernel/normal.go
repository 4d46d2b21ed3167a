package kernel

// Normal deviates in plain Go, from sixteen generators side by side.

import (
	"math"

	"psychrnn/internal/random"
)

// normal is Set.Normal: Box and Muller's pairs, sixteen radii r and angles v
// at a time, as r cos(v) then r sin(v). What a row does not use of a pair is
// thrown away, so a row begins at a full pair.
//
//	r = sqrt(-2 log((x>>1 + 1/2) / 2^31)),  v = 2 pi y / 2^32, y signed
//
// The deviates are float32 numbers in either precision.
func normal[F Float](dst []F, n, ld int, s []random.Stream) {
	var x, y [Lane]uint32
	for r := range s {
		row := dst[r*ld:][:n]
		for len(row) > 0 {
			s[r].Next(&x)
			s[r].Next(&y)
			for l := range Lane {
				radius := math.Sqrt(-2 * math.Log((float64(x[l]>>1)+0.5)*0x1p-31))
				sin, cos := math.Sincos(2 * math.Pi * 0x1p-32 * float64(int32(y[l])))
				if l < len(row) {
					row[l] = F(float32(radius * cos))
				}
				if l+Lane < len(row) {
					row[l+Lane] = F(float32(radius * sin))
				}
			}
			row = row[min(2*Lane, len(row)):]
		}
	}
}
