package plan

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

const small = "dt: 10\ntau: 100\nN_batch: 2\ninputs: 1\noutputs: 2\n"

// many are so many entries of a map.
func many(n int, format string) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, format, k)
	}
	return b.String()
}

// What would take all memory or time is refused when it is read.
func TestRunaway(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{small + "periods:\n" + many(1_000_000, "  p%d: 1\n"), "the file is larger than 4 MiB"},
		{small + "periods:\n" + many(100_000, "  p%d: 1\n"), "100000 entries are more than the 1000 allowed"},
		{small + "T: 100\ntrial:\n" + many(1001, "  v%d: 1\n"), "1001 entries are more than the 1000 allowed"},
		{small + "T: 100\nx:\n" + many(1001, "  - {set: %d}\n"), "1001 entries are more than the 1000 allowed"},
		{small + "T: 1e15\n", "a trial of 100000000000000 steps with 5 channels takes 4000000 GB"},
		{strings.Replace(small, "dt: 10", "dt: 1.0e-300", 1) + "T: 100\n", "a trial of"},
		{strings.Replace(small, "dt: 10", "dt: 0.01", 1) + "periods: {a: 1e6}\n", "a trial of 100000000 steps with 5 channels takes 4 GB"},
		{strings.Replace(small, "inputs: 1", "inputs: 20000", 1) + "T: 100\n", "more than 10000 channels"},
		{strings.Replace(small, "inputs: 1", "inputs: {a: 9223372036854775807, b: 9223372036854775807}", 1) + "T: 100\n", "more than 10000 channels"},
		{small + "T: 100\ntrial: {v: {value: 1, each: 10001}}\n", "must be a whole number from 1 to 10000, is 10001"},
		{small + "T: 100\ntrial: {v: {value: 1, each: 1e300}}\n", "must be a whole number from 1 to 10000, is 1e+300"},
		{small + "T: 1000000\nsignals: {s: {value: \"normal(0, 1)\", each: 10000}}\n", "up to here, drawing a trial takes more than 2 GB"},
		{small + "T: 100\ntrial: {v: " + strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000) + "}\n", "2000 characters"},
		{small + "T: 100\ntrial: {v: " + strings.Repeat("1 + ", 1000) + "1}\n", "2000 characters"},
		{small + "T: 100\nparameters: {p: " + strings.Repeat("[", 3000) + "1" + strings.Repeat("]", 3000) + "}\n", "deep"},
		{small + "T: 1.0e300\n", "a trial of 1e+299 steps with 5 channels takes 4e+291 GB"},
		{small + "periods: {a: 0}\n", "a trial of 0 ms has no step"},
	} {
		_, err := FromText(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			text := fmt.Sprint(err)
			t.Errorf("%.80s…: %.300s, want %s", strings.TrimPrefix(c.text, small), text, c.want)
		}
	}
}

// Keys and what else is read into a definition may have as many entries.
func TestMostNames(t *testing.T) {
	for _, f := range strict.Fields(reflect.TypeFor[task.Config]()) {
		if f.Most != 0 && f.Most != mostNames {
			t.Errorf("%s: %d entries, want %d", f.Key, f.Most, mostNames)
		}
	}
}

// A mistake in a channel is looked for in what it is made of, each name once.
func TestCulpritOfMany(t *testing.T) {
	var b strings.Builder
	b.WriteString(small + "T: 100\ntrial:\n" + many(20, "  v0_%d: 1\n"))
	for layer := 1; layer < 12; layer++ {
		below := strings.TrimSuffix(many(20, fmt.Sprintf("v%d_%%d + ", layer-1)), " + ")
		b.WriteString(many(20, fmt.Sprintf("  v%d_%%d: %s\n", layer, below)))
	}
	b.WriteString("y: [{channel: v11_0, set: 1}]\n")
	if _, err := FromText(b.String()); err == nil || !strings.Contains(err.Error(), "y[0].channel: the channel is 2.048e+14") {
		t.Errorf("%v", err)
	}
}

// An expression reaches nothing but the trial: no file, environment, program
// or clock.
func TestNothingOutside(t *testing.T) {
	for _, call := range []string{
		"open(1)", "read(1)", "env(1)", "getenv(1)", "exec(1)", "system(1)", "now()", "date(1)", "print(1)", "import(os)", "fromJSON(x)", "len(x)", "map(x, 1)", "filter(x, 1)", "get(x, 1)", "type(x)", "$env", "os.Getenv", "\"text\"", "`text`", "let a = 1; a", "x | y", "{#}", "1..9",
	} {
		if _, err := FromText(small + "T: 100\ntrial:\n  v: '" + call + "'\n"); err == nil {
			t.Errorf("%s is taken", call)
		}
	}
}

// The names of what a test records are no names of variables.
func TestReservedNames(t *testing.T) {
	for _, name := range []string{"x", "y", "mask", "outputs", "states", "trial", "correct", "noise", "t"} {
		for _, section := range []string{"trial", "parameters", "signals"} {
			if _, err := FromText(fmt.Sprintf("%sT: 100\n%s: {%s: 1}\n", small, section, name)); err == nil {
				t.Errorf("%s in %s is taken", name, section)
			}
		}
	}
}
