package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// mul writes mulAdd and peak.
//
// C is cut into panels of one to four vectors of columns, a panel into tiles
// of up to eight rows. A tile of C stays in registers while k runs over the
// rows of B: each row's vectors are multiplied by one broadcast number of A
// per row of the tile. Whatever the tile, an entry of C is the same chain of
// fused multiply-adds, so cutting differently gives the same bits.
func mul(a *asm) {
	t := &tiles{asm: a}
	t.mulAdd()
	peak(a)
}

// tiles holds the registers of mulAdd.
type tiles struct {
	*asm
	b, c, n            Mem           // of the panel: where B and C begin, columns left from there on
	add                Mem           // whether C counts
	ars, acs, bs, cs   reg.GPVirtual // strides in bytes
	rows               reg.GPVirtual // rows left
	aRow, cRow         reg.GPVirtual // where the tile's rows begin
	three, five, seven reg.GPVirtual // multiples of a stride
	mask               reg.Register  // lanes of the panel's last vector
}

// panel is a number of vectors of columns, with the heights of its tiles.
// The last vector of a masked panel need not be full.
type panel struct {
	name    string
	vectors int
	masked  bool
	heights []int
}

// panels fill the registers: AVX-512 has 32, AVX2 16. A mask costs AVX2 a
// register and time, so there what is left of a vector is a panel of its own.
var panels = map[isa][]panel{
	avx512: {
		{"four", 4, true, []int{6, 4, 2, 1}},
		{"three", 3, true, []int{8, 4, 2, 1}},
		{"two", 2, true, []int{8, 4, 2, 1}},
		{"one", 1, true, []int{8, 4, 2, 1}},
	},
	avx2: {
		{"three", 3, false, []int{4, 2, 1}},
		{"two", 2, false, []int{6, 4, 2, 1}},
		{"one", 1, false, []int{8, 4, 2, 1}},
		{"part", 1, true, []int{8, 4, 2, 1}},
	},
}

func (t *tiles) mulAdd() {
	t.function("mulAdd", "func(m, k, n int, a *FLOAT, ars, acs int, b *FLOAT, bs int, c *FLOAT, cs int, add int)",
		"is Set.MulAdd or, if add is 0, Set.Mul for m, k, n > 0, without bounds checks.")
	t.enter()
	t.b, t.c, t.n, t.add = t.AllocLocal(8), t.AllocLocal(8), t.AllocLocal(8), t.AllocLocal(8)
	t.copyParam("b", t.b)
	t.copyParam("c", t.c)
	t.copyParam("n", t.n)
	t.copyParam("add", t.add)
	t.ars, t.acs, t.bs, t.cs = t.stride("ars"), t.stride("acs"), t.stride("bs"), t.stride("cs")
	t.rows, t.aRow, t.cRow = t.GP64(), t.GP64(), t.GP64()
	t.three, t.five, t.seven = t.GP64(), t.GP64(), t.GP64()

	t.Label("choose")
	t.choose()
	t.leave()
	for _, p := range panels[t.isa] {
		t.Label(p.name)
		t.panel(p)
		t.ADDQ(U32(p.vectors*t.width()), t.b)
		t.ADDQ(U32(p.vectors*t.width()), t.c)
		t.SUBQ(U32(p.vectors*t.lanes()), t.n)
		t.JMP(LabelRef("choose"))
	}
}

// choose jumps to the next panel, or falls through at the end. The rules avoid
// panels of one or two vectors, whose tiles are short of independent sums.
func (t *tiles) choose() {
	n := t.GP64()
	t.MOVQ(t.n, n)
	jump := func(columns int, name string) {
		t.CMPQ(n, I32(columns))
		t.JGE(LabelRef(name))
	}
	if t.isa == avx2 {
		full := t.lanes()
		jump(5*full, "three")
		jump(4*full, "two")
		jump(3*full, "three")
		jump(2*full, "two")
		jump(full, "one")
		jump(1, "part")
		return
	}
	t.CMPQ(n, Imm(0))
	t.JLE(LabelRef("done"))
	over := func(vectors int, name string) { jump(vectors*t.lanes()+1, name) }
	over(4, "three")
	over(3, "four")
	over(2, "three")
	over(1, "two")
	over(0, "one")
	t.Label("done")
}

func (t *tiles) copyParam(name string, to Mem) {
	r := t.Load(t.Param(name), t.GP64())
	t.MOVQ(r, to)
}

// stride loads a stride and turns it into bytes.
func (t *tiles) stride(name string) reg.GPVirtual {
	r := t.GP64()
	t.Load(t.Param(name), r)
	if t.bits == 32 {
		t.SHLQ(Imm(2), r)
	} else {
		t.SHLQ(Imm(3), r)
	}
	return r
}

// panel multiplies all rows of A by the panel's columns of B.
func (t *tiles) panel(p panel) {
	if p.masked {
		last := t.GP64()
		t.MOVQ(t.n, last)
		t.SUBQ(U32((p.vectors-1)*t.lanes()), last)
		t.mask = t.laneMask(last)
	}
	t.Load(t.Param("m"), t.rows)
	t.Load(t.Param("a"), t.aRow)
	t.MOVQ(t.c, t.cRow)
	for _, height := range p.heights {
		name := fmt.Sprintf("%s_%d", p.name, height)
		t.Label(name)
		t.CMPQ(t.rows, Imm(uint64(height)))
		t.JL(LabelRef(name + "_end"))
		t.tile(name, height, p)
		t.SUBQ(Imm(uint64(height)), t.rows)
		t.JMP(LabelRef(name))
		t.Label(name + "_end")
	}
}

// tile adds the product to one tile of C and moves aRow and cRow behind it.
func (t *tiles) tile(name string, height int, p panel) {
	sum := make([][]reg.VecVirtual, height)
	for i := range sum {
		sum[i] = t.vectors(p.vectors)
		for _, v := range sum[i] {
			t.load(t.number(0), v)
		}
	}
	t.multiples(height, t.cs)
	t.CMPQ(t.add, Imm(0))
	t.JEQ(LabelRef(name + "_begun"))
	for i := range sum {
		t.loadRow(p, t.row(i, t.cRow, t.cs), sum[i])
	}
	t.Label(name + "_begun")

	next := t.GP64() // tile of C
	t.MOVQ(t.cRow, next)
	t.advance(next, t.cs, height)
	for i := range sum {
		t.prefetch(t.row(i, next, t.cs), p)
	}

	ap, bp, k := t.GP64(), t.GP64(), t.GP64()
	t.MOVQ(t.aRow, ap)
	t.MOVQ(t.b, bp)
	t.Load(t.Param("k"), k)
	t.multiples(height, t.ars)
	// Wide B may lie in a far cache, and its rows are too far apart for the
	// processor to guess what comes next.
	far := t.isa == avx512 && p.vectors == 3 && height == 8
	eight, nine := t.GP64(), t.GP64()
	if far {
		t.MOVQ(t.bs, eight)
		t.SHLQ(Imm(3), eight)
		t.LEAQ(Mem{Base: t.bs, Index: t.bs, Scale: 8}, nine)
	}
	row, number := t.vectors(p.vectors), t.vector()
	step := func(b Mem, distance reg.GPVirtual) {
		t.loadRow(p, b, row)
		if far {
			t.prefetch(Mem{Base: bp, Index: distance, Scale: 1}, p)
		}
		for i := range sum {
			t.broadcast(t.row(i, ap, t.ars), number)
			for v := range row {
				t.addProduct(row[v], number, sum[i][v])
			}
		}
		t.ADDQ(t.acs, ap)
	}
	// Two steps a round: the additions to pointers compete with the
	// multiply-adds for the processor's ports.
	t.SHRQ(Imm(1), k)
	t.JCC(LabelRef(name + "_even"))
	step(Mem{Base: bp}, eight)
	t.ADDQ(t.bs, bp)
	t.TESTQ(k, k)
	t.Label(name + "_even")
	t.JEQ(LabelRef(name + "_store"))
	t.Label(name + "_k")
	step(Mem{Base: bp}, eight)
	step(Mem{Base: bp, Index: t.bs, Scale: 1}, nine)
	t.LEAQ(Mem{Base: bp, Index: t.bs, Scale: 2}, bp)
	t.DECQ(k)
	t.JNE(LabelRef(name + "_k"))

	t.Label(name + "_store")
	t.multiples(height, t.cs)
	for i := range sum {
		t.storeRow(p, sum[i], t.row(i, t.cRow, t.cs))
	}
	t.advance(t.cRow, t.cs, height)
	t.advance(t.aRow, t.ars, height)
}

// multiples prepares row for up to eight rows.
func (t *tiles) multiples(height int, stride reg.GPVirtual) {
	if height > 2 {
		t.LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, t.three)
	}
	if height > 5 {
		t.LEAQ(Mem{Base: stride, Index: stride, Scale: 4}, t.five)
	}
	if height > 7 {
		t.LEAQ(Mem{Base: t.three, Index: stride, Scale: 4}, t.seven)
	}
}

// row is where row i begins, base + i stride.
func (t *tiles) row(i int, base, stride reg.GPVirtual) Mem {
	switch i {
	case 0:
		return Mem{Base: base}
	case 1, 2, 4:
		return Mem{Base: base, Index: stride, Scale: uint8(i)}
	case 3, 6:
		return Mem{Base: base, Index: t.three, Scale: uint8(i / 3)}
	case 5:
		return Mem{Base: base, Index: t.five, Scale: 1}
	default:
		return Mem{Base: base, Index: t.seven, Scale: 1}
	}
}

// advance moves a pointer by a number of rows.
func (t *tiles) advance(p, stride reg.GPVirtual, rows int) {
	for _, power := range []int{8, 4, 2, 1} {
		if rows&power != 0 {
			t.LEAQ(Mem{Base: p, Index: stride, Scale: uint8(power)}, p)
		}
	}
}

// vectors returns n registers.
func (t *tiles) vectors(n int) []reg.VecVirtual {
	r := make([]reg.VecVirtual, n)
	for i := range r {
		r[i] = t.vector()
	}
	return r
}

// loadRow loads a panel's vectors of one row.
func (t *tiles) loadRow(p panel, from Mem, to []reg.VecVirtual) {
	for v, r := range to {
		if p.masked && v == p.vectors-1 {
			t.loadMasked(from.Offset(v*t.width()), t.mask, r)
		} else {
			t.load(from.Offset(v*t.width()), r)
		}
	}
}

// prefetch asks for a panel's vectors of one row.
func (t *tiles) prefetch(at Mem, p panel) {
	for v := range p.vectors {
		t.PREFETCHT0(at.Offset(v * t.width()))
	}
}

// storeRow stores a panel's vectors of one row.
func (t *tiles) storeRow(p panel, from []reg.VecVirtual, to Mem) {
	for v, r := range from {
		if p.masked && v == p.vectors-1 {
			t.storeMasked(r, t.mask, to.Offset(v*t.width()))
		} else {
			t.store(r, to.Offset(v*t.width()))
		}
	}
}

// peak writes a loop of independent multiply-adds.
func peak(a *asm) {
	a.function("peak", "func(n int)", "is Set.Peak's loop, n rounds of peakChains vectors.")
	n := a.Load(a.Param("n"), a.GP64())
	zero := a.vector()
	a.clear(zero)
	sum := make([]reg.VecVirtual, peakChains)
	for i := range sum {
		sum[i] = a.vector()
		a.clear(sum[i])
	}
	a.Label("loop")
	for _, s := range sum {
		a.addProduct(zero, zero, s)
	}
	a.DECQ(n)
	a.JNE(LabelRef("loop"))
	a.VZEROUPPER()
	a.RET()
}

// peakChains sums cover the latency of the multiply-add, 4 or 5 cycles at two
// a cycle; package kernel counts on the number too.
const peakChains = 12
