package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// normal writes Set.Normal in float32; the other precision widens its numbers.
func normal(a *asm) {
	if a.bits != 32 {
		return
	}
	a.function("normal", "func(rows, n int, dst *float32, ld int, s *uint32)",
		"is Set.Normal for rows > 0, without bounds checks.")
	rows, ld := a.Load(a.Param("rows"), a.GP64()), a.Load(a.Param("ld"), a.GP64())
	row := a.Load(a.Param("dst"), a.GP64()).(reg.GPVirtual)
	s := a.Load(a.Param("s"), a.GP64()).(reg.GPVirtual)
	n, dst := a.GP64(), a.GP64()

	a.Label("row")
	a.Load(a.Param("n"), n)
	a.MOVQ(row, dst)
	a.Label("pairs")
	a.CMPQ(n, Imm(32))
	a.JL(LabelRef("rest"))
	a.pairs(s, func(at int, deviates vector) {
		a.store(deviates, Mem{Base: dst, Disp: 4 * at})
	})
	a.ADDQ(Imm(128), dst)
	a.SUBQ(Imm(32), n)
	a.JMP(LabelRef("pairs"))

	a.Label("rest")
	a.CMPQ(n, Imm(0))
	a.JLE(LabelRef("next"))
	a.pairs(s, func(at int, deviates vector) {
		left := a.GP64()
		a.MOVQ(n, left)
		a.SUBQ(Imm(uint64(at)), left)
		a.storeMasked(deviates, a.laneMask(left), Mem{Base: dst, Disp: 4 * at})
	})

	a.Label("next")
	a.LEAQ(Mem{Base: row, Index: ld, Scale: 4}, row)
	a.ADDQ(I32(256), s)
	a.DECQ(rows)
	a.JNE(LabelRef("row"))
	a.VZEROUPPER()
	a.RET()
}

// pairs draws 32 deviates: those of radius times cosine, then of radius times
// sine. Lanes are independent; at is the first lane's place among the 32.
func (a *asm) pairs(s reg.GPVirtual, store func(at int, deviates vector)) {
	for l := 0; l < 16; l += a.lanes() {
		x, y := a.xoshiro(s, l)
		r := a.radius(x)
		sin, cos := a.circle(y)
		store(l, a.mul(r, cos))
		store(l+16, a.mul(r, sin))
	}
}

// xoshiro moves the generators from lane l on by two numbers.
func (a *asm) xoshiro(s reg.GPVirtual, l int) (x, y vector) {
	at := func(word int) Mem { return Mem{Base: s, Disp: 4 * (16*word + l)} }
	w := []vector{a.copy(at(0)), a.copy(at(1)), a.copy(at(2)), a.copy(at(3))}
	next := func() vector {
		out := a.addInt(a.rotate(a.addInt(w[0], w[3]), 7), w[0])
		shifted := a.left(w[1], 9)
		w[2] = a.xor(w[2], w[0])
		w[3] = a.xor(w[3], w[1])
		w[1] = a.xor(w[1], w[2])
		w[0] = a.xor(w[0], w[3])
		w[2] = a.xor(w[2], shifted)
		w[3] = a.rotate(w[3], 11)
		return out
	}
	x, y = next(), next()
	for i := range w {
		a.store(w[i], at(i))
	}
	return x, y
}

// radius is sqrt(-2 log u) with u = (x/2 + 1/2) / 2^31. Close to u = 1 the
// logarithm is taken of 1 - u, which the bits of x give without rounding.
func (a *asm) radius(x vector) vector {
	half := a.number(0.5)
	v := a.right(x, 1)
	u := a.add(a.toFloat(v), half)                             // 2^31 u
	w := a.add(a.toFloat(a.xor(v, a.whole(1<<31-1))), half)    // 2^31 (1-u)
	root := a.whole(math.Float32bits(float32(math.Sqrt(0.5)))) // u = 2^e m, sqrt(1/2) <= m < sqrt(2)
	e := a.rightSigned(a.subInt(u, root), 23)
	m := a.subInt(u, a.left(e, 23))
	e = a.subInt(e, a.whole(31))
	f := a.bySign(e, a.sub(m, a.number(1)), a.mul(w, a.number(-0x1p-31)))
	log := a.times(a.number(math.Ln2), a.toFloat(e), a.log1p(f))
	return a.sqrt(a.mul(log, a.number(-2)))
}

// circle returns sine and cosine of 2 pi y / 2^32, y signed.
func (a *asm) circle(y vector) (sin, cos vector) {
	quarter := a.rightSigned(a.addInt(y, a.whole(1<<29)), 30) // the nearest
	t := a.mul(a.toFloat(a.subInt(y, a.left(quarter, 30))), a.number(2*math.Pi*0x1p-32))
	s, c := a.sinCos(t)
	odd := a.left(quarter, 31)
	sin, cos = a.bySign(odd, c, s), a.bySign(odd, s, c)
	// The quarter's second bit is the sign of the sine; the next quarter's
	// that of the cosine.
	sin = a.xor(sin, a.and(a.left(quarter, 30), a.sign()))
	next := a.addInt(quarter, a.whole(1))
	cos = a.xor(cos, a.and(a.left(next, 30), a.sign()))
	return sin, cos
}
