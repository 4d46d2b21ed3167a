package external

// Trials that were made elsewhere, as arrays.

import (
	"fmt"
	"io"
	"math"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/task"
)

// Archive is trials that were made elsewhere: the arrays x (N,T,in), y and
// mask (N,T,out) of an .npz file, and any others of (N) as trial variables.
type Archive struct {
	Trials, Steps, Inputs, Outputs int
	Variables                      []string // in the order of the file

	arrays [3]channelArray                // x, y and mask
	values map[string]func(i int) float64 // of the variables
}

// channelArray is one of (trials, steps, channels).
type channelArray struct {
	channels int
	at       func(i int) float64
}

// arrayNames are those of trials; answerNames are what a network made of them,
// in the files of psychrnn test --save, beside what these list themselves.
var (
	arrayNames  = []string{task.XArray, task.YArray, task.MaskArray}
	answerNames = []string{task.OutputsArray, task.StatesArray}
)

// ReadArchive reads an .npz file of size bytes. Errors are of type
// *fault.Error.
func ReadArchive(r io.ReaderAt, size int64, limits npz.Limits) (*Archive, error) {
	f, err := npz.Read(r, size, limits)
	if err != nil {
		return nil, err
	}
	a := &Archive{values: map[string]func(int) float64{}}
	var shapes [3][]int
	for k, name := range arrayNames {
		m, ok := f.Get(name)
		if !ok {
			return nil, badArray(name, "trials are x (trials, steps, inputs), y and mask (trials, steps, outputs): numpy.savez(file, x=x, y=y, mask=mask)", "is missing")
		}
		if err := finiteNumbers(m, 3, "(trials, steps, channels)"); err != nil {
			return nil, err
		}
		shapes[k] = m.Array.Shape
		a.arrays[k] = channelArray{shapes[k][2], m.Array.Reader()}
	}
	x, y, mask := shapes[0], shapes[1], shapes[2]
	switch {
	case !slices.Equal(y[:2], x[:2]):
		return nil, misfit("y", y, "x", x, "trials and steps")
	case !slices.Equal(mask, y):
		return nil, misfit("mask", mask, "y", y, "all")
	}
	a.Trials, a.Steps, a.Inputs, a.Outputs = x[0], x[1], x[2], y[2]
	return a, a.addVariables(f, x)
}

// badArray says what is wrong with an array.
func badArray(array, hint, format string, args ...any) error {
	return &fault.Error{Status: fault.File, Path: array, Text: fmt.Sprintf(format, args...), Hint: hint}
}

func (a *Archive) addVariables(f *npz.File, x []int) error {
	var answers []string
	if m, ok := f.Get(task.AnswersArray); ok {
		answers, _ = m.Array.Strings()
		answers = append(answers, task.AnswersArray)
	}
	for _, m := range f.Members {
		answer := slices.Contains(answerNames, m.Name) && len(m.Array.Shape) == 3 || slices.Contains(answers, m.Name)
		if answer || slices.Contains(arrayNames, m.Name) {
			continue
		}
		if err := shaped(m, 1, "(trials): a number for every trial"); err != nil {
			return err
		}
		if m.Array.Shape[0] != a.Trials {
			return misfit(m.Name, m.Array.Shape, "x", x, "trials")
		}
		a.Variables = append(a.Variables, m.Name)
		a.values[m.Name] = m.Array.Reader()
	}
	return nil
}

// shaped refuses what is no array of numbers in these dimensions.
func shaped(m npz.Member, dimensions int, shape string) error {
	a, hint := m.Array, "an array of numbers of shape "+shape+" is wanted; what is none of x, y, mask and variables, leave out"
	switch {
	case !a.Numeric() && a.Type != "":
		return badArray(m.Name, hint, "has entries of type %s, which are no numbers", a.Type)
	case !a.Numeric():
		return badArray(m.Name, hint, "is no array of numbers")
	case len(a.Shape) != dimensions:
		return badArray(m.Name, hint, "has shape %s, but %s is needed", npz.ShapeText(a.Shape), shape)
	case a.Len() == 0:
		return badArray(m.Name, hint, "is empty: its shape is %s", npz.ShapeText(a.Shape))
	}
	return nil
}

// finiteNumbers also refuses numbers that are not finite, as those of variables may
// be: what never happened has no time.
func finiteNumbers(m npz.Member, dimensions int, shape string) error {
	if err := shaped(m, dimensions, shape); err != nil {
		return err
	}
	a := m.Array
	read := a.Reader()
	for i := range a.Len() {
		if v := read(i); math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
			return badArray(m.Name, "", "is %g at %s, but a number that float32 holds is needed", v, a.Place(i))
		}
	}
	return nil
}

// Differs names an array, of x, y, mask and the variables, in which two archives
// of the same shapes are not the same, "" if there is none.
func (a *Archive) Differs(from *Archive, variables []string) string {
	for k, name := range arrayNames {
		if differ(a.arrays[k].at, from.arrays[k].at, a.Trials*a.Steps*a.arrays[k].channels) {
			return name
		}
	}
	for _, name := range variables {
		if differ(a.values[name], from.values[name], a.Trials) {
			return name
		}
	}
	return ""
}

func differ(one, other func(i int) float64, n int) bool {
	for i := range n {
		if x, y := one(i), other(i); x != y && !(math.IsNaN(x) && math.IsNaN(y)) {
			return true
		}
	}
	return false
}

func misfit(name string, shape []int, other string, wanted []int, what string) error {
	return badArray(name, what+" must be the same in both", "has shape %s, but %s has %s", npz.ShapeText(shape), other, npz.ShapeText(wanted))
}

// copyTrial copies a trial of the archive into a row of trials.
func copyTrial[F kernel.Float](a *Archive, trial int, to *model.Trials[F], row int) {
	for k, into := range [][]F{to.X, to.Y, to.Mask} {
		n, read := a.arrays[k].channels, a.arrays[k].at
		for s := range a.Steps {
			at, from := (s*to.Rows+row)*n, (trial*a.Steps+s)*n
			for c := range n {
				into[at+c] = F(read(from + c))
			}
		}
	}
}
