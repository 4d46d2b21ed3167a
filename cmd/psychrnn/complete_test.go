package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/ui"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completions are what the program offers for the last of the words, without
// descriptions, and its directive to the shell.
func completions(t *testing.T, words ...string) (list []string, directive cobra.ShellCompDirective) {
	t.Helper()
	o := invoke(append([]string{"__complete"}, words...)...)
	if o.status != 0 {
		t.Fatalf("%q: status %d\n%s", words, o.status, o.stderr)
	}
	for line := range strings.Lines(o.stdout) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if number, last := strings.CutPrefix(word, ":"); last {
			if _, err := fmt.Sscan(number, &directive); err != nil {
				t.Fatal(err)
			}
			continue
		}
		list = append(list, word)
	}
	return list, directive
}

func TestCompletions(t *testing.T) {
	const (
		words, files, folders = cobra.ShellCompDirectiveNoFileComp, cobra.ShellCompDirectiveFilterFileExt, cobra.ShellCompDirectiveFilterDirs
		ordered               = words | cobra.ShellCompDirectiveKeepOrder
	)
	for _, c := range []struct {
		line      string
		want      []string
		directive cobra.ShellCompDirective
	}{
		{"train --progress ", []string{"auto", "plain", "none"}, ordered},
		{"train --progress p", []string{"plain"}, ordered},
		{"train --progress=n", []string{"none"}, ordered},
		{"check --log-format ", []string{"text", "json"}, ordered},
		{"simulate --precision ", []string{"float32", "float64"}, ordered},
		{"simulate --transfer-function re", []string{"relu", "relu6"}, ordered},
		{"inspect --format ", []string{"npy", "csv", "text"}, ordered},
		{"train --set train.opti", []string{
			"train.optimizer=", "train.optimizer.kind=", "train.optimizer.beta1=", "train.optimizer.beta2=", "train.optimizer.epsilon=",
			"train.optimizer.weight_decay=", "train.optimizer.momentum=", "train.optimizer.decay=", "train.optimizer.initial_accumulator=",
		}, words | cobra.ShellCompDirectiveNoSpace},
		{"test --set curriculum.stages[0].th", []string{"curriculum.stages[0].threshold="}, words | cobra.ShellCompDirectiveNoSpace},
		{"train --set=model.k", []string{"model.kind="}, words | cobra.ShellCompDirectiveNoSpace},
		{"train --set model.kind=", []string{"model.kind=basic", "model.kind=basic_scan", "model.kind=lstm", "model.kind=gru"}, words},
		{"train --set model.kind=l", []string{"model.kind=lstm"}, words},
		{"train --set train.optimizer=ada", []string{"train.optimizer=adagrad", "train.optimizer=adam", "train.optimizer=adamw"}, words},
		{"train --set model.W_in_train=", []string{"model.W_in_train=true", "model.W_in_train=false"}, words},
		{"train --set train.clip_grads=", []string{"train.clip_grads=true", "train.clip_grads=false"}, words},
		{"train --set loss=b", []string{"loss=binary_cross_entropy"}, words},
		{"train --set task.kind=percept", []string{"task.kind=perceptual_discrimination"}, words},
		{"train --set model.N_rec=", nil, words},
		{"train --seed ", nil, words},
		{"train -c ", []string{"yaml", "yml"}, files},
		{"train -o ", nil, folders},
		{"test --weights ", []string{"npz"}, files},
		{"simulate --inputs ", []string{"npy", "npz"}, files},
		{"test ", []string{"npz"}, files},
		{"ablate --csv lesions.csv ", []string{"npz"}, files},
		{"simulate runs/hello ", nil, words},
		{"inspect a.npz ", []string{"npz"}, files},
		{"edit a.npz b.npz ", nil, words},
		{"example hel", []string{"hello"}, ordered},
		{"example anti", []string{"anti_saccade"}, ordered},
		{"task show percept", []string{"perceptual_discrimination"}, ordered},
		{"completion ", []string{"bash", "zsh", "fish", "powershell"}, words},
		{"completion f", []string{"fish"}, words},
		{"help ins", []string{"inspect"}, ordered},
		{"help task sh", []string{"show"}, ordered},
	} {
		got, directive := completions(t, strings.Split(c.line, " ")...)
		if diff := cmp.Diff(c.want, got); diff != "" || directive != c.directive {
			t.Errorf("%s: directive %d, want %d (- wanted, + offered)\n%s", c.line, directive, c.directive, diff)
		}
	}
}

// Every flag says what may follow it.
func TestEveryFlagCompletes(t *testing.T) {
	root := newRoot(ui.Streams{})
	completeFlags(root)
	for _, c := range append(subcommands(root), root) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if _, known := c.GetFlagCompletionFunc(f.Name); !known && f.Name != "help" && f.Name != "version" {
				t.Errorf("%s --%s", c.CommandPath(), f.Name)
			}
			if kind, _ := pflag.UnquoteUsage(f); kind == "FILE" && fileKinds[f.Name] == nil {
				t.Errorf("%s --%s: it is not known how its files end", c.CommandPath(), f.Name)
			}
		})
	}
}

// Every value that is offered for a key is one that the key takes.
func TestOfferedValuesAreTaken(t *testing.T) {
	t.Parallel()
	keys, _ := completions(t, "check", "--set", "")
	if len(keys) < 80 {
		t.Fatalf("%d keys are offered", len(keys))
	}
	file := write(t, "small.yaml", small)
	for _, key := range sample(keys) {
		values, _ := completions(t, "check", "--set", key)
		for _, assignment := range values {
			o := invoke("check", "-c", file, "-q", "--set", assignment)
			if strings.Contains(o.stderr, "unknown value") || strings.Contains(o.stderr, "unknown key") || strings.Contains(o.stderr, ": expected ") {
				t.Errorf("%s is offered, and refused: %s", assignment, o.stderr)
			}
		}
	}
}

// inBash completes lines as bash does without the package bash-completion,
// in a folder with some files.
const inBash = `
source <(psychrnn completion bash)
for f in _filedir _get_comp_words_by_ref _init_completion; do ! declare -F $f || exit 9; done
mkdir -p runs/first other && touch w.npz x.npy my.yaml my.yml notes.txt runs/first/weights.npz
try() { # WORD... as bash breaks the line
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
    COMP_LINE=$line COMP_POINT=${#line}
    COMPREPLY=()
    __start_psychrnn 2>/dev/null
    printf '%s:' "$line"
    printf ' %s' "${COMPREPLY[@]}"
    echo
}
line='psychrnn tra'; try psychrnn tra
line='psychrnn train --progress '; try psychrnn train --progress ''
line='psychrnn train --progress=p'; try psychrnn train --progress = p
line='psychrnn train --set loss=b'; try psychrnn train --set loss = b
line='psychrnn train --set loss='; try psychrnn train --set loss =
line='psychrnn train --set train.clip_grads=t'; try psychrnn train --set train.clip_grads = t
line='psychrnn train --set model.ki'; try psychrnn train --set model.ki
line='psychrnn train -c m'; try psychrnn train -c m
line='psychrnn test '; try psychrnn test ''
line='psychrnn test runs/'; try psychrnn test runs/
line='psychrnn train -o '; try psychrnn train -o ''
line='psychrnn task show percept'; try psychrnn task show percept
line='psychrnn train --seed '; try psychrnn train --seed ''
`

const inBashWanted = `psychrnn tra: train
psychrnn train --progress : auto none plain
psychrnn train --progress=p: plain
psychrnn train --set loss=b: binary_cross_entropy
psychrnn train --set loss=: binary_cross_entropy mean_squared_error
psychrnn train --set train.clip_grads=t: true
psychrnn train --set model.ki: model.kind=
psychrnn train -c m: my.yaml my.yml
psychrnn test : other runs w.npz
psychrnn test runs/: runs/first
psychrnn train -o : other runs
psychrnn task show percept: perceptual_discrimination
psychrnn train --seed :
`

func TestBashWithoutItsPackage(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Log("there is no bash here to complete in")
		return
	}
	c := exec.Command(bash, "--norc", "--noprofile", "-c", inBash)
	c.Dir = t.TempDir()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		before, after, _ := strings.Cut(line, ": ")
		words := strings.Fields(after)
		slices.Sort(words)
		lines = append(lines, strings.TrimSpace(before+": "+strings.Join(words, " ")))
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(inBashWanted), "\n"), lines); diff != "" {
		t.Errorf("(- wanted, + offered):\n%s", diff)
	}
}
