package fault

import (
	"fmt"
	"strings"
	"testing"
)

func TestSuggest(t *testing.T) {
	words := []string{"learning_rate", "loss_epoch", "training_iters", "optimizer", "clip_grads", "dale_ratio", "N_rec", "N_batch",
		"dt", "tau", "T", "gaussian_spectral_radius", "alpha_identity", "relu", "tanh", "sigmoid", "rec_noise", "save_weights_path", "autapses"}
	words = append(words, "area1", "area2", "area3")
	for word, want := range map[string]string{
		"area5":                  "area1, area2, area3",
		"area_2":                 "area2",
		"lernrate":               "learning_rate",
		"learning-rate":          "learning_rate",
		"LearningRate":           "learning_rate",
		"leaning_rate":           "learning_rate",
		"learn_rate":             "learning_rate",
		"laerning_rate":          "learning_rate",
		"Gaussianspectralradius": "gaussian_spectral_radius",
		"GaussianSpectralRadius": "gaussian_spectral_radius",
		"n_rec":                  "N_rec",
		"Nrec":                   "N_rec",
		"nbatch":                 "N_batch",
		"optimiser":              "optimizer",
		"clip_gradients":         "clip_grads",
		"dale":                   "",
		"dale_ratoi":             "dale_ratio",
		"save_weights":           "save_weights_path",
		"autapse":                "autapses",
		"rulu":                   "relu",
		"sigm":                   "sigmoid",
		"t":                      "T",
		"td":                     "dt, T",
		"momentum":               "",
		"noise":                  "",
		"x":                      "",
		"":                       "",
	} {
		if got := strings.Join(Near(word, words), ", "); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// Where no name is near, those that there are are listed, but not without end.
func TestKnown(t *testing.T) {
	var many []string
	for k := range 30 {
		many = append(many, fmt.Sprint("n", k))
	}
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"train", "test"}, "did you mean --train?"},
		{[]string{"edit", "inspect"}, "known: edit, inspect"},
		{many, "known: n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16, n17, n18, n19 and others"},
		{nil, ""},
	} {
		if got := Known("trian", c.names, "--"); got != c.want {
			t.Errorf("%v: %q, want %q", c.names, got, c.want)
		}
	}
}
