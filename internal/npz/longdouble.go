package npz

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/big"
	"slices"
)

// NumPy's longdouble is what the machine's compiler calls long double: on x86
// the 80 bits of the 8087, with 6 bytes behind them (2 on 32 bits) that mean
// nothing, and hold whatever was in memory before; elsewhere mostly the 128 bits
// of IEEE 754. Both are called f16. An array that may be of either form is taken
// to be x86's, unless another array of its file can only be of the 128-bit form.

const (
	longBias = 16383  // of the exponent, in both forms
	longTop  = 0x7fff // the exponent of infinity and NaN
)

// doubles rounds entries of width bytes, little-endian, to float64 as the
// processor would, to nearest even.
func doubles(data []byte, width int, value func([]byte) float64) []byte {
	out := make([]byte, 0, len(data)/width*8)
	for ; len(data) >= width; data = data[width:] {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(value(data)))
	}
	return out
}

// mayBeExtended says whether entries of 16 bytes, little-endian, may be of the
// 80-bit form: the first bit of its mantissa is 1 in all numbers but 0 and those
// below the smallest exponent. What stands behind the 80 bits says nothing.
func mayBeExtended(data []byte) bool {
	for ; len(data) >= 16; data = data[16:] {
		if first, exponent := data[7]>>7, binary.LittleEndian.Uint16(data[8:])&longTop; (first == 1) != (exponent != 0) {
			return false
		}
	}
	return true
}

// mayBeQuad says whether entries of 16 bytes, little-endian, may be of the
// 128-bit form: weights are 0 or have an exponent not far from 0.
func mayBeQuad(data []byte) bool {
	for ; len(data) >= 16; data = data[16:] {
		low, high := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:])
		exponent := int(high>>48) & longTop
		zero := low == 0 && high<<1 == 0
		if !zero && exponent != longTop && (exponent-longBias <= -1100 || exponent-longBias >= 1100) {
			return false
		}
	}
	return true
}

// longForms tells of a file's longdoubles what one array alone does not.
type longForms struct {
	quad     bool             // some can only be of the 128-bit form
	extended bool             // some are of the 80-bit form, and not 0
	either   map[string]Array // by member, as of the 128-bit form, of those that may be of both
}

// settle brings those into the other form that may be of both and are of a file
// of the other form.
func (l *longForms) settle(f *File) {
	for k := range f.Members {
		m := &f.Members[k]
		quad, either := l.either[m.Name]
		switch {
		case !either:
		case l.quad:
			m.Array = quad
		case !l.extended && !bytes.Equal(m.Array.Data, quad.Data):
			if at, _ := quad.notFinite(); at < 0 {
				f.Warnings = append(f.Warnings, "member "+m.Name+": its longdoubles are read as zeros, which is right if an x86 processor wrote them; if another did, save numpy.float64 of them there")
			}
		}
	}
}

// add takes a member's array into account, whose data are little-endian.
func (l *longForms) add(name string, h npyHeader, data []byte) {
	if h.width != 16 || !mayBeExtended(data) {
		l.quad = l.quad || h.width == 16
		return
	}
	for entry := range slices.Chunk(data, 16) {
		l.extended = l.extended || extended(entry) != 0
	}
	if mayBeQuad(data) {
		if l.either == nil {
			l.either = map[string]Array{}
		}
		h.quad = true
		l.either[name] = h.array(data)
	}
}

// extended is an entry of the 80-bit form: 64 bits of mantissa, of which the
// first is before the point, 15 of exponent, the sign.
func extended(entry []byte) float64 {
	mantissa, top := binary.LittleEndian.Uint64(entry), binary.LittleEndian.Uint16(entry[8:])
	return composed(top, mantissa, mantissa<<1 != 0)
}

// quad is an entry of the 128-bit form: 112 bits of mantissa, behind one that is
// not written, 15 of exponent, the sign.
func quad(entry []byte) float64 {
	low, high := binary.LittleEndian.Uint64(entry), binary.LittleEndian.Uint64(entry[8:])
	top := uint16(high >> 48)
	mantissa := high<<15&(1<<63-1) | low>>49
	if low<<15 != 0 {
		mantissa |= 1 // for rounding, that more bits follow
	}
	fraction := high<<16 != 0 || low != 0
	if top&longTop != 0 {
		mantissa |= 1 << 63
	}
	return composed(top, mantissa, fraction)
}

// composed is (-1)^sign mantissa 2^(exponent - 16383 - 63), where top holds sign
// and exponent; fraction says whether the highest exponent means NaN. It is rounded
// once, also where the result is subnormal.
func composed(top uint16, mantissa uint64, fraction bool) float64 {
	sign, exponent := float64(int16(top)), int(top&longTop) //nolint:gosec // G115: the first bit is the sign
	switch {
	case exponent == longTop && fraction:
		return math.NaN()
	case exponent == longTop:
		return math.Copysign(math.Inf(1), sign)
	}
	power := max(exponent, 1) - longBias - 63
	if mantissa == 0 || power >= -1022 { // surely not subnormal, and so rounded once
		return math.Copysign(math.Ldexp(float64(mantissa), power), sign)
	}
	x, _ := new(big.Float).SetMantExp(new(big.Float).SetUint64(mantissa), power).Float64()
	return math.Copysign(x, sign)
}
