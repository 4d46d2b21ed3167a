package random_test

import (
	"fmt"
	"math"
	"math/bits"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/random"
)

// The numbers below fix the addresses: were one to change, every experiment
// would come out differently under the same seed.
func TestKeyVectors(t *testing.T) {
	trial := random.NewKey(1).Text("train").Number(7)
	for _, c := range []struct {
		name string
		key  random.Key
		want uint64
	}{
		{"seed 0", random.NewKey(0), 0xe220a8397b1dcdaf},
		{"seed 1", random.NewKey(1), 0x910a2dec89025cc1},
		{"largest seed", random.NewKey(math.MaxUint64), 0xe4d971771b652c20},
		{"number 0", random.NewKey(1).Number(0), 0xa7ed8821dca10c0e},
		{"number 1", random.NewKey(1).Number(1), 0x1b3f90f94bee58da},
		{"largest number", random.NewKey(1).Number(math.MaxUint64), 0x1b713e499427a3f1},
		{"no text", random.NewKey(1).Text(""), 0xa66f22c257716440},
		{"train", random.NewKey(1).Text("train"), 0xb7d58975016cfeeb},
		{"test", random.NewKey(1).Text("test"), 0x87cabeb1ab73ddfd},
		{"W_rec", random.NewKey(1).Text("W_rec"), 0xda236959a2db44ee},
		{"text is its bytes", random.NewKey(1).Text("θ"), 0x774810e292774157},
		{"trial 7", trial, 0x5387da3121c3b5f0},
		{"a draw of trial 7", trial.Text("coherence"), 0x7671a66ab48a1046},
		{"a block of trial 7", trial.Number(1), 0x775399b8c95bfd98},
	} {
		if uint64(c.key) != c.want {
			t.Errorf("%s: %#016x, want %#016x", c.name, uint64(c.key), c.want)
		}
	}
}

// Seed 1234567 is the one for which splitmix64's reference values are published.
func TestDrawsAreSplitmix64(t *testing.T) {
	for _, c := range []struct {
		key  random.Key
		want []uint64
	}{
		{1234567, []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821}},
		{random.NewKey(1), []uint64{0x5e41ab087439611e, 0xf18d6ce93d6cf1ee}},
	} {
		d, uniform := c.key.Draws(), c.key.Draws()
		for k, want := range c.want {
			if got := d.Uint64(); got != want {
				t.Errorf("key %d, draw %d: %d, want %d", c.key, k, got, want)
			}
			if got, want := uniform.Uniform(), float64(want/2048)/(1<<53); got != want {
				t.Errorf("key %d, draw %d: uniform %v, want %v", c.key, k, got, want)
			}
		}
	}
}

// xoshiro is xoshiro128++ as Blackman and Vigna publish it, one generator.
type xoshiro [4]uint32

func (s *xoshiro) next() uint32 {
	result := bits.RotateLeft32(s[0]+s[3], 7) + s[0]
	t := s[1] << 9
	s[2] ^= s[0]
	s[3] ^= s[1]
	s[1] ^= s[2]
	s[0] ^= s[3]
	s[2] ^= t
	s[3] = bits.RotateLeft32(s[3], 11)
	return result
}

// generators returns the sixteen generators of an address: their words are the
// halves of its draws, lower half first, word after word.
func generators(k random.Key) (g [random.Lanes]xoshiro) {
	d := k.Draws()
	for w := range 4 {
		for l := 0; l < random.Lanes; l += 2 {
			v := d.Uint64()
			g[l][w], g[l+1][w] = uint32(v&math.MaxUint32), uint32(v>>32)
		}
	}
	return g
}

func TestStreamIsXoshiro128(t *testing.T) {
	s := xoshiro{1, 2, 3, 4}
	for k, want := range []uint32{641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420} {
		if got := s.next(); got != want {
			t.Fatalf("the reference itself: number %d is %d, want %d", k, got, want)
		}
	}
	for _, key := range []random.Key{0, 1, random.NewKey(5).Text("noise"), math.MaxUint64} {
		stream, reference := key.Stream(), generators(key)
		var out [random.Lanes]uint32
		for k := range 1000 {
			stream.Next(&out)
			for l := range reference {
				if want := reference[l].next(); out[l] != want {
					t.Fatalf("key %#x, number %d of generator %d: %#x, want %#x", uint64(key), k, l, out[l], want)
				}
			}
		}
	}
}

func TestStreamVectors(t *testing.T) {
	s := random.NewKey(1).Stream()
	var out [random.Lanes]uint32
	s.Next(&out)
	got := fmt.Sprintf("%08x", []uint32{out[0], out[1], out[2], out[3], out[14], out[15]})
	if want := "[436e35d7 744c9ed3 40da1f54 91c34570 91d68836 a2ba60b9]"; got != want {
		t.Errorf("first numbers %s, want %s", got, want)
	}
}

// sigmas is how far an estimate may lie from its expectation, in standard
// deviations: under the normal law 2 in a billion do.
const sigmas = 6

// check compares an estimate with what a fair source would give.
func check(t *testing.T, name string, got, want, sd float64) {
	t.Helper()
	if math.Abs(got-want) > sigmas*sd || math.IsNaN(got) {
		t.Errorf("%s is %.6g, want %.6g within %d x %.2g", name, got, want, sigmas, sd)
	}
}

// A million deviates: a mean off by 0.006, a standard deviation off by 0.4 %,
// a tail cut at 4 would be seen.
func TestNormalMoments(t *testing.T) {
	const rows, n = 1000, 1024
	var power [5]float64
	beyond := 0
	dst := make([]float32, n)
	for r := range rows {
		kernel.Plain[float32]().Normal(dst, n, n, []random.Stream{random.NewKey(11).Number(uint64(r)).Stream()})
		for _, v := range dst {
			x, product := float64(v), 1.0
			for p := range power {
				power[p] += product / (rows * n)
				product *= x
			}
			if math.Abs(x) > 4 {
				beyond++
			}
		}
	}
	root := math.Sqrt(rows * n)
	check(t, "mean", power[1], 0, 1/root)
	check(t, "mean square", power[2], 1, math.Sqrt(2)/root)
	check(t, "mean cube", power[3], 0, math.Sqrt(15)/root)
	check(t, "mean fourth power", power[4], 3, math.Sqrt(96)/root)
	tail := rows * n * math.Erfc(4/math.Sqrt2)
	check(t, "deviates beyond 4", float64(beyond), tail, math.Sqrt(tail))
}

// Addresses that differ by one number, one text or one generator must have
// nothing to do with each other. A correlation of 0.03 would be seen.
func TestNeighbours(t *testing.T) {
	const pairs = 50_000
	base := random.NewKey(2).Text("train")
	first := func(k random.Key) float64 { d := k.Draws(); return d.Uniform() }
	deviate := func(k random.Key) []float32 {
		dst := make([]float32, 2*random.Lanes)
		kernel.Plain[float32]().Normal(dst, len(dst), len(dst), []random.Stream{k.Stream()})
		return dst
	}
	for _, c := range []struct {
		name string
		pair func(k uint64) (a, b float64)
	}{
		{"draws of consecutive numbers", func(k uint64) (a, b float64) {
			return first(base.Number(k)), first(base.Number(k + 1))
		}},
		{"draws of consecutive seeds", func(k uint64) (a, b float64) { return first(random.NewKey(k)), first(random.NewKey(k + 1)) }},
		{"draws of two names", func(k uint64) (a, b float64) {
			return first(base.Number(k).Text("a")), first(base.Number(k).Text("b"))
		}},
		{"number and text", func(k uint64) (a, b float64) { return first(base.Number(k)), first(base.Number(k).Text("")) }},
		{"one draw after another", func(k uint64) (a, b float64) {
			d := base.Number(k).Draws()
			return d.Uniform(), d.Uniform()
		}},
		{"deviates of consecutive trials", func(k uint64) (a, b float64) {
			return float64(deviate(base.Number(k))[0]), float64(deviate(base.Number(k + 1))[0])
		}},
		{"deviates of neighbouring generators", func(k uint64) (a, b float64) {
			d := deviate(base.Number(k))
			return float64(d[3]), float64(d[4])
		}},
		{"deviates of a pair", func(k uint64) (a, b float64) {
			d := deviate(base.Number(k))
			return float64(d[3]), float64(d[3+random.Lanes])
		}},
	} {
		check(t, "correlation of "+c.name, correlation(pairs, c.pair), 0, 1/math.Sqrt(pairs))
	}
	flipped := 0
	for k := range uint64(pairs) {
		flipped += bits.OnesCount64(uint64(base.Number(k) ^ base.Number(k+1)))
	}
	check(t, "bits that differ between consecutive keys", float64(flipped)/pairs, 32, 4/math.Sqrt(pairs))
}

// correlation is Pearson's over the pairs 0..n-1.
func correlation(n int, pair func(k uint64) (a, b float64)) float64 {
	var a, b, aa, bb, ab float64
	for k := range uint64(n) {
		x, y := pair(k)
		a, b, aa, bb, ab = a+x, b+y, aa+x*x, bb+y*y, ab+x*y
	}
	m := float64(n)
	return (ab - a*b/m) / math.Sqrt((aa-a*a/m)*(bb-b*b/m))
}

func TestIndex(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7} {
		counts := make([]int, n)
		d := random.NewKey(4).Number(uint64(n)).Draws()
		const draws = 100_000
		for range draws {
			counts[d.Index(n)]++
		}
		for v, count := range counts {
			p := 1 / float64(n)
			check(t, fmt.Sprintf("share of %d among %d", v, n), float64(count)/draws, p, math.Sqrt(p*(1-p)/draws))
		}
	}
}

// Draws.Normal starts the weights; a mean off by 0.02 would be seen.
func TestDrawsNormal(t *testing.T) {
	const n = 100_000
	d, uniform := random.NewKey(6).Draws(), random.NewKey(6).Draws()
	for k := range 100 {
		u, v := uniform.Uniform(), uniform.Uniform()
		if got, want := d.Normal(), math.Sqrt(-2*math.Log1p(-u))*math.Cos(2*math.Pi*v); math.Abs(got-want) > 1e-12 {
			t.Fatalf("deviate %d is %v, want %v", k, got, want)
		}
	}
	var sum, square, fourth float64
	for range n {
		v := d.Normal()
		sum, square, fourth = sum+v/n, square+v*v/n, fourth+v*v*v*v/n
	}
	check(t, "mean", sum, 0, 1/math.Sqrt(n))
	check(t, "mean square", square, 1, math.Sqrt(2.0/n))
	check(t, "mean fourth power", fourth, 3, math.Sqrt(96.0/n))
}
