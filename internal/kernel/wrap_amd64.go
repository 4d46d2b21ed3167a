package kernel

// Every kernel in assembly is called through a function of this file, which checks
// bounds as Go would: a wrong shape panics and writes nowhere.

import "psychrnn/internal/random"

// The functions below put bounds checks before the kernels in assembly, which
// have none.

// checked puts the bounds checks before mulAdd in assembly; add is 1 for MulAdd, 0 for Mul.
func checked[F Float](
	f func(m, k, n int, a *F, ars, acs int, b *F, bs int, c *F, cs int, add int), add int,
) func(m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int) {
	return func(m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int) {
		if m <= 0 || k <= 0 || n <= 0 {
			if add == 0 {
				clearRows(m, n, c, cs)
			}
			return
		}
		if min(ars, acs, bs, cs) < 0 {
			panic("kernel: negative stride")
		}
		_ = a[(m-1)*ars+(k-1)*acs]
		_ = b[(k-1)*bs+n-1]
		_ = c[(m-1)*cs+n-1]
		f(m, k, n, &a[0], ars, acs, &b[0], bs, &c[0], cs, add)
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
func rowsOf(f normals) func([]float32, int, int, []random.Stream) {
	return func(dst []float32, n, ld int, s []random.Stream) {
		if len(s) == 0 || n <= 0 {
			return
		}
		if ld < 0 {
			panic("kernel: negative stride")
		}
		_ = dst[(len(s)-1)*ld+n-1]
		f(len(s), n, &dst[0], ld, &s[0].Words[0][0])
	}
}

// widened draws float32 numbers for a float64 set, some pairs of vectors at a time.
func widened(f normals) func([]float64, int, int, []random.Stream) {
	return func(dst []float64, n, ld int, s []random.Stream) {
		var part [8 * 2 * Lane]float32
		for r := range s {
			for row := dst[r*ld:][:n]; len(row) > 0; {
				m := min(len(part), len(row))
				f(1, m, &part[0], 0, &s[r].Words[0][0])
				for i, x := range part[:m] {
					row[i] = float64(x)
				}
				row = row[m:]
			}
		}
	}
}

// start is where rows begin, all of which must be there.
func (r Rows[F]) start(rows, n int) *F {
	if r.Ld < 0 {
		panic("kernel: negative stride")
	}
	_ = r.Data[(rows-1)*r.Ld+n-1]
	return &r.Data[0]
}

func applied[F Float](f func(rows, n int, dst *F, dstLd int, state *F, stateLd int)) func(int, int, Rows[F], Rows[F]) {
	return func(rows, n int, dst, state Rows[F]) {
		if rows > 0 && n > 0 {
			f(rows, n, dst.start(rows, n), dst.Ld, state.start(rows, n), state.Ld)
		}
	}
}

func back[F Float](
	f func(rows, n int, dstate *F, dstateLd int, dh *F, dhLd int, state *F, stateLd int),
) func(int, int, Rows[F], Rows[F], Rows[F]) {
	return func(rows, n int, dstate, dh, state Rows[F]) {
		if rows > 0 && n > 0 {
			f(rows, n, dstate.start(rows, n), dstate.Ld, dh.start(rows, n), dh.Ld, state.start(rows, n), state.Ld)
		}
	}
}

func leaking[F Float](
	f func(rows, n int, next *F, nextLd int, prev *F, prevLd int, out *F, outLd int, keep *F),
) func(int, int, Rows[F], Rows[F], Rows[F], []F) {
	return func(rows, n int, next, prev, out Rows[F], keep []F) {
		if rows > 0 && n > 0 {
			f(rows, n, next.start(rows, n), next.Ld, prev.start(rows, n), prev.Ld, out.start(rows, n), out.Ld, &keep[:n][0])
		}
	}
}

func unleaking[F Float](
	f func(rows, n int, dprev *F, dprevLd int, dnext *F, dnextLd int, keep *F),
) func(int, int, Rows[F], Rows[F], []F) {
	return func(rows, n int, dprev, dnext Rows[F], keep []F) {
		if rows > 0 && n > 0 {
			f(rows, n, dprev.start(rows, n), dprev.Ld, dnext.start(rows, n), dnext.Ld, &keep[:n][0])
		}
	}
}

// four is for LeakRelu and UnleakRelu, with four blocks of rows.
func four[F Float](
	f func(rows, n int, a *F, aLd int, b *F, bLd int, c *F, cLd int, d *F, dLd int, keep *F),
) func(int, int, Rows[F], Rows[F], Rows[F], Rows[F], []F) {
	return func(rows, n int, a, b, c, d Rows[F], keep []F) {
		if rows > 0 && n > 0 {
			f(rows, n, a.start(rows, n), a.Ld, b.start(rows, n), b.Ld, c.start(rows, n), c.Ld, d.start(rows, n), d.Ld, &keep[:n][0])
		}
	}
}

func gating[F Float](
	f func(rows, n int, hidden *F, hiddenLd int, cell *F, cellLd int, gates *F, gatesLd int, prev *F, prevLd int),
) func(int, int, Rows[F], Rows[F], Rows[F], Rows[F]) {
	return func(rows, n int, hidden, cell, gates, prev Rows[F]) {
		if rows > 0 && n > 0 {
			f(rows, n, hidden.start(rows, n), hidden.Ld, cell.start(rows, n), cell.Ld,
				gates.start(rows, 4*n), gates.Ld, prev.start(rows, n), prev.Ld)
		}
	}
}

func gatingBack[F Float](
	f func(rows, n int, dgates *F, dgatesLd int, dcell *F, dcellLd int, dhidden *F, dhiddenLd int,
		gates *F, gatesLd int, cell *F, cellLd int, prev *F, prevLd int),
) func(int, int, Rows[F], Rows[F], Rows[F], Rows[F], Rows[F], Rows[F]) {
	return func(rows, n int, dgates, dcell, dhidden, gates, cell, prev Rows[F]) {
		if rows > 0 && n > 0 {
			f(rows, n, dgates.start(rows, 4*n), dgates.Ld, dcell.start(rows, n), dcell.Ld, dhidden.start(rows, n), dhidden.Ld,
				gates.start(rows, 4*n), gates.Ld, cell.start(rows, n), cell.Ld, prev.start(rows, n), prev.Ld)
		}
	}
}
