package expr

import (
	"math"
	"testing"
)

// v lies in [1, 3], w in [-2, 5], k is anything; a call of choice(a, b, ...)
// lies between its arguments.
func TestBounds(t *testing.T) {
	known := map[string]Interval{"v": {1, 3}, "w": {-2, 5}, "items": {0, 4}, "k": Everything}
	choice := func(_ string, a []Interval) Interval {
		all := a[0]
		for _, i := range a {
			all = all.union(i)
		}
		return all
	}
	inf := math.Inf(1)
	for text, want := range map[string]Interval{
		"2":                          {2, 2},
		"v + w":                      {-1, 8},
		"v - w":                      {-4, 5},
		"v*w":                        {-6, 15},
		"w/v":                        {-2, 5},
		"v/w":                        Everything,
		"-v":                         {-3, -1},
		"0*k":                        {0, 0},
		"v + k":                      Everything,
		"abs(w)":                     {0, 5},
		"abs(-v)":                    {1, 3},
		"w^2":                        {0, 25},
		"v^2":                        {1, 9},
		"sqrt(v + 1)":                {math.Sqrt(2), 2},
		"max(w, 0)":                  {0, 5},
		"min(v, k)":                  {-inf, 3},
		"clip(k, 0, 9)":              {0, 9},
		"where(k > 1, v, w)":         {-2, 5},
		"v < w and k":                {0, 1},
		"choice(v, 10)":              {1, 10},
		"items[2]":                   {0, 4},
		"sum(items)":                 {0, 20},
		"mean(items)":                {0, 4},
		"sum(t)":                     Everything,
		"k % 7":                      {0, 7},
		"floor(w/2)":                 {-1, 2},
		"1000*sin(k)":                {-1000, 1000},
		"log(w)":                     Everything,
		"uniform(1, 2) + 0*exp(k)^2": {1, 2},
	} {
		tree, err := world.Tree(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := tree.Bounds(func(name string) Interval {
			if i, ok := known[name]; ok {
				return i
			}
			return Everything
		}, choice)
		if got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
