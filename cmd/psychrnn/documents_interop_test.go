//go:build interop

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What docs/from-psychrnn.md says about our weight files in a Python without
// TensorFlow: its lines fail or run as it says, and what runs gives the numbers
// of simulate.
func TestInteropWithoutTensorFlow(t *testing.T) {
	interpreter := python(t, "PSYCHRNN_ORACLE")
	var lines []string // of the page, for Python
	for _, b := range blocks(read(t, "../../docs/from-psychrnn.md")) {
		if b.language == "python" {
			lines = append(lines, b.text)
		}
	}
	if len(lines) != 5 {
		t.Fatalf("%d blocks of Python, not Hello World and four about weights", len(lines))
	}
	folder := trained(t)
	t.Chdir(folder)
	succeed(t, "edit", "weights.npz", "plain.npz", "--plain")
	succeed(t, "test", folder, "--save", "trials.npz")
	succeed(t, "simulate", "--weights", "weights.npz", "--inputs", "trials.npz", "--dt", "10", "--tau", "80", "-o", "ours.npz")
	const begin = `
import sys
sys.modules["tensorflow"] = None            # as if it were not installed
import numpy as np
from psychrnn.backend.simulation import BasicSimulator
x = np.load("trials.npz")["x"]
ours = np.load("ours.npz")
def compare(simulator): # to float32, in which the first step's recurrent input comes out
    outputs, states = simulator.run_trials(x)
    assert abs(outputs - ours["outputs"]).max() < 1e-6, abs(outputs - ours["outputs"]).max()
    assert abs(states - ours["states"]).max() < 1e-6
`
	for name, script := range map[string]string{
		"every member": "try:\n    " + strings.TrimSpace(lines[1]) + "\nexcept ModuleNotFoundError as e:\n    assert 'tensorflow' in str(e), e\nelse:\n    raise Exception('it opens')\n",
		"some members": strings.ReplaceAll(lines[2], `"tau": 100`, `"tau": 80`) + "compare(simulator)\n",
		"plain":        strings.ReplaceAll(lines[3], `"tau": 100`, `"tau": 80`) + "compare(simulator)\n",
		"paths": `
for path in ("weights.npz", "plain.npz"):
    compare(BasicSimulator(weights_path=path, params={"dt": 10, "tau": 80}))
`,
	} {
		if out, err := exec.Command(interpreter, "-c", begin+script).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// What the page says about the original's models: which of our files they
// read, and how a dictionary of weights is passed on.
func TestInteropOurFilesInTheOriginal(t *testing.T) {
	interpreter := python(t, "PSYCHRNN_ORACLE")
	dir := t.TempDir()
	for name, settings := range map[string][]string{
		"basic": nil, "dale": {"constraints.dale_ratio=0.8"}, "lstm": {"model.kind=lstm"},
		"feedforward": {"model.N_feedforward_out=8"}, "gru": {"model.kind=gru"},
	} {
		text := read(t, trained(t, settings...), "weights.npz")
		if err := os.WriteFile(filepath.Join(dir, name+".npz"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	succeed(t, "edit", "dale.npz", "plain.npz", "--plain")
	const script = `
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
from psychrnn.backend.models.basic import Basic
from psychrnn.backend.models.lstm import LSTM

def model(kind, name, **params):
    return kind(dict(N_batch=1, N_in=2, N_out=2, N_rec=10, N_steps=5, dt=10, tau=80, T=50, name=name, **params))

def differing(file, kind):
    m, f = model(kind, file, load_weights_path=file + ".npz"), np.load(file + ".npz")
    m.build()
    m.test(np.zeros((1, 5, 2)))
    w = m.get_weights()
    return {k for k in w if k in f.files and k not in ("dale_ratio", "transfer_function", "init_hidden", "init_cell") and not np.allclose(w[k], f[k], rtol=1e-6)}

def fails(error, text, do):
    try:
        do()
    except error as e:
        assert text in str(e), e
    else:
        raise Exception("no " + error.__name__)

for file in ("basic", "dale", "plain", "gru"):     # a GRU's without a word
    assert not (names := differing(file, Basic)), (file, names)
assert {"W_f", "W_i", "W_c", "W_o"} == (names := differing("lstm", LSTM) - {"b_f", "b_i", "b_c", "b_o"}), names
fails(ValueError, "Too many elements", lambda: differing("feedforward", Basic))

weights = dict(np.load("plain.npz"))
model(Basic, "from_plain", **weights).test(np.zeros((1, 5, 2)))
weights = dict(np.load("dale.npz", allow_pickle=True))
fails(TypeError, "'numpy.ndarray' object is not callable", lambda: model(Basic, "from_default", **weights).test(np.zeros((1, 5, 2))))
weights["transfer_function"] = weights["transfer_function"].item()
model(Basic, "with_item", **weights).test(np.zeros((1, 5, 2)))
`
	if out, err := exec.Command(interpreter, "-c", script).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
