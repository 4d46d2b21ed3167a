package expr

import "testing"

// Times are per step of a trial of 200.
func BenchmarkEval(b *testing.B) {
	const steps = 200
	times, output := make([]float64, steps), make([]float64, 3*steps)
	for i := range times {
		times[i] = 10 * float64(i)
	}
	for _, c := range []struct{ name, text string }{
		{"five_operators", "coherence*(t - onset)/stim_end + v*t"},
		{"condition", "onset < t and t < stim_end"},
		{"where", "where(onset < t < stim_end, coherence, 0)"},
		{"exp", "exp(-(t - onset)/stim_end)"},
		{"channels", "t*index + v"},
		{"mean", "mean(t)"},
		{"scalar", "sqrt(2 * 0.01 * sqrt(10) * sqrt(v)) * coherence"},
	} {
		b.Run(c.name, func(b *testing.B) {
			tree, err := world.Tree(c.text)
			if err != nil {
				b.Fatal(err)
			}
			p := tree.Compile()
			w := p.Machine()
			if err := w.Resize(1, steps); err != nil {
				b.Fatal(err)
			}
			for i, v := range p.Variables() {
				w.Bind(i, values[v])
			}
			w.BindName("t", times)
			w.BindName("output", output)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Eval(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/steps, "ns/step")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		tree, err := world.Tree("where(onset < t < stim_end, coherence, 0)")
		if err != nil {
			b.Fatal(err)
		}
		tree.Compile()
	}
}
