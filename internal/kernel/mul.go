package kernel

// The matrix product in plain Go, which takes nearly all of the time of training.

// mulAdd is Set.MulAdd. Four rows of B are applied to two rows of C in one
// pass, so that a loaded entry of B serves twice and one of C four times.
func mulAdd[F Float](m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int) {
	if n == 0 || k == 0 {
		return
	}
	i := 0
	for ; i+2 <= m; i += 2 {
		c0 := c[i*cs:][:n]
		c1 := c[(i+1)*cs:][:n]
		a0, a1 := a[i*ars:], a[(i+1)*ars:]
		l := 0
		for ; l+4 <= k; l += 4 {
			p := l * acs
			addFour2(c0, c1, b[l*bs:], b[(l+1)*bs:], b[(l+2)*bs:], b[(l+3)*bs:],
				[4]F{a0[p], a0[p+acs], a0[p+2*acs], a0[p+3*acs]},
				[4]F{a1[p], a1[p+acs], a1[p+2*acs], a1[p+3*acs]})
		}
		for ; l < k; l++ {
			addOne(c0, b[l*bs:], a0[l*acs])
			addOne(c1, b[l*bs:], a1[l*acs])
		}
	}
	for ; i < m; i++ {
		c0, a0 := c[i*cs:][:n], a[i*ars:]
		for l := 0; l < k; l++ {
			addOne(c0, b[l*bs:], a0[l*acs])
		}
	}
}

// mul is Set.Mul.
func mul[F Float](m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int) {
	clearRows(m, n, c, cs)
	mulAdd(m, k, n, a, ars, acs, b, bs, c, cs)
}

func clearRows[F Float](m, n int, c []F, cs int) {
	for i := 0; i < m && n > 0; i++ {
		clear(c[i*cs:][:n])
	}
}

// addFour2 computes c += f0 b0 + f1 b1 + f2 b2 + f3 b3 for two rows of C.
func addFour2[F Float](c, d, b0, b1, b2, b3 []F, f, g [4]F) {
	d = d[:len(c)]
	b0, b1, b2, b3 = b0[:len(c)], b1[:len(c)], b2[:len(c)], b3[:len(c)]
	f0, f1, f2, f3 := f[0], f[1], f[2], f[3]
	g0, g1, g2, g3 := g[0], g[1], g[2], g[3]
	for j := range c {
		x0, x1, x2, x3 := b0[j], b1[j], b2[j], b3[j]
		c[j] = c[j] + f0*x0 + f1*x1 + f2*x2 + f3*x3
		d[j] = d[j] + g0*x0 + g1*x1 + g2*x2 + g3*x3
	}
}

// addOne computes c += f b.
func addOne[F Float](c, b []F, f F) {
	b = b[:len(c)]
	for j := range c {
		c[j] += f * b[j]
	}
}

// peak is Set.Peak.
func peak[F Float](rounds int) int {
	x, s0, s1, s2, s3 := F(0), F(0), F(0), F(0), F(0)
	for range rounds {
		s0 += x * x
		s1 += x * x
		s2 += x * x
		s3 += x * x
	}
	if s0+s1+s2+s3 != 0 {
		panic("kernel: zero times zero is not zero")
	}
	return 8 * rounds
}
