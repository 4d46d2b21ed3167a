package strict

import (
	"reflect"
	"testing"
)

func TestRemedy(t *testing.T) {
	r := &run{root: reflect.TypeFor[experiment](), others: others}
	for _, c := range []struct{ key, section, want string }{
		{"lernrate", "train", "did you mean learning_rate?"},
		{"dale_ratio", "model", "dale_ratio belongs to constraints"},
		{"Dale_Ratio", "model", "did you mean constraints.dale_ratio?"},
		{"seed", "train", "seed belongs to the top level"},
		{"kind", "train", "kind belongs to task or initializer"},
		{"threshold", "train", "threshold belongs to curriculum.stages[]"},
		{"decay", "train", "decay belongs to train.learning_rate"},
		{"L2_rec_regularization", "train", "L2_rec_regularization of the original is regularizers.L2_rec here"},
		{"recurrent_connectivity", "constraints", "recurrent_connectivity of the original is constraints.rec_connectivity here"},
		{"loss_function", "train", "loss_function of the original is loss here"},
		{"Loss_Function", "train", "loss_function of the original is loss here"},
		{"verbosity", "train", "printing is a flag: -q"},
		{"dale_ratoi", "model", "known here: N_rec, rec_noise, tau, transfer_function, load_weights_path"},
	} {
		fields := map[string][]Field{
			"train":       Fields(reflect.TypeFor[train]()),
			"model":       Fields(reflect.TypeFor[model]()),
			"constraints": Fields(reflect.TypeFor[constraints]()),
		}[c.section]
		if got := r.remedy(c.key, c.section, fields).hint; got != c.want {
			t.Errorf("%s in %s: got %q, want %q", c.key, c.section, got, c.want)
		}
	}
}
