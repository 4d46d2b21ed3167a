package run

import (
	"bytes"
	"encoding/json"
)

// JSON renders a value, with one key a line if it is for people too.
func JSON(v any, lines bool) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if lines {
		encoder.SetIndent("", "  ")
	}
	err := encoder.Encode(v)
	return b.Bytes(), err
}
