package inspect

// What kind of network a weight file holds, in numbers: sizes, constraints, spectrum.

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"slices"

	"psychrnn/internal/model"
	"psychrnn/internal/weights"
)

// NetworkReport is what kind of network a file holds.
type NetworkReport struct {
	Kind        string `json:"kind"`
	Units       int    `json:"units"`
	Inputs      int    `json:"inputs"`
	Outputs     int    `json:"outputs"`
	FeedForward int    `json:"feedforward_units,omitempty"`
	Batch       int    `json:"batch,omitempty"` // trials that have an initial state of their own, of an lstm
	Constrained bool   `json:"constrained"`     // masks and Dale's law apply to networks of this kind

	DaleRatio  *float64 `json:"dale_ratio"` // nil: Dale's law is off
	Excitatory int      `json:"excitatory,omitempty"`
	Inhibitory int      `json:"inhibitory,omitempty"`
	// DaleSigns are the signs of the units where they are not those that
	// DaleRatio alone would give.
	DaleSigns []float64 `json:"dale_signs,omitempty"`
	// Violations are the weights that masks and Dale's law change.
	Violations []weights.Violation `json:"breaches"`
	Masks      []Mask              `json:"masks"`
	Autapses   int                 `json:"autapses"` // units that the mask lets connect to themselves

	// Of the effective recurrent matrix; none where it was not found.
	SpectralRadius *float64     `json:"spectral_radius,omitempty"`
	Eigenvalues    [][2]float64 `json:"eigenvalues,omitempty"` // real and imaginary parts, the largest first

	Transfer string `json:"transfer_function,omitempty"`      // by the name used here; empty if it is not known here
	Function string `json:"transfer_function_file,omitempty"` // as the file calls it; empty if it names none
}

// Mask is a connectivity matrix.
type Mask struct {
	Name    string  `json:"name"`
	Density float64 `json:"density"` // share of entries that are not 0
}

const (
	largestSpectrum    = 2000 // units whose eigenvalues take half a minute
	unaskedSpectrum    = 400  // a fraction of a second
	bytesForUnit       = 4096 // of a file, for which one unit more is worth the time
	leadingEigenvalues = 6
)

// spectrumOf is the number of units up to which the eigenvalues of a network in
// a file of so many bytes are found without being asked for: a file of zeros,
// or of weights that repeat, is compressed to nothing, and the time grows with
// the cube of the units.
func spectrumOf(bytes int64) int {
	if bytes == 0 { // it was made in memory
		return largestSpectrum
	}
	return int(min(unaskedSpectrum+bytes/bytesForUnit, largestSpectrum))
}

// reportNetwork describes the network of a file, and the spectrum of as many
// units as are told. An error is about the spectrum alone.
func reportNetwork(loaded *weights.Loaded, spectrum int) (*NetworkReport, error) {
	n := loaded.Network
	kind := model.KindOf(n.Kind)
	d := &NetworkReport{
		Kind: n.Kind, Units: n.N, Inputs: n.I, Outputs: n.O, FeedForward: n.FeedForward, Batch: n.Batch,
		Constrained: kind.Dale, Masks: []Mask{}, Transfer: n.Function.String(),
	}
	if loaded.Function != nil {
		d.Function = loaded.Function.String()
	}
	if !kind.Dale {
		d.Violations = []weights.Violation{}
		return d, nil
	}
	if signs := n.Signs(); signs != nil {
		d.DaleRatio = &n.Dale.Ratio
		for _, sign := range signs {
			switch {
			case sign > 0:
				d.Excitatory++
			case sign < 0:
				d.Inhibitory++
			}
		}
		if !model.SameSigns(signs, model.SignsOf(n.Dale.Ratio, n.N)) {
			d.DaleSigns = signs
		}
	}
	var err error
	eff := n.Effective()
	d.Violations = loaded.Violations(nil)
	for _, t := range n.Layout {
		mask, ok := n.Connectivity[t.Role]
		if !ok {
			continue
		}
		d.Masks = append(d.Masks, Mask{weights.MaskName(n.Arch, t.Role), density(mask)})
		if t.Role == model.RecurrentRole {
			for k := range n.N {
				if mask[k*n.N+k] != 0 {
					d.Autapses++
				}
			}
			err = d.spectrum(model.View(t, eff), spectrum)
		}
	}
	return d, err
}

func density(mask []float64) float64 {
	connections := 0
	for _, v := range mask {
		if v != 0 {
			connections++
		}
	}
	return float64(connections) / float64(max(len(mask), 1))
}

// spectrum finds the eigenvalues of the effective recurrent matrix. Of a
// conjugate pair the one with the positive imaginary part comes first.
func (d *NetworkReport) spectrum(w []float64, largest int) error {
	switch {
	case d.Units > largestSpectrum:
		return fmt.Errorf("the spectrum is left out: eigenvalues of more than %d units take minutes", largestSpectrum)
	case d.Units > largest:
		return errors.New("the spectrum is left out: the file is small for so many units, whose eigenvalues take long; with --max-size 4GiB they are found")
	}
	values, err := model.Eigenvalues(w, d.Units)
	if err != nil {
		return err
	}
	slices.SortFunc(values, func(a, b complex128) int {
		return cmp.Or(cmp.Compare(cmplx.Abs(b), cmplx.Abs(a)), cmp.Compare(real(b), real(a)), cmp.Compare(imag(b), imag(a)))
	})
	radius := cmplx.Abs(values[0])
	if math.IsInf(radius, 0) || math.IsNaN(radius) {
		return errors.New("the spectrum is left out: weights are too large for it")
	}
	d.SpectralRadius = &radius
	for _, v := range values[:min(len(values), leadingEigenvalues)] {
		d.Eigenvalues = append(d.Eigenvalues, [2]float64{real(v), imag(v)})
	}
	return nil
}
