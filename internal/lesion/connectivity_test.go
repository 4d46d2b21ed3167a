package lesion_test

import (
	"slices"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/lesion"
	"psychrnn/internal/model"
	"psychrnn/internal/sim/simtest"
)

// t_connectivity of ones changes nothing, bit for bit, and one like a lesion is
// that lesion; the network of the first test of all kinds is cut into chunks too.
func TestConnectivity(t *testing.T) { eachSet(t, connectivity[float32], connectivity[float64]) }

func connectivity[F kernel.Float](t *testing.T, set *kernel.Set[F]) {
	net := drawnNetwork(t, "basic", 0)
	net.RecNoise = 0.1
	const steps = 300 // more than a chunk
	in := wave[F](3, steps, net.I)
	factors := make([]float64, steps*net.N*net.N)
	for k := range factors {
		factors[k] = 1
	}
	intact := lesioned(t, net, set, in)
	simtest.Same(t, "ones", simtest.Run(t, simtest.Prepare(net, set, 2, factors), in, 3), intact)
	from, to := 100, 280
	for step := from; step < to; step++ {
		for _, k := range []int{2*net.N + 3, 5*net.N + 3} {
			factors[step*net.N*net.N+k] = 0.25
		}
	}
	want := lesioned(t, net, set, in, lesion.Intervention{When: lesion.ActiveTime{From: float64(from) * lesionDt, To: float64(to) * lesionDt},
		Connections: []lesion.Connection{{Role: model.RecurrentRole, From: []int{3}, To: []int{2, 5}, Scale: 0.25}}})
	simtest.Same(t, "a lesion", simtest.Run(t, simtest.Prepare(net, set, 2, factors), in, 3), want)

	// Both together are the product of both.
	both := slices.Clone(factors)
	for k := range factors {
		factors[k] = float64(k%4) / 2 // products with it are exact
		both[k] = factors[k]
	}
	for step := range steps {
		both[step*net.N*net.N+4*net.N+1] *= 0.5
	}
	m := simtest.Prepare(net, set, 2, factors)
	var err error
	if m.Wrapper, err = lesion.New(net, lesionDt, []lesion.Intervention{{Connections: []lesion.Connection{
		{Role: model.RecurrentRole, From: []int{1}, To: []int{4}, Scale: 0.5}}}}, set); err != nil {
		t.Fatal(err)
	}
	simtest.Same(t, "with a lesion", simtest.Run(t, m, in, 3), simtest.Run(t, simtest.Prepare(net, set, 2, both), in, 3))
}
