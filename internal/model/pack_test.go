package model

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"psychrnn/internal/kernel"
)

// whole draws whole numbers, whose sums and products in float64 are exact.
func whole(t *rapid.T, n int, label string) []float64 {
	return rapid.Map(rapid.SliceOfN(rapid.IntRange(-9, 9), n, n), func(numbers []int) []float64 {
		out := make([]float64, n)
		for k, v := range numbers {
			out[k] = float64(v)
		}
		return out
	}).Draw(t, label)
}

// drawArch draws the shape of a network of any kind; alphas are powers of 2.
func drawArch(t *rapid.T) Arch {
	size := rapid.IntRange(1, 5)
	a := Arch{
		Kind: rapid.SampledFrom(Kinds).Draw(t, "kind").Name,
		N:    rapid.IntRange(1, 20).Draw(t, "n"), I: size.Draw(t, "i"), O: size.Draw(t, "o"), Batch: size.Draw(t, "B"),
		FeedForward: rapid.IntRange(0, 3).Draw(t, "feed-forward"),
		Function:    FunctionNamed("relu"),
	}
	a.Alpha = rapid.SliceOfN(rapid.SampledFrom([]float64{1, 0.5, 0.25}), a.N, a.N).Draw(t, "alpha")
	return a
}

// <Pack(x), y> = <x, Unpack(y)>, what makes gradients of packed matrices those
// of the effective weights.
func TestUnpackIsTransposeOfPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell, err := NewCell(drawArch(t), kernel.Plain[float64]())
		if err != nil {
			t.Fatal(err)
		}
		x := whole(t, cell.Layout().Size(), "x")
		e := NewPacked[float64](cell.Dims())
		Pack(cell.Blocks(), x, e)
		var y []kernel.Mat[float64]
		var packed float64
		for k, m := range e.Bwd {
			g := kernel.NewMat[float64](m.Rows, m.Cols)
			copy(g.Data, whole(t, len(g.Data), "y")) // padding too, which Unpack must not read
			for at, v := range m.Data {
				packed += v * g.Data[at]
			}
			y = append(y, g)
			checkTranspose(t, e.Fwd[k], m)
		}
		unpacked := make([]float64, len(x))
		Unpack(cell.Blocks(), y, unpacked)
		var sum float64
		for k, v := range x {
			sum += v * unpacked[k]
		}
		if packed != sum {
			t.Errorf("<Pack(x), y> = %g, <x, Unpack(y)> = %g", packed, sum)
		}
		again := slices.Clone(unpacked)
		Unpack(cell.Blocks(), y, again)
		for k := range again {
			if again[k] != 2*unpacked[k] {
				t.Fatalf("entry %d: Unpack does not add", k)
			}
		}
	})
}

// checkTranspose says whether Fwd is the transpose of Bwd and padding is 0.
func checkTranspose(t *rapid.T, fwd, bwd kernel.Mat[float64]) {
	for r := range bwd.Rows {
		for c := range bwd.Ld {
			v := bwd.Data[r*bwd.Ld+c]
			if c >= bwd.Cols && v != 0 || c < bwd.Cols && v != fwd.Data[c*fwd.Ld+r] {
				t.Fatalf("row %d, column %d of Bwd and Fwd", r, c)
			}
		}
	}
	for r := range fwd.Rows {
		for c := fwd.Cols; c < fwd.Ld; c++ {
			if fwd.Data[r*fwd.Ld+c] != 0 {
				t.Fatalf("padding of Fwd in row %d", r)
			}
		}
	}
}
