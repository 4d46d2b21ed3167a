package inspect

// Arrays as lines of text.

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/visible"
)

// WriteRows writes an array of at most two dimensions as text, a line for each
// row and separator between entries. Numbers have all digits that count. Of a
// single text its characters are written, those that could harm a terminal as
// escapes.
func WriteRows(w io.Writer, a npz.Array, separator string) error {
	out := bufio.NewWriter(w)
	if a.Textual() && a.Len() == 1 {
		fmt.Fprintln(out, strings.TrimSuffix(visible.Text(a.Text(0)), "\n"))
		return out.Flush()
	}
	show, err := formatter(a)
	if err != nil {
		return err
	}
	columns := a.Len()
	if len(a.Shape) == 2 {
		columns = a.Shape[1]
	} else if len(a.Shape) > 2 {
		return &fault.Error{Status: fault.File, Text: fmt.Sprintf("shape %s has more than two dimensions", npz.ShapeText(a.Shape)), Hint: "take a slice, or --format npy"}
	}
	for k := range a.Len() {
		after := separator
		if (k+1)%columns == 0 {
			after = "\n"
		}
		fmt.Fprint(out, show(k), after)
	}
	return out.Flush()
}

// formatter returns what writes entry k of an array.
func formatter(a npz.Array) (func(k int) string, error) {
	if a.Textual() {
		return func(k int) string { return strconv.Quote(a.Text(k)) }, nil
	}
	if whole, err := a.Int64s(); err == nil {
		return func(k int) string { return strconv.FormatInt(whole[k], 10) }, nil
	}
	if !a.Numeric() {
		return nil, &fault.Error{Status: fault.File, Text: "entries of type " + a.Type + " cannot be written as text"}
	}
	read, bits := a.Reader(), 32
	if strings.HasSuffix(a.Type, "8") {
		bits = 64
	}
	return func(k int) string { return strconv.FormatFloat(read(k), 'g', -1, bits) }, nil
}
