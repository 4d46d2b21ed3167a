package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The methods below compute one vector from others and return it in a register
// of its own. All of them round alike in both instruction sets. The last
// operand may be in memory, as constants are; so may the first of times.

type vector = reg.VecVirtual

func (a *asm) copy(x Op) vector {
	r := a.vector()
	if m, ok := x.(Mem); ok {
		a.load(m, r)
	} else {
		single(a, a.VMOVAPS, a.VMOVAPD)(x, r)
	}
	return r
}

// to calls an instruction with operands in the assembler's order, and a new
// register as the last.
func to(a *asm, instruction func(...Op), ops ...Op) vector {
	r := a.vector()
	instruction(append(ops, r)...)
	return r
}

func (a *asm) add(x, y Op) vector { return to(a, single(a, a.VADDPS, a.VADDPD), y, x) }
func (a *asm) sub(x, y Op) vector { return to(a, single(a, a.VSUBPS, a.VSUBPD), y, x) }
func (a *asm) mul(x, y Op) vector { return to(a, single(a, a.VMULPS, a.VMULPD), y, x) }
func (a *asm) div(x, y Op) vector { return to(a, single(a, a.VDIVPS, a.VDIVPD), y, x) }
func (a *asm) sqrt(x Op) vector   { return to(a, single(a, a.VSQRTPS, a.VSQRTPD), x) }

// max is the larger of x and bound, or x if it is NaN; min the smaller.
func (a *asm) max(x, bound Op) vector {
	return to(a, single(a, a.VMAXPS, a.VMAXPD), x, a.copy(bound))
}

func (a *asm) min(x, bound Op) vector {
	return to(a, single(a, a.VMINPS, a.VMINPD), x, a.copy(bound))
}

// times computes x y + z, rounded once.
func (a *asm) times(x, y, z Op) vector {
	r := a.copy(x)
	single(a, a.VFMADD213PS, a.VFMADD213PD)(z, y, r)
	return r
}

// polynomial computes c[0] + c[1] x + ... by Horner's rule.
func (a *asm) polynomial(x Op, c ...float64) vector {
	r := a.copy(a.number(c[len(c)-1]))
	for i := len(c) - 2; i >= 0; i-- {
		single(a, a.VFMADD213PS, a.VFMADD213PD)(a.number(c[i]), x, r)
	}
	return r
}

// Whole numbers of 32 bits.

func (a *asm) addInt(x, y Op) vector { return to(a, a.VPADDD, y, x) }
func (a *asm) subInt(x, y Op) vector { return to(a, a.VPSUBD, y, x) }

func (a *asm) left(x Op, by uint64) vector        { return to(a, a.VPSLLD, Imm(by), x) }
func (a *asm) right(x Op, by uint64) vector       { return to(a, a.VPSRLD, Imm(by), x) }
func (a *asm) rightSigned(x Op, by uint64) vector { return to(a, a.VPSRAD, Imm(by), x) }

func (a *asm) toFloat(x Op) vector { return to(a, a.VCVTDQ2PS, x) }

// nearest rounds to whole numbers, which may be as large as an int32.
func (a *asm) nearest(x Op) vector { return to(a, a.VCVTPS2DQ, x) }

// Bits.

func (a *asm) and(x, y Op) vector { return a.logic(a.two(a.VPAND), a.VPANDD, y, x) }
func (a *asm) or(x, y Op) vector  { return a.logic(a.two(a.VPOR), a.VPORD, y, x) }
func (a *asm) xor(x, y Op) vector { return a.logic(a.two(a.VPXOR), a.VPXORD, y, x) }

func (a *asm) two(f func(x, y, z Op)) func(...Op) {
	return func(ops ...Op) { f(ops[0], ops[1], ops[2]) }
}

func (a *asm) logic(narrow, wide func(...Op), ops ...Op) vector {
	if a.isa == avx512 {
		return to(a, wide, ops...)
	}
	return to(a, narrow, ops...)
}

// rotate turns the bits of 32-bit numbers to the left.
func (a *asm) rotate(x Op, by uint64) vector {
	if a.isa == avx512 {
		return to(a, a.VPROLD, Imm(by), x)
	}
	return a.or(a.left(x, by), a.right(x, 32-by))
}

// bySign picks negative where the sign bit of x is set, and positive elsewhere.
func (a *asm) bySign(x, negative, positive Op) vector {
	r := a.vector()
	if a.isa == avx2 {
		if a.bits == 32 {
			a.VBLENDVPS(x, negative, positive, r)
		} else {
			a.VBLENDVPD(x, negative, positive, r)
		}
		return r
	}
	k := a.K()
	if a.bits == 32 {
		a.VPMOVD2M(x, k)
		a.VBLENDMPS(negative, positive, k, r)
	} else {
		a.VPMOVQ2M(x, k)
		a.VBLENDMPD(negative, positive, k, r)
	}
	return r
}

// where keeps x where left compares with right as the predicate says, and is 0
// elsewhere.
func (a *asm) where(left Op, predicate uint64, right, x Op) vector {
	r := a.vector()
	if a.isa == avx2 {
		m := to(a, single(a, a.VCMPPS, a.VCMPPD), Imm(predicate), right, left)
		return a.and(m, x)
	}
	k := a.K()
	single(a, a.VCMPPS, a.VCMPPD)(Imm(predicate), right, left, k)
	single(a, a.VMOVAPS_Z, a.VMOVAPD_Z)(x, k, r)
	return r
}

// Predicates of where.
const (
	greater = 0x1e // false for NaN
	notLess = 0x15 // true for NaN
)

// number is a constant: x in every lane.
func (a *asm) number(x float64) Mem {
	if a.bits == 32 {
		b := uint64(math.Float32bits(float32(x)))
		return a.constant(fmt.Sprintf("f32_%08x", b), b<<32|b)
	}
	b := math.Float64bits(x)
	return a.constant(fmt.Sprintf("f64_%016x", b), b)
}

// whole is a constant: the 32 bits of x in every lane.
func (a *asm) whole(x uint32) Mem {
	return a.constant(fmt.Sprintf("u32_%08x", x), uint64(x)<<32|uint64(x))
}

// sign is a constant of sign bits, rest one of all the others.
func (a *asm) sign() Mem {
	if a.bits == 32 {
		return a.whole(1 << 31)
	}
	return a.constant("sign64", 1<<63)
}

func (a *asm) rest() Mem {
	if a.bits == 32 {
		return a.whole(1<<31 - 1)
	}
	return a.constant("rest64", 1<<63-1)
}

// constant is 64 bytes of read-only data that repeat eight.
func (a *asm) constant(name string, eight uint64) Mem {
	m := NewDataAddr(NewStaticSymbol(name), 0)
	if !a.constants[name] {
		a.constants[name] = true
		a.StaticGlobal(name)
		a.DataAttributes(attr.RODATA | attr.NOPTR)
		for range 8 {
			a.AppendDatum(U64(eight))
		}
	}
	return m
}

// log1p is log(1+f) for f in [sqrt(1/2)-1, sqrt(2)-1], with a relative error
// below 1e-7 in float32: f - f^2/2 + f^3 P(f), P minimax.
func (a *asm) log1p(f vector) vector {
	square := a.mul(f, f)
	p := a.polynomial(f, 0.33333316, -0.25000796, 0.20002282, -0.16624969,
		0.14181425, -0.13125309, 0.12879173, -0.07865378)
	r := a.mul(square, a.times(f, p, a.number(-0.5)))
	return a.add(f, r)
}

// sinCos returns sin t and cos t for t in [-pi/4, pi/4], by minimax polynomials
// whose absolute error is below 1e-8.
func (a *asm) sinCos(t vector) (sin, cos vector) {
	square := a.mul(t, t)
	p := a.polynomial(square, -0.16666655, 0.0083321808, -0.00019517560)
	sin = a.times(a.mul(t, square), p, t)
	cos = a.polynomial(square, 1, -0.5, 0.041666653, -0.0013887594, 2.4460978e-05)
	return sin, cos
}
