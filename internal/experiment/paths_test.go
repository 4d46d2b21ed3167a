package experiment_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psychrnn/internal/experiment"
	"psychrnn/internal/network"
	"psychrnn/internal/strict"
)

// Keys that the program names, in messages or to find what was written, are keys
// that there are: a key that is renamed is renamed everywhere.
func TestNamedKeysExist(t *testing.T) {
	known := map[string]bool{"task.coherence": true, "task.yaml": true} // a variable of an example, and its file
	var sections []string
	for _, k := range strict.Keys(reflect.TypeFor[experiment.Config]()) {
		known[strings.ReplaceAll(k.Path, "[]", "")] = true
		if !strings.Contains(k.Path, ".") {
			sections = append(sections, k.Path)
		}
	}
	for _, name := range network.AllWeightNames() {
		known["initializer."+name] = true
	}
	named := regexp.MustCompile(`(?:^|[^\w./-])((?:` + strings.Join(sections, "|") + `)(?:\.[A-Za-z]\w*)+)`)
	count := 0
	check := func(at token.Position, path string) {
		count++
		for section := path; strings.Contains(section, "."); section = section[:strings.LastIndexByte(section, '.')] {
			if known[section+".*"] {
				return
			}
		}
		if !known[path] {
			t.Errorf("%s names %s, which is no key", at, path)
		}
	}
	files := token.NewFileSet()
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "hostile") || strings.Contains(file, "othernames") {
			return err
		}
		parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				for _, m := range named.FindAllStringSubmatch(n.Value, -1) {
					check(files.Position(n.Pos()), m[1])
				}
			case *ast.CallExpr: // such as a.refuse(text, hint, "initializer", "kind")
				var steps []string
				for _, arg := range n.Args {
					if lit, is := arg.(*ast.BasicLit); is && lit.Kind == token.STRING {
						text, _ := strconv.Unquote(lit.Value)
						if slices.Contains(sections, text) || len(steps) > 0 {
							steps = append(steps, text)
						}
					}
				}
				if method, is := n.Fun.(*ast.SelectorExpr); is && len(steps) > 1 && slices.Contains([]string{"at", "given", "sound", "refuse", "idle", "near", "agree"}, method.Sel.Name) {
					check(files.Position(n.Pos()), strings.Join(steps, "."))
				}
			}
			return true
		})
		return nil
	})
	if err != nil || count < 100 {
		t.Errorf("%d keys are named: %v", count, err)
	}
}
