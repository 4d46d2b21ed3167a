package visible

// Numbers and values as JSON.

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// Number is a number in JSON, which has no word for one that is not finite:
// that is written as null.
type Number float64

// String is the number in full.
func (n Number) String() string { return strconv.FormatFloat(float64(n), 'g', -1, 64) }

// MarshalJSON writes the number.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// JSON renders a value, with one key a line if it is for people too. Nothing is
// hidden in it from who prints it.
func JSON(v any, lines bool) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if lines {
		encoder.SetIndent("", "  ")
	}
	err := encoder.Encode(v)
	return escaped(b.Bytes()), err
}
