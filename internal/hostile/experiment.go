package hostile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// scalars are values that hardly a key takes, or that few have tried.
var scalars = []string{
	"0", "1", "-1", "2", "3", "0.5", "-0.0", "1e-300", "1e300", "1e999", "-1e999", ".inf", "-.inf", ".nan", "NaN", "0x10", "0o17", "017", "1_000", "1.", ".5", "+1", "1e3", "٣",
	"2147483648", "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", strings.Repeat("9", 400), "0." + strings.Repeat("0", 400) + "1",
	"null", "~", "", "true", "false", "yes", "No", "on", "[]", "{}", "''", `""`, "[1]", "[1, 2, 3]", "{a: 1}", "[[0]]", "[[1, 2], [3]]", "{fill: 0}", "{density: 0.5}", "{density: 1e-300}", "[null]", "{? [a] : b}", "- 1",
	`"\x1b[2J"`, `"\u202e"`, `"\0"`, "\"\\n\"", "'it''s'", "|\n    a\n    b", ">-\n  x", "!!str 5", "!!binary aGVsbG8=", "!!float 1", "!!set {a}", "!!python/object:os.system x", "!foo bar", "&a 1", "*a", "*b", "<<", "2001-01-01", "12:30:45", "=", "a b", "@x", "`x`", "%x", "# x", "? x", ": x", "a: b: c",
	"../up.yaml", "trials.npz", "weights.npz", "base.yaml", "my.yaml", "/dev/null", ".", "..", "nothing.npz", strings.Repeat("../", 200), "a/b/c.npz", "run/weights.npz", "-", strings.Repeat("long", 300),
	"0:5", "::-1", "[0:3, 5]", "excitatory", "0:99999999999", "uniform(0, 1)", "normal(0, 1e300)", "1/0", "0/0", "t", "choice(1, 2)", "x", "exp(1000)", "-(-(-1))", "N_rec", "1e3*1e3", "5 ms", "3h50m", "last(output)", "perceptual_discrimination", "relu", "lstm", "gru", "basic_scan", "float64", "adam",
}

// keys are those of the experiment, and some of which are none.
var keys = []string{
	"name", "seed", "precision", "task", "model", "initializer", "constraints", "regularizers", "loss", "train", "test", "curriculum", "ablate", "populations", "extends", "kind", "dt", "tau", "T", "N_batch", "N_rec", "trial", "signals", "periods", "inputs", "outputs", "x", "y", "mask", "noise", "accuracy", "parameters",
	"coherence", "training_iters", "learning_rate", "loss_epoch", "clip_grads", "optimizer", "dale_ratio", "autapses", "rec_connectivity", "fixed_weights", "rec_noise", "transfer_function", "N_feedforward_out", "load_weights_path", "save_weights_path", "training_weights_path", "output_file", "performance_cutoff", "stages", "threshold", "metric_epoch", "trials", "by", "bins", "in", "when", "channel", "set", "add", "multiply", "from", "to", "path", "command", "lesions", "silence", "window", "random",
	"<<", "x-mine", "Seed", "trainn", "task.T", "", "null", "1", "-", "?", "[a]", "\x1b[31m", strings.Repeat("k", 1100),
}

// Experiment is one of the texts with mistakes that follow the form of YAML,
// and some that do not. None of them is in valid use of a program or a file
// outside of the folder.
func Experiment(c *Choices, texts []string) string {
	text := One(c, texts...)
	for range c.few() {
		lines := strings.SplitAfter(text, "\n")
		if len(lines) < 2 {
			lines = []string{"a: 1\n", "b: 2\n"}
		}
		text = strings.Join(One(c, treeWays...)(c, lines, texts), "")
	}
	if c.Chance(6) {
		text = One(c, textWays...)(c, text)
	}
	if c.Chance(12) {
		text = string(Scramble(c, []byte(text)))
	}
	return text
}

// block is a line with those that are deeper: the lines from first to last.
func block(lines []string, first int) (last int) {
	deep := indentation(lines[first])
	for last = first + 1; last < len(lines); last++ {
		if strings.TrimSpace(lines[last]) != "" && indentation(lines[last]) <= deep {
			break
		}
	}
	return last
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// indented puts lines at another depth.
func indented(lines []string, by int) (moved []string) {
	for _, line := range lines {
		if by < 0 {
			line = line[min(-by, indentation(line)):]
		} else {
			line = strings.Repeat(" ", by) + line
		}
		moved = append(moved, line)
	}
	return moved
}

var (
	scalarPattern = regexp.MustCompile(`"[^"\n]*"|'[^'\n]*'|[^\s\[\]{},:]+`)
	keyPattern    = regexp.MustCompile(`([\w.]+|"[^"\n]*")\s*:`)
)

// replaced puts one of the matches of a pattern in another way.
func replaced(c *Choices, line string, pattern *regexp.Regexp, with func(old string) string) string {
	found := pattern.FindAllStringIndex(line, -1)
	if len(found) == 0 {
		return line
	}
	at := One(c, found...)
	return line[:at[0]] + with(line[at[0]:at[1]]) + line[at[1]:]
}

// The ways in which lines change and stay nearly an experiment.
var treeWays = []func(c *Choices, lines, texts []string) []string{
	spellScalar, spellScalar, spellScalar, spellScalar,
	func(c *Choices, lines, _ []string) []string { // a whole value
		k := c.Pick(len(lines))
		key, _, ok := strings.Cut(lines[k], ":")
		if !ok {
			return lines
		}
		return slices.Replace(lines, k, block(lines, k), key+": "+One(c, scalars...)+"\n")
	},
	func(c *Choices, lines, _ []string) []string { // another key, or one misspelt
		k := c.Pick(len(lines))
		lines[k] = replaced(c, lines[k], keyPattern, func(old string) string {
			if c.Chance(2) {
				return One(c, keys...) + ":"
			}
			return Text(c, strings.TrimSuffix(old, ":")) + ":"
		})
		return lines
	},
	func(c *Choices, lines, _ []string) []string {
		k := c.Pick(len(lines))
		return slices.Delete(lines, k, block(lines, k))
	},
	func(c *Choices, lines, _ []string) []string { // twice
		k := c.Pick(len(lines))
		last := block(lines, k)
		return slices.Insert(lines, last, slices.Clone(lines[k:last])...)
	},
	func(c *Choices, lines, _ []string) []string { // elsewhere, as deep as what stands there
		k := c.Pick(len(lines))
		last := block(lines, k)
		part := slices.Clone(lines[k:last])
		lines = slices.Delete(lines, k, last)
		to := c.Pick(len(lines) + 1)
		by := -indentation(part[0])
		if to < len(lines) {
			by += indentation(lines[to])
		}
		return slices.Insert(lines, to, indented(part, by)...)
	},
	func(c *Choices, lines, texts []string) []string { // from another experiment
		other := strings.SplitAfter(One(c, texts...), "\n")
		k := c.Pick(len(other))
		part := slices.Clone(other[k:block(other, k)])
		to := c.Pick(len(lines))
		part = indented(part, indentation(lines[to])-indentation(part[0]))
		if c.Chance(2) {
			return slices.Replace(lines, to, block(lines, to), part...)
		}
		return slices.Insert(lines, to, part...)
	},
	func(c *Choices, lines, _ []string) []string { // a new key
		k := c.Pick(len(lines))
		line := strings.Repeat(" ", indentation(lines[k])) + One(c, keys...) + ": " + One(c, scalars...) + "\n"
		return slices.Insert(lines, k, line)
	},
	func(c *Choices, lines, _ []string) []string { // an anchor here and aliases there
		k := c.Pick(len(lines))
		lines[k] = strings.Replace(lines[k], ": ", ": &a ", 1)
		if strings.HasSuffix(lines[k], ":\n") {
			lines[k] = strings.TrimSuffix(lines[k], "\n") + " &a\n"
		}
		for range c.few() {
			j := c.Pick(len(lines))
			lines[j] = replaced(c, lines[j], scalarPattern, func(string) string { return One(c, "*a", "<<: *a", "[*a, *a]", "{<<: *a}", "{<<: [*a, *a]}") })
		}
		return lines
	},
	func(c *Choices, lines, _ []string) []string { // deeper than anybody looks
		k, n := c.Pick(len(lines)), 1<<c.Pick(13)
		open, shut := "[", "]"
		if c.Chance(2) {
			open, shut = "{a: ", "}"
		}
		lines[k] = replaced(c, lines[k], scalarPattern, func(old string) string { return strings.Repeat(open, n) + old + strings.Repeat(shut, n) })
		return lines
	},
	func(c *Choices, lines, _ []string) []string { // more than anybody writes
		k, n := c.Pick(len(lines)), 1<<c.Pick(12)
		deep := strings.Repeat(" ", indentation(lines[k]))
		var more []string
		for i := range n {
			more = append(more, fmt.Sprintf("%skey%d: %d\n", deep, i, i))
		}
		return slices.Insert(lines, k, more...)
	},
	func(c *Choices, lines, _ []string) []string { // a long list in the place of a value
		k, n := c.Pick(len(lines)), 1<<c.Pick(13)
		lines[k] = replaced(c, lines[k], scalarPattern, func(old string) string { return "[" + strings.Repeat(old+", ", n) + old + "]" })
		return lines
	},
}

func spellScalar(c *Choices, lines, _ []string) []string {
	k := c.Pick(len(lines))
	lines[k] = replaced(c, lines[k], scalarPattern, func(old string) string {
		if c.Chance(3) {
			return Text(c, old)
		}
		return One(c, scalars...)
	})
	return lines
}

// Text is a short text in which some characters are others.
func Text(c *Choices, text string) string {
	runes := []rune(text)
	for range c.few() {
		at := c.Pick(len(runes) + 1)
		switch c.Pick(6) {
		case 0:
			runes = slices.Insert(runes, at, []rune(One(c, "a", "0", ".", "-", "_", " ", "e", "(", ")", "[", "]", ",", "\"", "'", "\\", "*", "/", "^", "<", "é", "\u202e", "\u200b", "\x1b", "\x00", "\t", "𝟙", "−", "\u0085", "\u2028"))...)
		case 1:
			if at < len(runes) {
				runes = slices.Delete(runes, at, at+1)
			}
		case 2:
			if at+1 < len(runes) {
				runes[at], runes[at+1] = runes[at+1], runes[at]
			}
		case 3:
			last := at + c.Pick(len(runes)-at+1)
			runes = slices.Insert(runes, at, slices.Clone(runes[at:last])...)
		case 4:
			if at < len(runes) {
				runes[at] = rune(32 + c.Pick(95))
			}
		case 5:
			if n := len(runes); n > 0 && n < 100 {
				runes = slices.Repeat(runes, 1+c.Pick(20))
			}
		}
	}
	return string(runes)
}

// The ways in which a text as such is another.
var textWays = []func(*Choices, string) string{
	func(_ *Choices, s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	func(_ *Choices, s string) string { return strings.ReplaceAll(s, "\n", "\r") },
	func(_ *Choices, s string) string { return "\ufeff" + s },
	func(_ *Choices, s string) string { return strings.ReplaceAll(s, "  ", "\t") },
	func(c *Choices, s string) string {
		at := c.Pick(len(s) + 1)
		return s[:at] + One(c, "\xff", "\x00", "\xc3", "\xed\xa0\x80", "\x1b[2J", "\u202e", "\t", "\u0085", "\u2028") + s[at:]
	},
	func(_ *Choices, s string) string { return "---\n" + s + "---\n" + s },
	func(_ *Choices, s string) string { return "%YAML 1.2\n---\n" + s + "...\n" },
	func(_ *Choices, s string) string { return "{" + strings.ReplaceAll(s, "\n", ",\n") + "}" },
	func(_ *Choices, s string) string { return strings.TrimRight(s, "\n") },
	func(c *Choices, s string) string { return s[:c.Pick(len(s)+1)] },
	func(_ *Choices, s string) string { // in UTF-16
		var b strings.Builder
		b.WriteString("\xff\xfe")
		for _, r := range s {
			b.WriteByte(byte(r))
			b.WriteByte(byte(r >> 8))
		}
		return b.String()
	},
	func(c *Choices, s string) string {
		return s + strings.Repeat("# "+strings.Repeat("x", 70)+"\n", 1<<c.Pick(11))
	},
	func(c *Choices, s string) string { return s + strings.Repeat("\n", 1<<c.Pick(15)) },
	func(c *Choices, s string) string { // laughs
		var b strings.Builder
		b.WriteString("x-l0: &l0 [1, 1]\n")
		n := 2 + c.Pick(30)
		for k := 1; k < n; k++ {
			fmt.Fprintf(&b, "x-l%d: &l%d [%s*l%d]\n", k, k, strings.Repeat(fmt.Sprintf("*l%d, ", k-1), c.Pick(9)), k-1)
		}
		fmt.Fprintf(&b, "%s: *l%d\n", One(c, keys...), n-1)
		return b.String() + s
	},
}
