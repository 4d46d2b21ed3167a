package inspect

import (
	"errors"
	"strings"
	"testing"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// A mistake is met where it stands: the mark ^ below the character.
func TestMistakes(t *testing.T) {
	f := open(t, "02_basic_dale_masks_reg/after_1_updates.npz")
	weights.SetProvenance(f, weights.Provenance{Experiment: "name: a", Version: "1"})
	files := map[string]npz.Array{
		"m.npy":    npz.ArrayOf([]int{3, 20}, make([]float64, 60)),
		"text.npy": npz.TextOf("a"),
	}
	for _, c := range []struct{ edit, mark, text, hint string }{
		{"W_rec", "     ^", "what to change it to is missing", "W_rec[:10,:10] = 0"},
		{"W_rec[0] =", "          ^", "what to change it to is missing", ""},
		{"= 0", "^", "name of an array is missing", ""},
		{"W_rek = 0", "^", `no member "W_rek"`, "did you mean W_rec?"},
		{"  wrec[0] = 0", "  ^", `no member "wrec"`, "did you mean W_rec?"},
		{"nothing = 0", "^", "no member", "psychrnn inspect"},
		{"W_rec[0 = 0", "       ^", "not closed", ""},
		{"W_rec[[0]] = 0", "      ^", "one pair of brackets", ""},
		{"W_rec[0]x = 0", "       ^", "one pair of brackets", ""},
		{"W_rec[0,] = 0", "        ^", "an index is missing", "write : for all"},
		{"W_rec[] = 0", "      ^", "an index is missing", ""},
		{"W_rec[0, 1, 2] = 0", "            ^", "3 indices", ""},
		{"W_rec[0, 20] = 0", "         ^", "20 is beyond the end", ""},
		{"W_rec[:, 1.5] = 0", "         ^", "not a slice", ""},
		{"W_rec[5:5] = 0", "      ^", "selects nothing", ""},
		{"W_rec[exitatory] = 0", "      ^", "no population exitatory", "did you mean excitatory?"},
		{"W_rec[:, area1] = 0", "         ^", "no population area1", ""},
		{"W_in[:, excitatory] = 0", "        ^", "these are not units", ""},
		{"W_rec -= 1", "      ^", "no -=", "add the negative number"},
		{"W_rec /= 2", "      ^", "no /=", "multiply by the inverse"},
		{"W_rec == 2", "      ^", "no ==", "a single ="},
		{"W_rec = men", "        ^", `"men" cannot be put there`, "did you mean mean?"},
		{"W_rec = nan", "        ^", `"nan" cannot`, "a number, mean, or a file.npy"},
		{"W_rec = inf", "        ^", `"inf" cannot`, ""},
		{"W_rec *= mean", "         ^", "in place of what is there", "= mean"},
		{"W_rec += 1e300", "         ^", "entry [0, 0] would not be a finite number of type <f4", ""},
		{"dale_ratio *= 1e308", "^", "the network would be refused", ""},
		{"dale_ratio = 1.5", "^", "the network would be refused: dale_ratio: is 1.5", ""},
		{"transfer_function = 1", "^", "is no array: tensorflow", ""},
		{"psychrnn_version = 1", "^", "how the file came about", ""},
		{"psychrnn_seed = 1", "^", "how the file came about", ""},
		{"W_in = m.npy", "       ^", "m.npy has shape (3, 20), but (20, 3) is needed", ""},
		{"W_rec[4, :] = m.npy", "              ^", "m.npy has shape (3, 20), but (20,) is needed", ""},
		{"W_in = text.npy", "       ^", "holds no numbers", ""},
		{"W_rec[αβ, é] = 0", "      ^", "is not a slice", ""},
	} {
		e, err := ParseEdit(c.edit)
		if err == nil {
			edited := &npz.File{Members: append([]npz.Member{}, f.Members...)}
			n, names := namesOf(t, edited)
			_, _, err = Apply(edited, []Edit{e}, UnitNames{Network: n, Populations: names}, files)
		}
		var mistake *fault.Error
		if !errors.As(err, &mistake) {
			t.Errorf("%q: %v", c.edit, err)
			continue
		}
		mark := strings.Repeat(" ", len([]rune(c.edit)[:mistake.Column-1])) + "^"
		if mark != c.mark || !strings.Contains(mistake.Text, c.text) || !strings.Contains(mistake.Hint, c.hint) {
			t.Errorf("%v\nhint: %s\n%s\n%s is marked, want\n%s and %q, hint %q", err, mistake.Hint, c.edit, mark, c.mark, c.text, c.hint)
		}
		if (mistake.Status == fault.Misfit) != strings.Contains(c.text, "has shape") {
			t.Errorf("%q is a misfit: %v", c.edit, mistake.Status == fault.Misfit)
		}
	}
}

// What a user writes anyhow comes to an error with a place inside it, or an edit.
func FuzzParseEdit(f *testing.F) {
	for _, s := range []string{"W_rec[:10,:10] = 0", "W_rec[excitatory, inhibitory] *= 0.5", "b_rec+=-1e-3", "W_rec = mean", "W_in=a.npy", "=", "[=", "]=[", "é[é]=é", "a*=", "a[,]==0"} {
		f.Add(s)
	}
	file := open(f, "02_basic_dale_masks_reg/after_1_updates.npz")
	n, populations := namesOf(f, file)
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseEdit(s)
		if err == nil {
			edited := &npz.File{Members: append([]npz.Member{}, file.Members...)}
			_, _, err = Apply(edited, []Edit{e}, UnitNames{Network: n, Populations: populations}, nil)
		}
		var mistake *fault.Error
		if err != nil && (!errors.As(err, &mistake) || mistake.Column < 1 || mistake.Column > len(s)+1 || mistake.Error() == "") {
			t.Errorf("%q: %v", s, err)
		}
	})
}
