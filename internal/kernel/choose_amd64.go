package kernel

// The sets in assembly: AVX-512 and AVX2, in float32 and float64. All of them are
// held to the plain loops by the tests.

import "golang.org/x/sys/cpu"

// fast returns the sets in assembly that this processor can run, fastest first.
func fast[F Float]() []*Set[F] {
	x := cpu.X86
	hasAVX2 := x.HasAVX2 && x.HasFMA && x.HasBMI2
	hasAVX512 := hasAVX2 && x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL
	var sets []*Set[F]
	if hasAVX512 {
		sets = add(sets, avx512F32, avx512F64)
	}
	if hasAVX2 {
		sets = add(sets, avx2F32, avx2F64)
	}
	return sets
}

// add appends the set that is in the precision asked for.
func add[F Float](sets []*Set[F], f32 func() *Set[float32], f64 func() *Set[float64]) []*Set[F] {
	var set any
	switch any(F(0)).(type) {
	case float32:
		set = f32()
	case float64:
		set = f64()
	}
	if s, ok := set.(*Set[F]); ok {
		sets = append(sets, s)
	}
	return sets
}

func avx512F32() *Set[float32] {
	s := Plain[float32]()
	s.Name, s.Numerics = "avx512", numerics("vector")
	s.MulAdd, s.Mul = checked(mulAddF32AVX512, 1), checked(mulAddF32AVX512, 0)
	s.Peak = counted(peakF32AVX512, 16)
	s.Normal = rowsOf(normalF32AVX512)
	s.Leak = leaking(leakF32AVX512)
	s.LeakRelu = four(leakReluF32AVX512)
	s.Unleak = unleaking(unleakF32AVX512)
	s.UnleakRelu = four(unleakReluF32AVX512)
	s.LSTM = gating(lstmF32AVX512)
	s.LSTMBack = gatingBack(lstmBackF32AVX512)
	s.Tanh = Transfer[float32]{applied(tanhF32AVX512), back(tanhBackF32AVX512)}
	s.Sigmoid = Transfer[float32]{applied(sigmoidF32AVX512), back(sigmoidBackF32AVX512)}
	s.Elu = Transfer[float32]{applied(eluF32AVX512), back(eluBackF32AVX512)}
	s.Softplus = Transfer[float32]{applied(softplusF32AVX512), back(softplusBackF32AVX512)}
	return s
}

func avx2F32() *Set[float32] {
	s := Plain[float32]()
	s.Name, s.Numerics = "avx2", numerics("vector")
	s.MulAdd, s.Mul = checked(mulAddF32AVX2, 1), checked(mulAddF32AVX2, 0)
	s.Peak = counted(peakF32AVX2, 8)
	s.Normal = rowsOf(normalF32AVX2)
	s.Leak = leaking(leakF32AVX2)
	s.LeakRelu = four(leakReluF32AVX2)
	s.Unleak = unleaking(unleakF32AVX2)
	s.UnleakRelu = four(unleakReluF32AVX2)
	s.LSTM = gating(lstmF32AVX2)
	s.LSTMBack = gatingBack(lstmBackF32AVX2)
	s.Tanh = Transfer[float32]{applied(tanhF32AVX2), back(tanhBackF32AVX2)}
	s.Sigmoid = Transfer[float32]{applied(sigmoidF32AVX2), back(sigmoidBackF32AVX2)}
	s.Elu = Transfer[float32]{applied(eluF32AVX2), back(eluBackF32AVX2)}
	s.Softplus = Transfer[float32]{applied(softplusF32AVX2), back(softplusBackF32AVX2)}
	return s
}

func avx512F64() *Set[float64] {
	s := Plain[float64]()
	s.Name, s.Numerics = "avx512", numerics("vector")
	s.MulAdd, s.Mul = checked(mulAddF64AVX512, 1), checked(mulAddF64AVX512, 0)
	s.Peak = counted(peakF64AVX512, 8)
	s.Normal = widened(normalF32AVX512)
	s.Leak = leaking(leakF64AVX512)
	s.LeakRelu = four(leakReluF64AVX512)
	s.Unleak = unleaking(unleakF64AVX512)
	s.UnleakRelu = four(unleakReluF64AVX512)
	return s
}

func avx2F64() *Set[float64] {
	s := Plain[float64]()
	s.Name, s.Numerics = "avx2", numerics("vector")
	s.MulAdd, s.Mul = checked(mulAddF64AVX2, 1), checked(mulAddF64AVX2, 0)
	s.Peak = counted(peakF64AVX2, 4)
	s.Normal = widened(normalF32AVX2)
	s.Leak = leaking(leakF64AVX2)
	s.LeakRelu = four(leakReluF64AVX2)
	s.Unleak = unleaking(unleakF64AVX2)
	s.UnleakRelu = four(unleakReluF64AVX2)
	return s
}
