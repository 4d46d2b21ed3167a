package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elements writes the element-wise kernels.
func elements(a *asm) {
	a.leaks()
	if a.bits == 32 {
		a.transfer("tanh", a.tanh, a.tanhSlope)
		a.transfer("sigmoid", a.sigmoid, a.sigmoidSlope)
		a.transfer("elu", a.elu, a.eluSlope)
		a.transfer("softplus", a.softplus, a.sigmoid)
		a.lstm()
	}
}

// smallest is the magnitude below which leak and unleak take a number for 0.
const smallest = 1e-30

func (a *asm) leaks() {
	flushed := func(x vector) vector {
		return a.where(a.and(x, a.rest()), notLess, a.copy(a.number(smallest)), x)
	}
	next := func(v []vector) vector { return flushed(a.times(v[2], v[0], v[1])) }
	in, out := []string{"prev", "out"}, []string{"next"}
	a.rows(loop{name: "leak", in: in, shared: "keep", out: out}, func(v []vector) []vector {
		return []vector{next(v)}
	})
	out = append(out, "rate")
	a.rows(loop{name: "leakRelu", in: in, shared: "keep", out: out}, func(v []vector) []vector {
		x := next(v)
		return []vector{x, a.max(x, a.number(0))}
	})
	a.rows(loop{name: "unleak", in: []string{"dnext"}, shared: "keep", out: []string{"dprev"}}, func(v []vector) []vector {
		return []vector{flushed(a.mul(v[0], v[1]))}
	})
	a.rows(loop{name: "unleakRelu", in: []string{"dnext", "dh", "prev"}, shared: "keep", out: []string{"dprev"}}, func(v []vector) []vector {
		zero := a.vector()
		a.clear(zero)
		return []vector{flushed(a.times(v[3], v[0], a.where(v[2], greater, zero, v[1])))}
	})
}

func (a *asm) transfer(name string, apply, slope func(x vector) vector) {
	a.rows(loop{name: name, in: []string{"state"}, out: []string{"dst"}}, func(v []vector) []vector {
		return []vector{apply(v[0])}
	})
	a.rows(loop{name: name + "Back", in: []string{"dstate", "dh", "state"}, out: []string{"dstate"}}, func(v []vector) []vector {
		return []vector{a.times(v[1], slope(v[2]), v[0])}
	})
}

func (a *asm) lstm() {
	a.rows(loop{name: "lstm", in: []string{"gates", "prev"}, out: []string{"hidden", "cell", "gates"}}, func(v []vector) []vector {
		f, g, c, q, prev := a.sigmoid(v[0]), a.sigmoid(v[1]), a.tanh(v[2]), a.sigmoid(v[3]), v[4]
		cell := a.times(f, prev, a.mul(g, c))
		return []vector{a.mul(q, a.sigmoid(cell)), cell, f, g, c, q}
	})
	l := loop{name: "lstmBack", in: []string{"dcell", "dhidden", "gates", "cell", "prev"}, out: []string{"dgates", "dcell"}}
	a.rows(l, func(v []vector) []vector {
		dcell, dhidden, f, g, c, q, cell, prev := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
		s := a.sigmoid(cell)
		dq := a.mul(a.mul(dhidden, s), a.logistic(q))
		dcell = a.times(a.mul(dhidden, q), a.logistic(s), dcell)
		df := a.mul(a.mul(dcell, prev), a.logistic(f))
		dg := a.mul(a.mul(dcell, c), a.logistic(g))
		dc := a.mul(a.mul(dcell, g), a.sub(a.copy(a.number(1)), a.mul(c, c)))
		return []vector{df, dg, dc, dq, a.mul(dcell, f)}
	})
}

// powers returns k and e^r-1 with e^x = 2^k e^r, k whole and |r| <= log(2)/2;
// the polynomial's relative error is 2e-8.
func (a *asm) powers(x vector) (k, p vector) {
	k = a.nearest(a.mul(x, a.number(math.Log2E)))
	whole := a.toFloat(k)
	// log(2) in two parts, of which the first has few digits.
	const high = 0.693359375
	r := a.times(a.number(-high), whole, x)
	r = a.times(a.number(high-math.Ln2), whole, r)
	p = a.polynomial(r, 0.5, 0.16666543, 0.041666284, 0.0083665224, 0.0013946320)
	return k, a.times(a.mul(r, r), p, r)
}

// power is 2^k for -127 <= k <= 128, with 0 and infinity at the ends.
func (a *asm) power(k vector) vector { return a.left(a.addInt(k, a.whole(127)), 23) }

// expWithin is e^x for |x| <= 88.
func (a *asm) expWithin(x vector) vector {
	k, p := a.powers(x)
	scale := a.power(k)
	return a.times(p, scale, scale)
}

// below is e^x - 1 for x <= 0, which is -1 from -88 on.
func (a *asm) below(x vector) vector {
	k, p := a.powers(a.max(x, a.number(-88)))
	scale := a.power(k)
	return a.times(p, scale, a.sub(scale, a.number(1)))
}

// elu is x where x > 0, else e^x - 1.
func (a *asm) elu(x vector) vector { return a.bySign(x, a.below(x), x) }

func (a *asm) eluSlope(x vector) vector {
	one := a.copy(a.number(1))
	return a.bySign(x, a.expWithin(a.max(x, a.number(-88))), one)
}

// tanh is u / (u+2) with u = e^2|x| - 1, and the sign of x. It is 1 beyond 10.
func (a *asm) tanh(x vector) vector {
	y := a.min(a.and(x, a.rest()), a.number(10))
	k, p := a.powers(a.add(y, y))
	scale := a.power(k)
	u := a.times(p, scale, a.sub(scale, a.number(1)))
	return a.or(a.div(u, a.add(u, a.number(2))), a.and(x, a.sign()))
}

func (a *asm) tanhSlope(x vector) vector {
	t := a.tanh(x)
	return a.sub(a.copy(a.number(1)), a.mul(t, t))
}

// sigmoid is 1 / (1 + e^-x).
func (a *asm) sigmoid(x vector) vector {
	negative := a.xor(x, a.sign())
	e := a.expWithin(a.max(a.min(negative, a.number(88)), a.number(-88)))
	return a.div(a.copy(a.number(1)), a.add(e, a.number(1)))
}

func (a *asm) sigmoidSlope(x vector) vector { return a.logistic(a.sigmoid(x)) }

// logistic is the sigmoid's derivative where it is s.
func (a *asm) logistic(s vector) vector { return a.mul(s, a.sub(a.copy(a.number(1)), s)) }

// softplus is max(x, 0) + log(1+e), e = e^-|x|. If 1+e is above sqrt(2) the
// logarithm is that of its half, plus log(2).
func (a *asm) softplus(x vector) vector {
	e := a.expWithin(a.max(a.or(x, a.sign()), a.number(-88)))
	small := a.sub(e, a.number(math.Sqrt2-1))
	half := a.times(a.number(0.5), e, a.number(-0.5))
	zero := a.vector()
	a.clear(zero)
	log := a.add(a.log1p(a.bySign(small, e, half)), a.bySign(small, zero, a.copy(a.number(math.Ln2))))
	return a.add(a.max(x, zero), log)
}

// loop describes an element-wise kernel: which rows of numbers it reads and
// writes. A name in both is read and overwritten. Rows of gates hold four
// numbers for each of the others, n of a kind together.
type loop struct {
	name    string
	in, out []string // rows with a stride
	shared  string   // one row for all, read after in
}

// rows writes a kernel over all elements of rows. compute gets the vectors of
// what is read, in the loop's order, and returns what is written.
func (a *asm) rows(l loop, compute func([]vector) []vector) {
	strided := slices.Clone(l.out)
	for _, name := range l.in {
		if !slices.Contains(l.out, name) {
			strided = append(strided, name)
		}
	}
	signature := "func(rows, n int"
	for _, name := range strided {
		signature += fmt.Sprintf(", %s *FLOAT, %sLd int", name, name)
	}
	if l.shared != "" {
		signature += fmt.Sprintf(", %s *FLOAT", l.shared)
	}
	a.function(l.name, signature+")", "is the kernel of that name for rows > 0, without bounds checks.")
	a.enter()
	at := map[string]reg.GPVirtual{}
	for _, name := range append(strided, l.shared) {
		if name != "" {
			at[name] = a.Load(a.Param(name), a.GP64()).(reg.GPVirtual)
		}
	}
	rows := a.Load(a.Param("rows"), a.GP64())
	left, offset := a.GP64(), a.GP64()
	// Of gates, the second and fourth kind lie n behind the first and third.
	gates := map[string]reg.GPVirtual{} // where the third kind begins
	for _, name := range strided {
		if strings.HasSuffix(name, "gates") {
			gates[name] = a.GP64()
		}
	}
	behind := a.GP64()
	places := func(name string) []Mem {
		first := []Mem{{Base: at[name], Index: offset, Scale: 1}}
		if third, ok := gates[name]; ok {
			return append(first, Mem{Base: at[name], Index: behind, Scale: 1},
				Mem{Base: third, Index: offset, Scale: 1}, Mem{Base: third, Index: behind, Scale: 1})
		}
		return first
	}
	step := func(load func(Mem, Op), store func(Op, Mem)) {
		var v []vector
		for _, name := range append(slices.Clone(l.in), l.shared) {
			if name == "" {
				continue
			}
			for _, place := range places(name) {
				r := a.vector()
				load(place, r)
				v = append(v, r)
			}
		}
		results := compute(v)
		for _, name := range l.out {
			for _, place := range places(name) {
				store(results[0], place)
				results = results[1:]
			}
		}
	}

	a.Label("row")
	a.Load(a.Param("n"), left)
	a.XORQ(offset, offset)
	if len(gates) > 0 {
		a.XORQ(behind, behind)
		a.LEAQ(Mem{Base: behind, Index: left, Scale: uint8(a.size())}, behind)
	}
	for _, name := range strided {
		if third, ok := gates[name]; ok {
			a.LEAQ(Mem{Base: at[name], Index: behind, Scale: 2}, third)
		}
	}
	a.Label("full")
	a.CMPQ(left, Imm(uint64(a.lanes())))
	a.JL(LabelRef("part"))
	step(a.load, a.store)
	a.ADDQ(Imm(uint64(a.width())), offset)
	if len(gates) > 0 {
		a.ADDQ(Imm(uint64(a.width())), behind)
	}
	a.SUBQ(Imm(uint64(a.lanes())), left)
	a.JMP(LabelRef("full"))

	a.Label("part")
	a.CMPQ(left, Imm(0))
	a.JLE(LabelRef("next"))
	mask := a.laneMask(left)
	step(func(from Mem, to Op) { a.loadMasked(from, mask, to) }, func(from Op, to Mem) { a.storeMasked(from, mask, to) })

	a.Label("next")
	for _, name := range strided {
		ld := a.Load(a.Param(name+"Ld"), a.GP64())
		a.LEAQ(Mem{Base: at[name], Index: ld, Scale: uint8(a.size())}, at[name])
	}
	a.DECQ(rows)
	a.JNE(LabelRef("row"))
	a.leave()
}
