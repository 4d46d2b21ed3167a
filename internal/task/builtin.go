package task

// The built-in definitions.

import (
	"embed"
	"io/fs"
	"strings"

	"psychrnn/internal/strict"
)

//go:embed definitions/*.yaml
var definitions embed.FS

// BuiltInNames are the built-in tasks in the order of the alphabet.
func BuiltInNames() []string {
	files, _ := fs.Glob(definitions, "definitions/*.yaml") // an error is that of a bad pattern
	for k, f := range files {
		files[k] = strings.TrimSuffix(strings.TrimPrefix(f, "definitions/"), ".yaml")
	}
	return files
}

// BuiltInText is the definition of a built-in task, "" if there is none of that name.
func BuiltInText(name string) string {
	text, _ := definitions.ReadFile("definitions/" + name + ".yaml")
	return string(text)
}

// builtIn is the definition of a built-in task as a tree.
func builtIn(name string) *strict.Node {
	n, err := strict.Parse(name+".yaml (built in)", []byte(BuiltInText(name)))
	if err != nil {
		panic("task: a built-in definition cannot be read")
	}
	return n
}
