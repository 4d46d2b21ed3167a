package task

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A writer makes definitions that are nearly right, every choice by a byte.
type writer struct {
	choices []byte
	text    strings.Builder
	depth   int
}

func (w *writer) pick(n int) int {
	if len(w.choices) == 0 {
		return 0
	}
	k := int(w.choices[0]) % n
	w.choices = w.choices[1:]
	return k
}

func (w *writer) one(of ...string) string { return of[w.pick(len(of))] }

// mostly gives what is right but for one time in sixteen.
func (w *writer) mostly(right []string, wrong ...string) string {
	if len(wrong) > 0 && w.pick(16) == 15 {
		return w.one(wrong...)
	}
	return w.one(right...)
}

// phrases are what the expressions of a place are made of: names and numbers,
// then functions and operators with places for more.
type phrases struct{ atoms, calls []string }

var (
	plainAtoms  = []string{"1", "p", "0", "-1", "0.5", "2", "7", "1e9", "1e-300", "1e300", "m[0][1]", "pi", "dt", "N_in", "N_out"}
	trialAtoms  = append([]string{"a", "b", "v[0]", "v[1]", "m[0][0]", "T", "N_steps", "trial", "batch", "q_end", "r_start"}, plainAtoms...)
	timeAtoms   = append([]string{"t", "step", "s", "u[0]", "t in q", "t not in r", "t in loose"}, trialAtoms...)
	ruleAtoms   = append([]string{"index", "size", "channel"}, timeAtoms...)
	answerAtoms = append([]string{"output[0]", "y[0]", "mask[0]", "x[0]", "output", "y", "mask", "x", "t"}, trialAtoms...)
	wrongAtoms  = []string{"output", "left", "v", "m", "nothing", "0/0", "t < q", "u", "''", "m[9][9]"}

	operators = []string{"(%s + %s)", "(%s - %s)", "(%s * %s)", "(%s / %s)", "(%s % %s)", "(%s ^ %s)", "(%s < %s)", "(%s <= %s < %s)", "(%s == %s)", "(%s and %s)", "(%s or %s)", "(not (%s))", "-(%s)", "v[%s]", "m[%s][0]"}

	parameterPhrases = phrases{plainAtoms, operators}
	trialPhrases     = phrases{trialAtoms, append(functionCalls(true), "sum(s * %s)", "max(u[0] + %s)", "first_t(s > %s)", "hold(u[1]*%s)")}
	signalPhrases    = phrases{timeAtoms, functionCalls(true)}
	rulePhrases      = phrases{ruleAtoms, functionCalls(false)}
	answerPhrases    = phrases{answerAtoms, functionCalls(false)}
)

// functionCalls are the operators and functions, with as many places as they want.
func functionCalls(draws bool) []string {
	all := slices.Clone(operators)
	for name, f := range FunctionNames() {
		if distributions[name] == nil || draws {
			places := 1 + strings.Count(strings.ReplaceAll(f[0], ", ...", ""), ",")
			all = append(all, name+"(%s"+strings.Repeat(", %s", places-1)+")")
		}
	}
	slices.Sort(all)
	return all
}

func (w *writer) expression(from phrases) string {
	w.depth++
	defer func() { w.depth-- }()
	if w.depth > 4 || w.pick(2) == 0 {
		return w.mostly(from.atoms, wrongAtoms...)
	}
	call := w.one(from.calls...)
	for strings.Contains(call, "%s") {
		call = strings.Replace(call, "%s", w.expression(from), 1)
	}
	return call
}

func (w *writer) quoted(from phrases) string { return strconv.Quote(w.expression(from)) }

// value is an expression, or one of the longer forms.
func (w *writer) value(from phrases) string {
	switch w.pick(6) {
	case 0:
		return "[" + w.quoted(from) + ", " + w.quoted(from) + "]"
	case 1:
		return "{choice: [" + w.quoted(from) + ", " + w.quoted(from) + "], weights: [" + w.quoted(from) + ", 1]}"
	}
	return w.quoted(from)
}

func (w *writer) vector(from phrases) string {
	return "{value: " + w.quoted(from) + ", each: " + w.mostly([]string{"2", "3", "N_in"}, "a", "10000", "0", "1e300") + "}"
}

func (w *writer) line(format string, a ...any) { fmt.Fprintf(&w.text, format+"\n", a...) }

func (w *writer) rules(key string) {
	w.line("%s:", key)
	for range 1 + w.pick(3) {
		rule := w.one("set", "add", "multiply") + ": " + w.quoted(rulePhrases)
		if w.pick(2) == 0 {
			rule += ", when: " + w.quoted(phrases{timeAtoms, rulePhrases.calls})
		}
		if w.pick(2) == 0 {
			rule += ", in: " + w.mostly([]string{"q", "r", "loose", "[q, r]", "[q, loose]", "[]"}, "nothing", "[[q]]", "{}")
		}
		if w.pick(2) == 0 {
			rule += ", channel: " + w.mostly([]string{"0", "left", "ring", "\"ring[1]\"", "\"ring[a % 2]\"", "[left, ring]", "\"(a > 0) + 0\""}, "a", "9", w.quoted(trialPhrases))
		}
		w.line("  - {%s}", rule)
	}
}

// definition is a whole section.
func (w *writer) definition() string {
	const huge = "9223372036854775807"
	w.line("tau: 100")
	w.line("N_batch: %s", w.mostly([]string{"2", "1"}, "1000000000", huge))
	w.line("dt: %s", w.mostly([]string{"10", "7", "100"}, "1e-300", "1e300", "0.001"))
	if w.pick(3) > 0 {
		w.line("T: %s", w.mostly([]string{"300", "431.5"}, "1", "1e18", "1e300"))
	}
	w.line("inputs: %s", w.mostly([]string{"{ring: 3, left: 1}"}, "2", "[left, right]", "10000", huge, "{ring: "+huge+", left: "+huge+"}"))
	w.line("outputs: %s", w.mostly([]string{"{ring: 2, left: 1}"}, "2", "[left, ring]", "1", huge))
	w.line("parameters:\n  p: %s\n  m: [[%s, 1], [2, 3]]", w.quoted(parameterPhrases), w.quoted(parameterPhrases))
	w.line("trial:\n  a: %s\n  b: %s\n  v: %s", w.value(phrases{plainAtoms, trialPhrases.calls}), w.value(trialPhrases), w.vector(trialPhrases))
	w.line("signals:\n  s: %s\n  u: %s", w.quoted(phrases{append([]string{"t", "t in q"}, plainAtoms...), signalPhrases.calls}), w.vector(signalPhrases))
	w.line("periods:")
	for _, name := range []string{"q", "r"} {
		w.line("  %s: %q", name, w.mostly([]string{"100", "uniform(0, 50)", "0", "choice(50, 100)", "truncated_exponential(50, 10, 90)"}, "1e300", "-1", w.expression(trialPhrases)))
	}
	w.line("  loose: {from: %s, to: %s}", w.quoted(trialPhrases), w.quoted(trialPhrases))
	if w.pick(2) == 0 {
		w.line("noise: %s", w.quoted(trialPhrases))
	}
	w.rules("x")
	w.rules("y")
	w.rules("mask")
	switch w.pick(4) {
	case 0:
		w.line("accuracy: %s", w.mostly([]string{"choice", "{choice: [0, 1], in: q}", "{sign: 0, in: [q, loose]}", "{choice: [left, ring]}"}, "{}", "{choice: 0}"))
	case 1:
		w.line("accuracy: {correct: %q, in: %s}", "mean("+w.expression(answerPhrases)+")", w.one("q", "r", "[q, loose]"))
	default:
		w.line("accuracy: %q", w.one("last", "any", "max", "first_t", "std")+"("+w.expression(answerPhrases)+")")
	}
	return w.text.String()
}

// FuzzGrammar is FuzzDefinition for texts that get further than most.
func FuzzGrammar(f *testing.F) {
	f.Add([]byte(nil))
	for k := range 40 {
		seed := make([]byte, 200)
		for i := range seed {
			seed[i] = byte((i + 3) * (k*k + 7) * (i%13 + 1) >> 2)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		w := &writer{choices: choices}
		text := w.definition()
		defer func() {
			if r := recover(); r != nil {
				t.Fatalf("%v in\n%s", r, text)
			}
		}()
		endure(t, text)
	})
}
