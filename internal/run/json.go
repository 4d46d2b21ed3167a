package run

import (
	"bytes"
	"encoding/json"

	"psychrnn/internal/visible"
)

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
	return visible.JSON(b.Bytes()), err
}
