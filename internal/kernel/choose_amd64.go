package kernel

import "golang.org/x/sys/cpu"

// fast returns the sets in assembly that this processor can run, fastest first.
func fast[F Float]() []*Set[F] {
	x := cpu.X86
	var can []isa
	if x.HasAVX2 && x.HasFMA && x.HasBMI2 {
		if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL {
			can = append(can, avx512)
		}
		can = append(can, avx2)
	}
	var sets []*Set[F]
	for _, i := range can {
		var set any
		switch any(F(0)).(type) {
		case float32:
			set = fast32(i)
		case float64:
			set = fast64(i)
		}
		if s, ok := set.(*Set[F]); ok {
			sets = append(sets, s)
		}
	}
	return sets
}

// isa is an instruction set, by the name of its kernels.
type isa string

const (
	avx2   isa = "avx2"
	avx512 isa = "avx512"
)

func fast32(i isa) *Set[float32] {
	s := Plain[float32]()
	s.Name, s.Numerics = string(i), numerics("vector")
	if i == avx512 {
		s.MulAdd, s.Peak = checked(mulAddF32AVX512), counted(peakF32AVX512, 16)
		s.Normal = rowsOf(normalF32AVX512)
	} else {
		s.MulAdd, s.Peak = checked(mulAddF32AVX2), counted(peakF32AVX2, 8)
		s.Normal = rowsOf(normalF32AVX2)
	}
	return s
}

func fast64(i isa) *Set[float64] {
	s := Plain[float64]()
	s.Name, s.Numerics = string(i), numerics("vector")
	if i == avx512 {
		s.MulAdd, s.Peak = checked(mulAddF64AVX512), counted(peakF64AVX512, 8)
		s.Normal = widened(normalF32AVX512)
	} else {
		s.MulAdd, s.Peak = checked(mulAddF64AVX2), counted(peakF64AVX2, 4)
		s.Normal = widened(normalF32AVX2)
	}
	return s
}

// checked puts the bounds checks before mulAdd in assembly.
func checked[F Float](
	f func(m, k, n int, a *F, ars, acs int, b *F, bs int, c *F, cs int),
) func(m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int) {
	return func(m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int) {
		if m <= 0 || k <= 0 || n <= 0 {
			return
		}
		if min(ars, acs, bs, cs) < 0 {
			panic("kernel: negative stride")
		}
		_ = a[(m-1)*ars+(k-1)*acs]
		_ = b[(k-1)*bs+n-1]
		_ = c[(m-1)*cs+n-1]
		f(m, k, n, &a[0], ars, acs, &b[0], bs, &c[0], cs)
	}
}

// counted turns the loop in assembly into Set.Peak.
func counted(loop func(n int), lanes int) func(int) int {
	const chains = 12 // vectors a round, as the generator wrote them
	return func(rounds int) int {
		if rounds > 0 {
			loop(rounds)
		}
		return 2 * chains * lanes * rounds
	}
}

type normals func(rows, n int, dst *float32, ld int, s *uint32)

// rowsOf puts the bounds checks before normal in assembly.
func rowsOf(f normals) func([]float32, int, int, []Stream) {
	return func(dst []float32, n, ld int, s []Stream) {
		if len(s) == 0 || n <= 0 {
			return
		}
		if ld < 0 {
			panic("kernel: negative stride")
		}
		_ = dst[(len(s)-1)*ld+n-1]
		f(len(s), n, &dst[0], ld, &s[0].s[0][0])
	}
}

// widened draws float32 numbers for a float64 set, some pairs of vectors at a time.
func widened(f normals) func([]float64, int, int, []Stream) {
	return func(dst []float64, n, ld int, s []Stream) {
		var part [8 * 2 * Lane]float32
		for r := range s {
			for row := dst[r*ld:][:n]; len(row) > 0; {
				m := min(len(part), len(row))
				f(1, m, &part[0], 0, &s[r].s[0][0])
				for i, x := range part[:m] {
					row[i] = float64(x)
				}
				row = row[m:]
			}
		}
	}
}
