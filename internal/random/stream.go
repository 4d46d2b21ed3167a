package random

// Sixteen generators of an address side by side, as vectors of the processor want them.

// Stream is the state of sixteen xoshiro128++ generators side by side
// (Blackman and Vigna 2021). Package kernel moves it on in assembly, too.
type Stream struct {
	Words [4][Lanes]uint32 // word w of generator l is Words[w][l]
}

// Lanes is the number of generators.
const Lanes = 16

// Stream returns the stream of the address, at its beginning.
func (k Key) Stream() (s Stream) {
	s.Seed(k)
	return s
}

// Seed sets the stream to the beginning of the address's numbers.
func (s *Stream) Seed(k Key) {
	d := k.Draws()
	for w := range s.Words {
		for l := 0; l < Lanes; l += 2 {
			v := d.Uint64()
			s.Words[w][l], s.Words[w][l+1] = uint32(v), uint32(v>>32)
		}
	}
}

// Next overwrites out with the next number of every generator.
func (s *Stream) Next(out *[Lanes]uint32) {
	for l := range Lanes {
		a, b, c, d := s.Words[0][l], s.Words[1][l], s.Words[2][l], s.Words[3][l]
		sum := a + d
		out[l] = (sum<<7 | sum>>25) + a
		c ^= a
		d ^= b
		s.Words[0][l] = a ^ d
		s.Words[1][l] = b ^ c
		s.Words[2][l] = c ^ b<<9
		s.Words[3][l] = d<<11 | d>>21
	}
}
