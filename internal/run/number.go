package run

import (
	"encoding/json"
	"math"
)

// Number is a number in JSON, which has no word for one that is not finite:
// that is written as null.
type Number float64

// MarshalJSON writes the number.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}
