package kernel

import "testing"

func BenchmarkMulAddPlain(b *testing.B) {
	m, k, n := 16, 53, 64
	a, bb, c := make([]float32, m*64), make([]float32, k*64), make([]float32, m*64)
	set := Plain[float32]()
	for b.Loop() {
		set.MulAdd(m, k, n, a, 64, 1, bb, 64, c, 64)
	}
	b.ReportMetric(float64(2*m*k*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
func BenchmarkNormalPlain(b *testing.B) {
	s := []Stream{Key(1).Stream()}
	d := make([]float32, 1024)
	for b.Loop() {
		Plain[float32]().Normal(d, 1024, 1024, s)
	}
}
