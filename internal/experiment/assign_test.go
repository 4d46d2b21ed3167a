package experiment

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/experiment/experimenttest"
)

// What --set says of a key is what the file would say in its place: of a value
// that may also be a number, a text or a list nothing stays, a section keeps
// the keys that are not named, and so does a schedule that is not named.
func TestAssignmentsReplaceValuesAndAddToSections(t *testing.T) {
	const pops = "populations: {a: ':4', b: '4:', c: '::2', d: '1::2'}\n"
	for _, c := range []struct{ given, set, want string }{
		{"train: {learning_rate: 0.1}", "train.learning_rate={schedule: step, start: 0.2}", "train: {learning_rate: {schedule: step, start: 0.2}}"},
		{"train: {learning_rate: {schedule: step, start: 0.1, decay: 0.5, every: 7}}", "train.learning_rate=0.2", "train: {learning_rate: 0.2}"},
		{"train: {learning_rate: {schedule: step, start: 0.1, decay: 0.5, every: 7}}", "train.learning_rate={schedule: cosine, start: 0.2}", "train: {learning_rate: {schedule: cosine, start: 0.2}}"},
		{"train: {learning_rate: {schedule: step, start: 0.1, decay: 0.5, every: 7}}", "train.learning_rate={schedule: step, start: 0.2}", "train: {learning_rate: {schedule: step, start: 0.2}}"},
		{"train: {learning_rate: {schedule: step, start: 0.1, decay: 0.5, every: 7}}", "train.learning_rate={decay: 0.3}", "train: {learning_rate: {schedule: step, start: 0.1, decay: 0.3, every: 7}}"},
		{"train: {learning_rate: {schedule: step, start: 0.1, decay: 0.5, every: 7}}", "train.learning_rate.every=3", "train: {learning_rate: {schedule: step, start: 0.1, decay: 0.5, every: 3}}"},
		{"train: {learning_rate: {schedule: step, start: 0.1, every: 7}, loss_epoch: 3}", "train={learning_rate: {schedule: cosine, start: 0.2}, clip_grads: false}",
			"train: {learning_rate: {schedule: cosine, start: 0.2}, loss_epoch: 3, clip_grads: false}"},
		{"train: {optimizer: {kind: adam, beta1: 0.5}}", "train.optimizer={kind: rmsprop, decay: 0.8}", "train: {optimizer: {kind: rmsprop, decay: 0.8}}"},
		{"train: {optimizer: {kind: rmsprop, decay: 0.5, momentum: 0.1}}", "train.optimizer={decay: 0.8}", "train: {optimizer: {kind: rmsprop, decay: 0.8, momentum: 0.1}}"},
		{"train: {optimizer: {kind: adam, beta1: 0.5}}", "train.optimizer=sgd", "train: {optimizer: sgd}"},
		{"train: {clip_grads: {global_norm: 5}}", "train.clip_grads={value: 0.1}", "train: {clip_grads: {value: 0.1}}"},
		{pops + "model: {tau: {a: 100, b: 50}}", "model.tau={c: 10, d: 20}", pops + "model: {tau: {c: 10, d: 20}}"},
		{pops + "model: {tau: {a: 100, b: 50}}", "model.tau={file: tau.npy}", pops + "model: {tau: {file: tau.npy}}"},
		{pops + "model: {tau: {a: 100, b: 50}}", "model.tau=30", pops + "model: {tau: 30}"},
		{pops + "model: {tau: {a: 100, b: 50}}", "model.tau.b=30", pops + "model: {tau: {a: 100, b: 30}}"},
		{pops + "model: {tau: 30}", "model.tau={a: 100, b: 50}", pops + "model: {tau: {a: 100, b: 50}}"},
		{pops, "populations={e: [a, c]}", "populations: {a: ':4', b: '4:', c: '::2', d: '1::2', e: [a, c]}"},
		{"test: {by: [coherence]}", "test.by={direction: {bins: 2}}", "test: {by: {direction: {bins: 2}}}"},
		{"test: {by: {coherence: {bins: 2}, stim_duration: {bins: 2}}}", "test.by={coherence: {bins: 3}}", "test: {by: {coherence: {bins: 3}}}"},
		{"test: {by: {coherence: {bins: 2}}}", "test.by=[direction]", "test: {by: [direction]}"},
		{"task: {coherence: {choice: [0.1, 0.2, 0.3], weights: [1, 2, 3]}}", "task.coherence={choice: [0.4, 0.5]}", "task: {coherence: {choice: [0.4, 0.5]}}"},
		{"task: {coherence: {choice: [0.1, 0.2, 0.3], weights: [1, 2, 3]}}", "task.coherence=uniform(0, 1)", "task: {coherence: 'uniform(0, 1)'}"},
		{"task: {coherence: {choice: [0.1, 0.2, 0.3], weights: [1, 2, 3]}}", "task={coherence: {choice: [0.4, 0.5]}, tau: 50}", "task: {coherence: {choice: [0.4, 0.5]}, tau: 50}"},
		{"task: {coherence: {choice: [0.1, 0.2, 0.3], weights: [1, 2, 3]}}", "task.coherence.weights=[3, 2, 1]", "task: {coherence: {choice: [0.1, 0.2, 0.3], weights: [3, 2, 1]}}"},
		{"curriculum: {stages: [{task: {coherence: {choice: [0.1, 0.2], weights: [1, 2]}}}, {}]}", "curriculum.stages[0].task={coherence: {choice: [0.4]}}",
			"curriculum: {stages: [{task: {coherence: {choice: [0.4]}}}, {}]}"},
		{"task: {accuracy: {sign: 0}}", "task.accuracy={choice: [0, 1]}", "task: {accuracy: {choice: [0, 1]}}"},
		{"constraints: {rec_connectivity: {fill: 1, set: [{rows: 0, value: 0}]}}", "constraints.rec_connectivity={density: 0.5}", "constraints: {rec_connectivity: {density: 0.5}}"},
		{"constraints: {fixed_weights: {W_rec: {fill: 1}}}", "constraints.fixed_weights={b_rec: {fill: 1}}", "constraints: {fixed_weights: {W_rec: {fill: 1}, b_rec: {fill: 1}}}"},
		{"seed: {weights: 5, trials: 6}", "seed={noise: 7}", "seed: {noise: 7}"},
		{"seed: {weights: 5, trials: 6}", "seed.noise=7", "seed: {weights: 5, trials: 6, noise: 7}"},
	} {
		resolved := func(text string, set ...string) string {
			e, err := Load(experimenttest.Files(t, map[string]string{"case.yaml": "extends: base.yaml\n" + text, "base.yaml": experimenttest.Base}), "case.yaml", set)
			if err != nil {
				t.Errorf("%s, --set %s: %v", c.given, c.set, err)
				return ""
			}
			return string(e.Resolved())
		}
		if diff := cmp.Diff(resolved(c.want), resolved(c.given, c.set)); diff != "" {
			t.Errorf("%s, --set %s (- wanted, + found):\n%s", c.given, c.set, diff)
		}
	}
}

// A mistake in what a flag says is one of the flag, whatever stood there.
func TestMistakesOfAssignmentsAreAtTheFlag(t *testing.T) {
	for _, c := range []struct{ given, set, want string }{
		{"train: {learning_rate: {schedule: step, start: 0.1}}", "train.learning_rate={schedule: cosine}", "--set train.learning_rate: train.learning_rate.start: missing, and has no default"},
		{"train: {learning_rate: 0.1}", "train.learning_rate={decay: 0.5}", "--set train.learning_rate: train.learning_rate.start: missing, and has no default"},
		{"train: {learning_rate: {schedule: cosine, start: 0.1}}", "train.learning_rate={schedule: step, start: 1, over: 5}", "--set train.learning_rate: train.learning_rate.over: has no effect on the schedule step"},
		{"train: {learning_rate: {schedule: cosine, start: 0.1}}", "train.learning_rate={every: 5}", "--set train.learning_rate: train.learning_rate.every: has no effect on the schedule cosine"},
		{"populations: {a: ':4', b: '4:'}\nmodel: {tau: {a: 1, b: 2}}", "model.tau={b: 3}", "--set model.tau: unit 0 is in none of these populations"},
		{"populations: {a: ':4', b: '4:'}\nmodel: {tau: {a: 1, b: 2}}", "model.tau={c: 3}", "--set model.tau: model.tau.c: there is no population c"},
		{"test: {by: {coherence: {bins: 2}}}", "test.by={coherence: {}}", "--set test.by: test.by.coherence.bins: missing, and has no default"},
		{"task: {coherence: {choice: [0.1, 0.2], weights: [1, 2]}}", "task.coherence={weights: [1, 2]}", "--set task.coherence: expected value, or choice with weights"},
		{"task: {coherence: {choice: [0.1, 0.2], weights: [1, 2]}}", "task.coherence={choice: [1, 2], weights: [1]}", "--set task.coherence: 2 values to choose from, but 1 weights"},
		{"constraints: {rec_connectivity: {fill: 1}}", "constraints.rec_connectivity={set: [{rows: 0, value: 0}]}", "--set constraints.rec_connectivity: set has nothing to change"},
	} {
		_, err := Load(experimenttest.Files(t, map[string]string{"case.yaml": "extends: base.yaml\n" + c.given, "base.yaml": experimenttest.Base}), "case.yaml", []string{c.set})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s, --set %s:\n%v, want\n%s", c.given, c.set, err, c.want)
		}
	}
}
