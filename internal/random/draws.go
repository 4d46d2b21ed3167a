package random

// Scalar numbers of an address: what a task draws, and how weights start.

import "math"

// Draws yields the scalar numbers of an address one after another (splitmix64).
type Draws struct{ state uint64 }

// Draws returns the scalar numbers of the address.
func (k Key) Draws() Draws { return Draws{uint64(k)} }

// Uint64 returns 64 random bits.
func (d *Draws) Uint64() uint64 {
	d.state += golden
	return mix(d.state)
}

// Uniform returns a number in [0,1), a multiple of 2^-53.
func (d *Draws) Uniform() float64 { return float64(d.Uint64()>>11) * 0x1p-53 }

// Index returns a whole number in [0,n), each with equal chance up to n/2^53.
func (d *Draws) Index(n int) int { return int(d.Uniform() * float64(n)) }

// Normal returns a standard normal deviate (Box and Muller 1958).
func (d *Draws) Normal() float64 {
	u := 1 - d.Uniform()
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*d.Uniform())
}
