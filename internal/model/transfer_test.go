package model

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// transferValues are values of functions that no golden case of the original trains with,
// (s, f(s)), from elsewhere.
var transferValues = map[string][][2]float64{
	"linear": {{-3, -3}, {0, 0}, {0.5, 0.5}},
}

// Every function of the table has a proof of its values: a network trained with it by the
// original, or values. Its derivative is that of the function, it hands on what is not a
// number, and weight files can refer to it.
func TestTransferFunctionsHaveProofs(t *testing.T) {
	for _, f := range TransferFunctions() {
		if f.Name == "" || f.F == nil || f.Df == nil || f.Module == "" || f.Symbol == "" {
			t.Errorf("%s: an entry has Name, F, Df, Module and Symbol", f.Name)
			continue
		}
		if _, err := os.Stat(filepath.Join("../../testdata/goldens", "08_transfer_"+f.Name)); err != nil && len(transferValues[f.Name]) < 3 {
			t.Errorf("%s has no proof: enter values of it into transferValues", f.Name)
		}
		for _, v := range transferValues[f.Name] {
			if found := f.F(v[0]); !(math.Abs(found-v[1]) <= 1e-15*math.Max(1, math.Abs(v[1]))) {
				t.Errorf("%s(%g) is %.17g, but should be %.17g", f.Name, v[0], found, v[1])
			}
		}
		if !math.IsNaN(f.F(math.NaN())) || !math.IsNaN(f.Df(math.NaN())) {
			if f.Name != "linear" {
				t.Errorf("%s: of NaN, F is %g and Df %g: both are to be NaN", f.Name, f.F(math.NaN()), f.Df(math.NaN()))
			}
		}
		for _, s := range []float64{-7.3, -2.1, -0.6, -0.01, 0.02, 0.7, 2.3, 5.4, 7.7} {
			const h = 1e-5
			if quotient := (f.F(s+h) - f.F(s-h)) / (2 * h); math.Abs(quotient-f.Df(s)) > 1e-8 {
				t.Errorf("%s: Df(%g) is %g, but the difference quotient of F %g", f.Name, s, f.Df(s), quotient)
				break
			}
		}
	}
}

// A name, and what weight files call a function, is that of one function.
func TestTransferFunctionsDiffer(t *testing.T) {
	var names, symbols []string
	for _, f := range TransferFunctions() {
		if symbol := f.Module + "." + f.Symbol; slices.Contains(names, f.Name) || slices.Contains(symbols, symbol) {
			t.Errorf("%s (%s) is there twice: a file could not tell which one it has", f.Name, symbol)
		} else {
			names, symbols = append(names, f.Name), append(symbols, symbol)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("the table is not in alphabetical order: %v", names)
	}
}
