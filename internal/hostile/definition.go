package hostile

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Functions are the names that may stand before a bracket, with their usage as
// "name(a, b, ...)"; draws are those that draw random numbers.
type Functions struct {
	Usage map[string]string
	Draws []string
}

// A writer makes definitions that are nearly right.
type writer struct {
	*Choices
	text  strings.Builder
	depth int
	calls map[bool][]string // with draws, and without
}

// mostly gives what is right but for one time in sixteen.
func (w *writer) mostly(right []string, wrong ...string) string {
	if len(wrong) > 0 && w.Pick(16) == 15 {
		return One(w.Choices, wrong...)
	}
	return One(w.Choices, right...)
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
)

func (w *writer) parameter() phrases { return phrases{plainAtoms, operators} }
func (w *writer) trial() phrases {
	return phrases{trialAtoms, append(slices.Clone(w.calls[true]), "sum(s * %s)", "max(u[0] + %s)", "first_t(s > %s)", "hold(u[1]*%s)")}
}
func (w *writer) signal() phrases { return phrases{timeAtoms, w.calls[true]} }
func (w *writer) rule() phrases   { return phrases{ruleAtoms, w.calls[false]} }
func (w *writer) answer() phrases { return phrases{answerAtoms, w.calls[false]} }

// functionCalls are the operators and functions, with as many places as they want.
func functionCalls(f Functions, draws bool) []string {
	all := slices.Clone(operators)
	for name, usage := range f.Usage {
		if draws || !slices.Contains(f.Draws, name) {
			places := 1 + strings.Count(strings.ReplaceAll(usage, ", ...", ""), ",")
			all = append(all, name+"(%s"+strings.Repeat(", %s", places-1)+")")
		}
	}
	slices.Sort(all)
	return all
}

func (w *writer) expression(from phrases) string {
	w.depth++
	defer func() { w.depth-- }()
	if w.depth > 4 || w.Pick(2) == 0 {
		return w.mostly(from.atoms, wrongAtoms...)
	}
	call := One(w.Choices, from.calls...)
	for strings.Contains(call, "%s") {
		call = strings.Replace(call, "%s", w.expression(from), 1)
	}
	return call
}

// quoted is an expression, one time in forty with wrong characters.
func (w *writer) quoted(from phrases) string {
	text := w.expression(from)
	if w.Chance(40) {
		text = Text(w.Choices, text)
	}
	return strconv.Quote(text)
}

// value is an expression, or one of the longer forms.
func (w *writer) value(from phrases) string {
	switch w.Pick(6) {
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
	for range 1 + w.Pick(3) {
		rule := One(w.Choices, "set", "add", "multiply") + ": " + w.quoted(w.rule())
		if w.Pick(2) == 0 {
			rule += ", when: " + w.quoted(phrases{timeAtoms, w.calls[false]})
		}
		if w.Pick(2) == 0 {
			rule += ", in: " + w.mostly([]string{"q", "r", "loose", "[q, r]", "[q, loose]", "[]"}, "nothing", "[[q]]", "{}")
		}
		if w.Pick(2) == 0 {
			rule += ", channel: " + w.mostly([]string{"0", "left", "ring", "\"ring[1]\"", "\"ring[a % 2]\"", "[left, ring]", "\"(a > 0) + 0\""}, "a", "9", w.quoted(w.trial()))
		}
		w.line("  - {%s}", rule)
	}
}

// Definition is the whole section task of an experiment.
func Definition(c *Choices, functions Functions) string {
	w := &writer{Choices: c, calls: map[bool][]string{true: functionCalls(functions, true), false: functionCalls(functions, false)}}
	const huge = "9223372036854775807"
	w.line("tau: 100")
	w.line("N_batch: %s", w.mostly([]string{"2", "1"}, "1000000000", huge))
	w.line("dt: %s", w.mostly([]string{"10", "7", "100"}, "1e-300", "1e300", "0.001"))
	if w.Pick(3) > 0 {
		w.line("T: %s", w.mostly([]string{"300", "431.5"}, "1", "1e18", "1e300"))
	}
	w.line("inputs: %s", w.mostly([]string{"{ring: 3, left: 1}"}, "2", "[left, right]", "10000", huge, "{ring: "+huge+", left: "+huge+"}"))
	w.line("outputs: %s", w.mostly([]string{"{ring: 2, left: 1}"}, "2", "[left, ring]", "1", huge))
	w.line("parameters:\n  p: %s\n  m: [[%s, 1], [2, 3]]", w.quoted(w.parameter()), w.quoted(w.parameter()))
	w.line("trial:\n  a: %s\n  b: %s\n  v: %s", w.value(phrases{plainAtoms, w.trial().calls}), w.value(w.trial()), w.vector(w.trial()))
	w.line("signals:\n  s: %s\n  u: %s", w.quoted(phrases{append([]string{"t", "t in q"}, plainAtoms...), w.signal().calls}), w.vector(w.signal()))
	w.line("periods:")
	for _, name := range []string{"q", "r"} {
		w.line("  %s: %q", name, w.mostly([]string{"100", "uniform(0, 50)", "0", "choice(50, 100)", "truncated_exponential(50, 10, 90)"}, "1e300", "-1", w.expression(w.trial())))
	}
	w.line("  loose: {from: %s, to: %s}", w.quoted(w.trial()), w.quoted(w.trial()))
	if w.Pick(2) == 0 {
		w.line("noise: %s", w.quoted(w.trial()))
	}
	w.rules("x")
	w.rules("y")
	w.rules("mask")
	switch w.Pick(4) {
	case 0:
		w.line("accuracy: %s", w.mostly([]string{"choice", "{choice: [0, 1], in: q}", "{sign: 0, in: [q, loose]}", "{choice: [left, ring]}"}, "{}", "{choice: 0}"))
	case 1:
		w.line("accuracy: {correct: %q, in: %s}", "mean("+w.expression(w.answer())+")", One(c, "q", "r", "[q, loose]"))
	default:
		w.line("accuracy: %q", One(c, "last", "any", "max", "first_t", "std")+"("+w.expression(w.answer())+")")
	}
	return w.text.String()
}

// Expression is one of a trial, a signal, a rule or an answer, by chance with
// wrong characters or of great length.
func Expression(c *Choices, functions Functions) string {
	w := &writer{Choices: c, calls: map[bool][]string{true: functionCalls(functions, true), false: functionCalls(functions, false)}}
	text := w.expression(One(c, w.parameter(), w.trial(), w.signal(), w.rule(), w.answer()))
	switch c.Pick(12) {
	case 0:
		text = Text(c, text)
	case 1: // long
		text = strings.Repeat(text+One(c, " + ", "*", " and ", "^", "<", " "), 1<<c.Pick(8)) + text
	case 2: // deep
		call := One(c, append(slices.Sorted(maps.Keys(functions.Usage)), "", "-", "not ", "v")...)
		n := 1 << c.Pick(10)
		text = strings.Repeat(call+One(c, "(", "["), n) + text + strings.Repeat(One(c, ")", "]"), n)
	}
	return text
}
