package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/fault"
	"psychrnn/internal/flags"
	"psychrnn/internal/ui"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"pgregory.net/rapid"
)

// commands are all commands of the program.
func commands() []*cobra.Command {
	root := newRoot(ui.Streams{})
	return append(subcommands(root), root)
}

// The library's own flags read 010 as 8, 0x10 as 16, and NaN: a flag is a truth
// value, a text, or a number of ours.
func TestNoFlagReadsNumbersInItsOwnWay(t *testing.T) {
	numbers := 0
	for _, c := range commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			switch f.Value.Type() {
			case flags.NumberKind:
				numbers++
			case "bool", "string", "stringArray", flags.SizeKind:
			default:
				t.Errorf("%s --%s is of the type %s", c.CommandPath(), f.Name, f.Value.Type())
			}
		})
	}
	if numbers < 15 {
		t.Errorf("%d flags for numbers", numbers)
	}
}

// What every flag for a number makes of a text, by hand; "" refuses it. The
// numbers are within the bounds of all these flags.
var flagTexts = []struct{ text, value string }{
	{"10", "10"}, {"+5", "5"}, {"1e3", "1000"}, {"2.0", "2"}, {" 7 ", "7"},
	{"010", ""}, {"08", ""}, {"0010", ""}, {"+010", ""}, {"0x10", ""}, {"0b11", ""}, {"0o17", ""}, {"1_000", ""},
	{"NaN", ""}, {".nan", ""}, {"Inf", ""}, {"-Inf", ""}, {".inf", ""}, {"1e999", ""}, {"1:30", ""}, {"1,000", ""}, {"1,5", ""},
	{"", ""}, {" ", ""}, {"~", ""}, {"null", ""}, {"five", ""}, {"-1", ""}, {"[1]", ""}, {"1 2", ""}, {"--", ""}, {"5\n6", ""},
}

func TestFlagsAreNumbersAsInFiles(t *testing.T) {
	for _, c := range commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() != flags.NumberKind {
				return
			}
			for _, w := range flagTexts {
				before := f.Value.String()
				err := f.Value.Set(w.text)
				if got := f.Value.String(); w.value != "" && (err != nil || got != w.value) || w.value == "" && (err == nil || got != before) {
					t.Errorf("%s --%s %q gives %s (%v)", c.CommandPath(), f.Name, w.text, got, err)
				}
			}
		})
	}
}

// --seed, the flag of a key, takes and refuses what --set of the key does, and
// comes to the same experiment.
func TestSeedIsReadAsItsKey(t *testing.T) {
	file := write(t, "small.yaml", small)
	numeral := rapid.StringMatching(`[-+]?0{0,2}[0-9]{0,20}(\.[0-9]{0,2})?([eE][-+]?[0-9]{1,2})?|0[xob][0-9a-f_]{1,3}|[0-9_]{1,5}|[.](inf|nan)`)
	rapid.Check(t, func(t *rapid.T) {
		text := numeral.Draw(t, "text")
		if strings.TrimSpace(text) == "" {
			return // takes the key away
		}
		byKey := invoke("check", "-c", file, "-q", "--set", "task.T=20", "--set", "seed="+text)
		byFlag := invoke("check", "-c", file, "-q", "--set", "task.T=20", "--seed="+text)
		said := strings.ReplaceAll(byKey.stderr, "--set seed", "--seed")
		if byKey.status != byFlag.status || byKey.stdout != byFlag.stdout || !strings.HasPrefix(byFlag.stderr, said) {
			t.Fatalf("--set seed=%s: %d %s\n--seed=%s: %d %s", text, byKey.status, byKey.stderr, text, byFlag.status, byFlag.stderr)
		}
	})
}

// The variables of flags for numbers are read as the flags are.
func TestVariablesAreNumbersAsInFiles(t *testing.T) {
	file := write(t, "small.yaml", small)
	for _, c := range commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() != flags.NumberKind || f.Annotations[fromEnvironment] == nil {
				return
			}
			if !slices.Contains([]string{"threads"}, f.Name) {
				t.Errorf("%s has no test", variable(f.Name))
			}
		})
	}
	for _, w := range flagTexts {
		t.Setenv("PSYCHRNN_THREADS", w.text)
		o := invoke("check", "-c", file, "-q", "--set", "task.T=20")
		want := fault.Usage
		if w.value != "" || w.text == "" {
			want = 0
		}
		if o.status != want || want != 0 && !strings.HasPrefix(o.stderr, "error: PSYCHRNN_THREADS: ") {
			t.Errorf("PSYCHRNN_THREADS=%q: status %d\n%s", w.text, o.status, o.stderr)
		}
	}
	t.Setenv("PSYCHRNN_THREADS", fmt.Sprint(5000))
	if o := invoke("check", "-c", file); !strings.Contains(o.stderr, "PSYCHRNN_THREADS: must be at most 4096, is 5000") {
		t.Errorf("5000 threads: %s", o.stderr)
	}
}
