package kernel

import "math"

// Key addresses a stream of random numbers. It is built from what the numbers
// are for (seed, purpose, trial, name), so that a stream depends on nothing
// that was drawn before it.
type Key uint64

// NewKey begins an address with an experiment's seed.
func NewKey(seed uint64) Key { return Key(mix(seed + golden)) }

// Number adds a number to the address.
func (k Key) Number(n uint64) Key { return Key(mix(mix(uint64(k)+golden) ^ (n * odd))) }

// Text adds a name to the address.
func (k Key) Text(s string) Key {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return Key(mix(mix(uint64(k)+golden) ^ (h + odd)))
}

const (
	golden = 0x9e3779b97f4a7c15
	odd    = 0xd1342543de82ef95
)

// mix is the finalizer of splitmix64 (Steele, Lea, Flood 2014), a bijection
// in which every bit of z sways every bit of the result.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

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

// Stream is the state of sixteen xoshiro128++ generators side by side
// (Blackman and Vigna 2021); word w of generator l is s[w][l].
type Stream struct{ s [4][Lane]uint32 }

// Stream returns the stream of the address, at its beginning.
func (k Key) Stream() (s Stream) {
	s.Seed(k)
	return s
}

// Seed sets the stream to the beginning of the address's numbers.
func (s *Stream) Seed(k Key) {
	d := k.Draws()
	for w := range s.s {
		for l := 0; l < Lane; l += 2 {
			v := d.Uint64()
			s.s[w][l], s.s[w][l+1] = uint32(v), uint32(v>>32)
		}
	}
}

// next overwrites out with the next number of every generator.
func (s *Stream) next(out *[Lane]uint32) {
	for l := range Lane {
		a, b, c, d := s.s[0][l], s.s[1][l], s.s[2][l], s.s[3][l]
		sum := a + d
		out[l] = (sum<<7 | sum>>25) + a
		c ^= a
		d ^= b
		s.s[0][l] = a ^ d
		s.s[1][l] = b ^ c
		s.s[2][l] = c ^ b<<9
		s.s[3][l] = d<<11 | d>>21
	}
}

// normal is Set.Normal: Box and Muller's pairs, sixteen radii r and angles v
// at a time, as r cos(v) then r sin(v). What a row does not use of a pair is
// thrown away, so a row begins at a full pair.
//
//	r = sqrt(-2 log((x>>1 + 1/2) / 2^31)),  v = 2 pi y / 2^32, y signed
//
// The deviates are float32 numbers in either precision.
func normal[F Float](dst []F, n, ld int, s []Stream) {
	var x, y [Lane]uint32
	for r := range s {
		row := dst[r*ld:][:n]
		for len(row) > 0 {
			s[r].next(&x)
			s[r].next(&y)
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
