// Package random gives random numbers that are addressed, not consumed: a number
// is a function of what it is for (seed, purpose, trial, name), and of nothing
// that was drawn before it. So any trial, or batch, comes out the same whoever
// draws it, in whatever order and by however many threads.
//
// A Key is an address. Its Draws are scalar numbers one after another, for what a
// task draws; its Stream is sixteen generators side by side, from which package
// kernel makes the deviates of noise.
package random

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
