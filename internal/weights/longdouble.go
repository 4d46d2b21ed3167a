package weights

import (
	"encoding/binary"
	"math"
)

// NumPy's longdouble is what the machine's compiler calls long double: on x86
// the 80 bits of the 8087, with 6 bytes behind them (2 on 32 bits) that mean
// nothing; elsewhere mostly the 128 bits of IEEE 754. Both are called f16.

const (
	longBias = 16383  // of the exponent, in both forms
	longTop  = 0x7fff // the exponent of infinity and NaN
)

// doubles rounds entries of width bytes, little-endian, to float64 as the
// processor would, to nearest even.
func doubles(data []byte, width int) []byte {
	value := extended
	if width == 16 && quadruple(data) {
		value = quad
	}
	out := make([]byte, 0, len(data)/width*8)
	for ; len(data) >= width; data = data[width:] {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(value(data)))
	}
	return out
}

// quadruple says whether entries of 16 bytes are of the 128-bit form. Then the
// last two bytes of every number but 0 have an exponent not far from 0. In the
// 80-bit form they mean nothing: mostly they are 0.
func quadruple(data []byte) bool {
	found := false
	for ; len(data) >= 16; data = data[16:] {
		low, high := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:])
		switch exponent := int(high>>48) & longTop; {
		case low == 0 && high<<1 == 0: // 0 in both
		case exponent == longTop || exponent-longBias > -1100 && exponent-longBias < 1100:
			found = true
		default:
			return false
		}
	}
	return found
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
// and exponent; fraction says whether the highest exponent means NaN.
func composed(top uint16, mantissa uint64, fraction bool) float64 {
	sign := 1.0
	if top>>15 != 0 {
		sign = math.Copysign(1, -1)
	}
	exponent := int(top & longTop)
	switch {
	case exponent == longTop && fraction:
		return math.NaN()
	case exponent == longTop:
		return math.Inf(int(sign))
	}
	power := max(exponent, 1) - longBias - 63
	if shift := -1074 - power; mantissa != 0 && shift > 0 {
		// The result may be subnormal, with fewer bits than float64 keeps: the
		// bits that do not fit are rounded here, and only once.
		if shift > 64 {
			return math.Copysign(0, sign)
		}
		kept, rest := mantissa>>shift, mantissa<<(64-shift)
		if kept < 1<<52 {
			if rest > 1<<63 || rest == 1<<63 && kept&1 == 1 {
				kept++
			}
			return sign * math.Ldexp(float64(kept), -1074)
		}
	}
	return sign * math.Ldexp(float64(mantissa), power)
}
