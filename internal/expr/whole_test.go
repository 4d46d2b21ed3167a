package expr

import (
	"errors"
	"testing"
)

func TestEvalInt(t *testing.T) {
	names := map[string]int{"N_rec": 52, "N_in": 2, "N_out": 3}
	cases := []struct {
		text        string
		want        int
		at          int
		wrong, hint string
	}{
		{text: "40", want: 40},
		{text: " -1 ", want: -1},
		{text: "N_rec/2", want: 26},
		{text: "N_rec/8*2", want: 13},
		{text: "2*N_rec/4", want: 26},
		{text: "floor(2*N_rec/5)", want: 20},
		{text: "N_rec - N_in*N_out % 4", want: 50},
		{text: "1e3", want: 1000},
		{text: "2^53", want: 1 << 53},
		{text: "2*N_rec/5", at: 7, wrong: "2*N_rec/5 is 20.8, not a whole number", hint: "floor, ceil and round give whole numbers"},
		{text: " 1 + 2*N_rec/5", at: 12, wrong: "1 + 2*N_rec/5 is 21.8, not a whole number", hint: "floor, ceil and round give whole numbers"},
		{text: "0.5", wrong: "0.5 is 0.5, not a whole number", hint: "floor, ceil and round give whole numbers"},
		{text: "0/0", at: 1, wrong: "0/0 is NaN, not a whole number", hint: "floor, ceil and round give whole numbers"},
		{text: "2 + 1/0", at: 2, wrong: "2 + 1/0 is +Inf, which is too large"},
		{text: "2^54", at: 1, wrong: "2^54 is 1.8014398509481984e+16, which is too large"},
		{text: "2*N_ric/5", at: 2, wrong: "the name N_ric is not known here", hint: "did you mean N_rec?"},
		{text: "2:4", at: 1, wrong: "a : cannot stand in an expression", hint: "a choice of values is where(condition, a, b), an index is one number"},
		{text: "mean(N_in)", wrong: "there is no function mean"},
	}
	for _, c := range cases {
		got, err := EvalInt(c.text, names)
		if c.wrong == "" {
			if err != nil || got != c.want {
				t.Errorf("%q: got %d, %v", c.text, got, err)
			}
			continue
		}
		var errs Errors
		if !errors.As(err, &errs) || len(errs) != 1 || *errs[0] != (Error{c.at, c.wrong, c.hint}) {
			t.Errorf("%q: got %d, %+v", c.text, got, errs)
		}
	}
}
