package task

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
)

// Kinds of tasks whose trials come from elsewhere. Config.Kind keeps them.
const (
	FromFile    = "file"
	FromProgram = "command"
)

// External is what a task says of trials that are not drawn by a definition.
type External struct {
	File    File    `yaml:"path" doc:"for kind file: an .npz file with x, y, mask and trial variables"`
	Order   string  `yaml:"order" oneof:"given shuffled" doc:"for kind file: the order of the trials, given or shuffled anew for every pass; given if absent"`
	Command Command `yaml:"command" doc:"for kind command: the program that supplies trials, and its arguments"`
}

// File is a file of trials. What it holds is noted beside its sum, so that it
// is read only where trials are needed.
type File struct {
	Path      strict.Path `yaml:"file" required:"true" doc:"the file"`
	SHA256    string      `yaml:"sha256" doc:"its SHA-256 sum; another file is refused"`
	Steps     int         `yaml:"steps" min:"1" doc:"number of steps of a trial"`
	Inputs    int         `yaml:"inputs" min:"1" doc:"number of inputs"`
	Outputs   int         `yaml:"outputs" min:"1" doc:"number of outputs"`
	Variables []string    `yaml:"variables" doc:"names of its trial variables"`
}

type file File

// DecodeStrict reads the path alone, or with what is known of the file.
func (f *File) DecodeStrict(n *strict.Node) {
	if n.Kind() != strict.Mapping {
		n.Decode(&f.Path)
		return
	}
	n.Decode((*file)(f))
}

// EncodeStrict writes the shortest form.
func (f File) EncodeStrict() any {
	switch {
	case f.Path.Text == "":
		return nil
	case f.SHA256 == "":
		return f.Path
	}
	return file(f)
}

// Describe says what may stand there.
func (File) Describe() (string, []any) {
	return "a path, or a map of file, sha256 and what the file holds", []any{"", file{}}
}

// known says that the file need not be read to know what it holds.
func (f *File) known() bool {
	return f.SHA256 != "" && f.Steps > 0 && f.Inputs > 0 && f.Outputs > 0
}

// Command is a program that supplies trials.
type Command struct {
	Line      []string    `yaml:"line" required:"true" doc:"the program and its arguments"`
	Folder    strict.Path `yaml:"folder" doc:"the folder in which it runs; if absent, the folder of the file that has the command"`
	Variables []string    `yaml:"variables" doc:"names of the trial variables in its answers"`
}

type command Command

// DecodeStrict reads the line alone, or all.
func (c *Command) DecodeStrict(n *strict.Node) {
	line := n
	if n.Kind() == strict.Mapping {
		n.Decode((*command)(c))
		line = n.Get("line")
	} else {
		n.Decode(&c.Line)
	}
	if line == nil || line.Kind() != strict.List {
		return
	}
	if len(c.Line) == 0 || c.Line[0] == "" {
		line.Fail("names no program", "for example [python3, mytask.py]")
	}
}

// EncodeStrict writes all of it.
func (c Command) EncodeStrict() any {
	if len(c.Line) == 0 {
		return nil
	}
	return command(c)
}

// Describe says what may stand there.
func (Command) Describe() (string, []any) {
	return "a list of a program and its arguments, or a map of line, folder and variables", []any{[]string{}, command{}}
}

// plainWord matches an argument that can be read as it stands.
var plainWord = regexp.MustCompile(`^[\p{L}\p{N}_./:=@%+,~-]+$`)

// String is the command as it would be typed: each argument can be told from the
// next, and hides nothing.
func (c Command) String() string {
	words := make([]string, len(c.Line))
	for k, word := range c.Line {
		if words[k] = word; !plainWord.MatchString(word) {
			words[k] = strconv.Quote(word)
		}
	}
	return strings.Join(words, " ")
}

// elsewhere refuses what the kind has no use for, and gives what it has in the
// place of a definition: channels, and variables that are given and not drawn.
// It is nil where that cannot be known.
func (c *Config) elsewhere(n *strict.Node) *strict.Node {
	for key, kind := range map[string]string{"path": FromFile, "order": FromFile, "command": FromProgram} {
		if at := n.Get(key); at != nil && c.Kind != kind {
			at.KeyFail("this belongs to kind: "+kind, "a path can be that of a definition: kind: ./mytask.yaml")
		}
	}
	if c.Kind == "" {
		return n
	}
	for _, key := range []string{"trial", "signals", "noise", "x", "y", "mask"} {
		if at := n.Get(key); at != nil {
			at.KeyFail("with kind: "+c.Kind+" this comes with the trials", "leave it out, or write a definition without kind")
		}
	}
	for _, e := range c.Periods {
		if !loose(e.Value) {
			e.Value.Fail("the trials are given, so a period has no duration to be drawn", "write {from: ..., to: ...}, with the trial variables if needed")
		}
	}
	var definition string
	var variables []string
	var at *strict.Node
	if c.Kind == FromFile {
		at = n.Get("path")
		if at == nil {
			n.Missing("path", "the .npz file with the trials")
			return nil
		}
		if !c.open(n, at) {
			return nil
		}
		definition, variables = fmt.Sprintf("inputs: %d\noutputs: %d\n", c.File.Inputs, c.File.Outputs), c.File.Variables
	} else {
		at = n.Get("command")
		if at == nil {
			n.Missing("command", "the program and its arguments, for example [python3, mytask.py]")
			return nil
		}
		if c.Command.Folder.Text == "" {
			c.Command.Folder = strict.Path{Text: ".", Folder: cmp.Or(at.Folder(), n.Folder())}
		}
		definition, variables = c.toldChannels(n), c.Command.Variables
	}
	trial, ok := standIns(at, variables)
	if !ok {
		return nil
	}
	definition += trial
	made, err := strict.Parse(at.Pos().File, []byte(definition))
	if err != nil {
		panic("task: what stands for a definition cannot be read")
	}
	return strict.Merge(made, n)
}

// component matches a name that a vector's values have in files and tables.
var component = regexp.MustCompile(`^(.+)\[(\d+)\]$`)

// standIns is a section trial in which given variables, of any value, stand for
// those of a definition: v[0], v[1] and so on are the vector v.
func standIns(at *strict.Node, variables []string) (text string, ok bool) {
	size, there := map[string]int{}, map[string]bool{} // 0: a number
	for _, name := range variables {
		there[name] = true
		if m := component.FindStringSubmatch(name); m != nil {
			size[m[1]]++
		}
	}
	for name, n := range size {
		for k := range n {
			if part := fmt.Sprintf("%s[%d]", name, k); !there[part] {
				at.Fail(fmt.Sprintf("the trials have %d values of a vector %s, but no %s", n, name, part), "the values of a vector are numbered from 0 on")
				return "", false
			}
		}
	}
	var made strings.Builder
	before := map[string]bool{}
	for _, name := range variables {
		vector := component.FindStringSubmatch(name)
		again := before[name] || size[name] > 0
		before[name] = true
		if vector != nil {
			name = vector[1]
		}
		why := taken(name)
		if why == "" && again {
			why = "the name is given twice"
		}
		if why != "" {
			at.Fail(fmt.Sprintf("the trials have a variable %.300q: %s", name, why), "give it another name")
			return "", false
		}
		switch {
		case vector == nil:
			fmt.Fprintf(&made, "  %s: normal(0, 1)\n", name)
		case vector[2] == "0":
			fmt.Fprintf(&made, "  %s: {value: \"normal(0, 1)\", each: %d}\n", name, size[name])
		}
	}
	if text = made.String(); text != "" {
		text = "trial:\n" + text
	}
	return text, true
}

// toldChannels are those of a program, which is not asked at this time.
func (c *Config) toldChannels(n *strict.Node) (definition string) {
	for _, side := range []struct {
		what, key string
		count     int
		named     bool
	}{{"inputs", "N_in", c.N_in, c.Inputs != nil}, {"outputs", "N_out", c.N_out, c.Outputs != nil}} {
		if side.count == 0 && !side.named {
			n.Missing(side.key, "the number of "+side.what+" of the program's trials")
		}
		definition += fmt.Sprintf("%s: %d\n", side.what, max(1, side.count))
	}
	return definition
}

// open reads the file if it is not known what it holds, and sees to it that
// the section says nothing else.
func (c *Config) open(n, at *strict.Node) bool {
	f := c.File
	if f.Path.Text == "" {
		return false
	}
	differs := func() fault.Error {
		return at.Problem(f.Path.Text+" holds other trials than is said here", "give the path alone: the rest is read from it")
	}
	c.archive = func() (*Archive, error) {
		a, err := f.read(at)
		if err == nil && (a.Steps != f.Steps || a.Inputs != f.Inputs || a.Outputs != f.Outputs || !slices.Equal(a.Variables, f.Variables)) {
			err = fault.Errors{differs()}
		}
		return a, err
	}
	if !f.known() {
		a, err := f.read(at)
		var problems fault.Errors
		if errors.As(err, &problems) {
			at.Report(problems[0])
		}
		if err != nil {
			return false
		}
		other := func(told, there int) bool { return told != 0 && told != there }
		if other(f.Steps, a.Steps) || other(f.Inputs, a.Inputs) || other(f.Outputs, a.Outputs) || f.Variables != nil && !slices.Equal(a.Variables, f.Variables) {
			at.Report(differs())
			return false
		}
		c.archive = func() (*Archive, error) { return a, nil }
		c.File.Steps, c.File.Inputs, c.File.Outputs, c.File.Variables = a.Steps, a.Inputs, a.Outputs, a.Variables
		c.File.SHA256 = f.SHA256
	}
	f = c.File
	for _, side := range []struct {
		key         string
		told, there int
	}{{"N_in", c.N_in, f.Inputs}, {"N_out", c.N_out, f.Outputs}} {
		if side.told != 0 && side.told != side.there {
			n.Get(side.key).Fail(fmt.Sprintf("is %d, but %d in %s", side.told, side.there, f.Path.Text), "leave it out: it comes from the file")
		}
	}
	switch at := n.Get("T"); {
	case !(c.Dt > 0):
	case at == nil:
		c.length = length(f.Steps, c.Dt)
	case c.Duration > 0 && steps(c.Duration, c.Dt) != f.Steps:
		at.Fail(fmt.Sprintf("%v ms are %d steps of dt, but %s has %d", c.Duration, steps(c.Duration, c.Dt), f.Path.Text, f.Steps), "leave it out: it comes from the file")
	}
	return true
}

// length is a time of so many steps.
func length(n int, dt float64) float64 {
	t := float64(n) * dt
	for steps(t, dt) > n {
		t = math.Nextafter(t, 0)
	}
	return t
}

// read reads the file, which the node names, and notes its sum.
func (f *File) read(at *strict.Node) (*Archive, error) {
	content, err := at.ReadArrays(f.Path)
	if err != nil {
		return nil, fault.Errors{at.Unread(err)}
	}
	sum := sha256.Sum256(content)
	text := hex.EncodeToString(sum[:])
	if f.SHA256 != "" && !strings.EqualFold(f.SHA256, text) {
		return nil, fault.Errors{at.Problem(fmt.Sprintf("%s is not the file it was: its sha256 is %s, but %s is given", f.Path.Text, text, f.SHA256),
			"bring back the old file, or give the path alone to accept the new one")}
	}
	f.SHA256 = text
	a, err := ReadArchive(bytes.NewReader(content), int64(len(content)), npz.Limits{Size: at.Arrays()})
	if err == nil {
		return a, nil
	}
	p := at.Problem(f.Path.Text+": "+err.Error(), "")
	if refused := fault.Content(err); refused != nil {
		p.Hint = refused.Hint
	}
	p.Cause = err
	return nil, fault.Errors{p}
}

// Archive is the content of the file of kind file, whose errors are of type
// fault.Errors.
func (c *Config) Archive() (*Archive, error) { return c.archive() }

// named compares the names that the section gives to channels with the file.
func (c *Config) named(n *strict.Node, p *plan) {
	if c.Kind != FromFile {
		return
	}
	for _, side := range []struct {
		key         string
		told, there int
	}{{"inputs", p.in.n, c.File.Inputs}, {"outputs", p.out.n, c.File.Outputs}} {
		if at := n.Get(side.key); at != nil && side.told != side.there {
			at.Fail(fmt.Sprintf("these are %d, but there are %d in %s", side.told, side.there, c.File.Path.Text), "")
		}
	}
}
