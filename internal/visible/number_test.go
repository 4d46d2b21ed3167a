package visible

import (
	"encoding/json"
	"math"
	"testing"
)

func TestNumber(t *testing.T) {
	got, err := json.Marshal([]Number{1, 0.1, -1e-300, Number(math.NaN()), Number(math.Inf(1))})
	if want := "[1,0.1,-1e-300,null,null]"; err != nil || string(got) != want {
		t.Errorf("%s, want %s: %v", got, want, err)
	}
}
