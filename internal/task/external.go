package task

// What a task says of trials that are not drawn by a definition but come from a
// fileForm or a program.

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"psychrnn/internal/strict"
)

// Kinds of tasks whose trials come from elsewhere. Config.Kind keeps them.
const (
	FromFile    = "file"
	FromProgram = "command"
)

// External is what a task says of trials that are not drawn by a definition.
type External struct {
	File    TrialFile `yaml:"path" doc:"for kind file: an .npz file with x, y, mask and trial variables"`
	Order   string    `yaml:"order" oneof:"given shuffled" doc:"for kind file: the order of the trials, given or shuffled anew for every pass; given if absent"`
	Command Command   `yaml:"command" doc:"for kind command: the program that supplies trials, and its arguments"`
}

// TrialFile is a file of trials. What it holds is noted beside its sum, so that it
// is read only where trials are needed.
type TrialFile struct {
	Path      strict.Path `yaml:"file" short:"true" required:"true" doc:"the file"`
	SHA256    string      `yaml:"sha256" doc:"its SHA-256 sum; another file is refused"`
	Steps     int         `yaml:"steps" min:"1" doc:"number of steps of a trial"`
	Inputs    int         `yaml:"inputs" min:"1" doc:"number of inputs"`
	Outputs   int         `yaml:"outputs" min:"1" doc:"number of outputs"`
	Variables []string    `yaml:"variables" doc:"names of its trial variables"`
}

type fileForm TrialFile

var _ = strict.Describe[TrialFile]("a path, or a map of file, sha256 and what the file holds", "", fileForm{})

// Known says that the file need not be read to know what it holds.
func (f *TrialFile) Known() bool {
	return f.SHA256 != "" && f.Steps > 0 && f.Inputs > 0 && f.Outputs > 0
}

// Command is a program that supplies trials.
type Command struct {
	Line      []string    `yaml:"line" short:"true" required:"true" doc:"the program and its arguments"`
	Folder    strict.Path `yaml:"folder" doc:"the folder in which it runs; if absent, the folder of the file that has the command"`
	Variables []string    `yaml:"variables" doc:"names of the trial variables in its answers"`
}

type command Command

// DecodeStrict reads the line alone, or all.
func (c *Command) DecodeStrict(n *strict.Node) {
	n.Decode((*command)(c))
	line := n
	if n.Kind() == strict.Mapping {
		line = n.Get("line")
	}
	if line != nil && line.Kind() == strict.List && (len(c.Line) == 0 || c.Line[0] == "") {
		line.Fail("names no program", "for example [python3, mytask.py]")
	}
}

var _ = strict.Describe[Command]("a list of a program and its arguments, or a map of line, folder and variables", []string{}, command{})

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

// checkExternal refuses what the kind has no use for. It says whether it is known
// where the trials come from.
func (c *Config) checkExternal(n *strict.Node) bool {
	for key, kind := range map[string]string{"path": FromFile, "order": FromFile, "command": FromProgram} {
		if at := n.Get(key); at != nil && c.Kind != kind {
			at.KeyFail("this belongs to kind: "+kind, "a path can be that of a definition: kind: ./mytask.yaml")
		}
	}
	if c.Kind == "" {
		return true
	}
	for _, key := range []string{"trial", "signals", "noise", "x", "y", "mask"} {
		if at := n.Get(key); at != nil {
			at.KeyFail("with kind: "+c.Kind+" this comes with the trials", "leave it out, or write a definition without kind")
		}
	}
	for _, e := range c.Periods {
		if !Loose(e.Value) {
			e.Value.Fail("the trials are given, so a period has no duration to be drawn", "write {from: ..., to: ...}, with the trial variables if needed")
		}
	}
	key, hint := "path", "the .npz file with the trials"
	if c.Kind == FromProgram {
		key, hint = "command", "the program and its arguments, for example [python3, mytask.py]"
	}
	at := n.Get(key)
	if at == nil {
		n.Missing(key, hint)
		return false
	}
	if c.Kind == FromProgram && c.Command.Folder.Text == "" {
		c.Command.Folder = strict.Path{Text: ".", Folder: cmp.Or(at.Folder(), n.Folder())}
	}
	return true
}
