package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

type isa string

const (
	avx2   isa = "AVX2"
	avx512 isa = "AVX512"
)

// asm writes instructions for one instruction set and precision. Its methods
// are named after what they do to a vector, whichever instruction that takes.
type asm struct {
	*build.Context
	isa  isa
	bits int // of a number: 32 or 64

	mxcsr     Mem             // the caller's floating-point state, then ours
	constants map[string]bool // of the file, written already
}

// size is the number of bytes of a number.
func (a *asm) size() int { return a.bits / 8 }

// width is the number of bytes of a vector.
func (a *asm) width() int {
	if a.isa == avx512 {
		return 64
	}
	return 32
}

// lanes is the number of numbers in a vector.
func (a *asm) lanes() int { return a.width() / a.size() }

// function begins a function, whose doc follows its name. FLOAT in its
// signature is the precision's type.
func (a *asm) function(name, signature, doc string) {
	name = fmt.Sprintf("%sF%d%s", name, a.bits, a.isa)
	a.Function(name)
	a.Attributes(attr.NOSPLIT)
	a.Pragma("noescape")
	a.SignatureExpr(strings.ReplaceAll(signature, "FLOAT", fmt.Sprintf("float%d", a.bits)))
	a.Doc(name + " " + doc)
}

// single picks the instruction for the precision.
func single[T any](a *asm, ps, pd T) T {
	if a.bits == 32 {
		return ps
	}
	return pd
}

// The processor's floating-point state while our assembly runs: denormals
// count as zero and become zero, nothing traps, rounding is to nearest.
const flush = 0x9fc0

// enter saves the caller's floating-point state and flushes denormals.
func (a *asm) enter() {
	a.mxcsr = a.AllocLocal(8)
	a.STMXCSR(a.mxcsr)
	a.MOVL(U32(flush), a.mxcsr.Offset(4))
	a.LDMXCSR(a.mxcsr.Offset(4))
}

// leave restores the caller's state and returns.
func (a *asm) leave() {
	a.VZEROUPPER()
	a.LDMXCSR(a.mxcsr)
	a.RET()
}

// vector is a register for a vector.
func (a *asm) vector() reg.VecVirtual {
	if a.isa == avx512 {
		return a.ZMM()
	}
	return a.YMM()
}

func (a *asm) load(from Mem, to Op)  { single(a, a.VMOVUPS, a.VMOVUPD)(from, to) }
func (a *asm) store(from Op, to Mem) { single(a, a.VMOVUPS, a.VMOVUPD)(from, to) }

// broadcast fills to with one number.
func (a *asm) broadcast(from Mem, to Op) {
	single(a, a.VBROADCASTSS, a.VBROADCASTSD)(from, to)
}

// addProduct computes sum += x y, rounded once.
func (a *asm) addProduct(x, y, sum Op) { single(a, a.VFMADD231PS, a.VFMADD231PD)(x, y, sum) }

// clear sets a vector to 0.
func (a *asm) clear(v reg.Register) { a.VPXOR(v.(reg.Vec).AsY(), v.(reg.Vec).AsY(), v.(reg.Vec).AsY()) }

// laneMask is a mask of the first n lanes: none if n is negative, all from
// that many on. It changes n.
func (a *asm) laneMask(n reg.GPVirtual) reg.Register {
	all, none := a.GP64(), a.GP64()
	a.MOVQ(U32(a.lanes()), all)
	a.CMPQ(n, all)
	a.CMOVQGT(all, n)
	a.XORQ(none, none)
	a.TESTQ(n, n)
	a.CMOVQMI(none, n)
	if a.isa == avx512 {
		ones, k := a.GP64(), a.K()
		a.MOVQ(I32(-1), ones)
		a.BZHIQ(n, ones, ones)
		a.KMOVW(ones.As32(), k)
		return k
	}
	// Lane l of window[lanes-n:] is -1 if l < n.
	window, mask := a.GP64(), a.YMM()
	a.LEAQ(a.window(), window)
	a.SUBQ(n, all)
	a.VMOVDQU(Mem{Base: window, Index: all, Scale: uint8(a.size())}, mask)
	return mask
}

// window is a constant: as many lanes of ones as a vector has, then of zeros.
func (a *asm) window() Mem {
	name := fmt.Sprintf("window%d", a.bits)
	m := NewDataAddr(NewStaticSymbol(name), 0)
	if a.constants[name] {
		return m
	}
	a.constants[name] = true
	a.StaticGlobal(name)
	a.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 8 {
		a.AppendDatum(I64(int64(i/4) - 1))
	}
	return m
}

// loadMasked loads the lanes of the mask and sets the others to 0.
func (a *asm) loadMasked(from Mem, mask reg.Register, to Op) {
	if a.isa == avx512 {
		single(a, a.VMOVUPS_Z, a.VMOVUPD_Z)(from, mask, to)
	} else {
		single(a, a.VMASKMOVPS, a.VMASKMOVPD)(from, mask, to)
	}
}

// storeMasked stores the lanes of the mask.
func (a *asm) storeMasked(from Op, mask reg.Register, to Mem) {
	if a.isa == avx512 {
		single(a, a.VMOVUPS, a.VMOVUPD)(from, mask, to)
	} else {
		single(a, a.VMASKMOVPS, a.VMASKMOVPD)(from, mask, to)
	}
}
