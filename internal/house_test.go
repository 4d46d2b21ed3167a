package internal_test

// These tests keep the house easy to walk through: packages stay small, every
// file says what it is, a name means one thing everywhere, and what is exported
// by a numerical package says what it computes.

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// largest is how many lines of code, blank lines and comments apart, a package
// of the product may have. A larger one is two packages.
const largest = 2000

// large are the packages that are one thing in spite of their size.
var large = []string{"internal/kernel"}

// oneMeaning are the names of functions and types that stand in several packages
// because they mean the same in each, with what that is. A name that would mean
// something else in the second package gets a better one.
var oneMeaning = map[string]string{
	"Config":      "what an experiment file says about the package",
	"New":         "makes what the package is named after",
	"Kind":        "what a node of YAML is: a mapping, a sequence, a scalar",
	"Parse":       "reads a text in the package's language",
	"ParseFlag":   "reads YAML that is the value of a flag",
	"Error":       "the package's own error",
	"ReadArrays":  "reads a file of arrays within the memory that is left for it",
	"ReadWeights": "reads a weight file within the memory that is left for it",
}

// sameFile are names of files that stand in several packages, with what each is there.
var sameFile = map[string]string{
	"doc.go":      "what the package is",
	"config.go":   "what an experiment file says about the package",
	"ablate.go":   "the command ablate: flags, work and report",
	"check.go":    "the command check: flags, work and report",
	"inspect.go":  "the command inspect: flags and report",
	"simulate.go": "the command simulate: flags and work",
	"test.go":     "the command test: flags and report",
}

// sourceFile is a file of the product with its folder.
type sourceFile struct {
	*ast.File
	room, name string
	text       []byte
}

// product is every file of the program: no tests, nothing that only tests import.
func product(t *testing.T) (*token.FileSet, []sourceFile) {
	t.Helper()
	fset, files := token.NewFileSet(), []sourceFile(nil)
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(path string, entry os.DirEntry, err error) error {
			room := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), ".."+string(filepath.Separator)))
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || slices.ContainsFunc(notProduct, func(p string) bool { return under(room, p) }) {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			parsed, err := parser.ParseFile(fset, path, text, parser.ParseComments)
			files = append(files, sourceFile{parsed, room, entry.Name(), text})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 100 {
		t.Fatalf("only %d files were found", len(files))
	}
	return fset, files
}

// notProduct are folders of tests and generators.
var notProduct = []string{"internal/hostile", "internal/disk/disktest", "internal/experiment/experimenttest", "internal/sim/simtest", "internal/npz/npztest", "internal/kernel/avo", "internal/interop"}

// codeLines counts the lines that are neither blank nor part of a comment.
func codeLines(fset *token.FileSet, f sourceFile) int {
	code := map[int]bool{}
	for k, line := range strings.Split(string(f.text), "\n") {
		code[k+1] = strings.TrimSpace(line) != ""
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			from, to := fset.Position(c.Pos()), fset.Position(c.End())
			for line := from.Line; line <= to.Line; line++ {
				if line > from.Line || strings.TrimSpace(strings.Split(string(f.text), "\n")[line-1][:from.Column-1]) == "" {
					code[line] = false
				}
			}
		}
	}
	n := 0
	for _, is := range code {
		if is {
			n++
		}
	}
	return n
}

func TestHousePackagesAreSmall(t *testing.T) {
	fset, files := product(t)
	lines, total := map[string]int{}, 0
	for _, f := range files {
		n := codeLines(fset, f)
		lines[f.room] += n
		total += n
	}
	for _, room := range slices.Sorted(maps.Keys(lines)) {
		t.Logf("%5d %s", lines[room], room)
		if lines[room] > largest && !slices.Contains(large, room) {
			t.Errorf("%s has %d lines of code, more than %d: make two packages of it, or less code", room, lines[room], largest)
		}
	}
	t.Logf("%5d in all", total)
}

// Every file opens with what it is and the rules it keeps, or is named after the
// only thing in it, whose comment says so.
func TestHouseFilesSayWhatTheyAre(t *testing.T) {
	_, files := product(t)
	for _, f := range files {
		if !opens(f) {
			t.Errorf("%s/%s says nothing of itself before its first declaration", f.room, f.name)
		}
	}
}

func opens(f sourceFile) bool {
	first := slices.IndexFunc(f.Decls, func(d ast.Decl) bool {
		g, is := d.(*ast.GenDecl)
		return !is || g.Tok != token.IMPORT
	})
	if f.Doc != nil || ast.IsGenerated(f.File) || first < 0 {
		return f.Doc != nil || ast.IsGenerated(f.File)
	}
	doc := docOf(f.Decls[first])
	for _, c := range f.Comments {
		if c != doc && c.End() < f.Decls[first].Pos() && !strings.HasPrefix(c.List[0].Text, "//go:") {
			return true
		}
	}
	return false
}

func docOf(d ast.Decl) *ast.CommentGroup {
	if f, is := d.(*ast.FuncDecl); is {
		return f.Doc
	}
	return d.(*ast.GenDecl).Doc
}

// A name of a type, a function or a file means one thing in all packages.
func TestHouseNamesMeanOneThing(t *testing.T) {
	_, files := product(t)
	names, fileNames := map[string]map[string]bool{}, map[string]map[string]bool{}
	note := func(m map[string]map[string]bool, name, room string) {
		if m[name] == nil {
			m[name] = map[string]bool{}
		}
		m[name][room] = true
	}
	for _, f := range files {
		note(fileNames, f.name, f.room)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name != "init" && d.Name.Name != "main" {
					note(names, d.Name.Name, f.room)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, is := s.(*ast.TypeSpec); is {
						note(names, s.Name.Name, f.room)
					}
				}
			}
		}
	}
	check := func(m map[string]map[string]bool, allowed map[string]string, table, what string) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if _, known := allowed[name]; len(m[name]) > 1 && !known {
				t.Errorf("%s %s is in %s: rename all but one, or if it means the same, enter it into %s in house_test.go", what, name, strings.Join(slices.Sorted(maps.Keys(m[name])), ", "), table)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(allowed)) {
			if len(m[name]) < 2 {
				t.Errorf("the table explains %s, which is in no two packages", name)
			}
		}
	}
	check(names, oneMeaning, "oneMeaning", "the name")
	check(fileNames, sameFile, "sameFile", "the file")
}

// shape is how a comment tells the size of an array.
var shape = regexp.MustCompile(`\([a-zA-Z0-9+*·|' ]+(, ?[a-zA-Z0-9+*·|' ]+)+\)|\(([a-z]|len,|[A-Z][A-Za-z]*|units|trials)\)|\bof the layout\b|\b(length|long|shape|shapes|elements?|one number|numbers|each|every|per|all|one for|of the size)\b`)

// What a numerical package exports says what it is; where it takes or gives
// arrays of numbers, also of which shape.
func TestHouseNumericalNamesAreExplained(t *testing.T) {
	_, files := product(t)
	for _, f := range files {
		if !slices.Contains(numerical, f.room) {
			continue
		}
		for _, d := range f.Decls {
			for name, why := range unexplained(d) {
				t.Errorf("%s/%s: %s %s", f.room, f.name, name, why)
			}
		}
	}
}

func unexplained(d ast.Decl) map[string]string {
	missing := map[string]string{}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if !d.Name.IsExported() || d.Recv != nil && !ast.IsExported(receiver(d)) {
			break
		}
		switch text := d.Doc.Text(); {
		case text == "" && !idioms[d.Name.Name]:
			missing[d.Name.Name] = "has no comment"
		case text != "" && takesArrays(d.Type) && !shape.MatchString(text):
			missing[d.Name.Name] = "does not tell the shapes of its arrays"
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
					missing[s.Name.Name] = "has no comment"
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						missing[name.Name] = "has no comment"
					}
				}
			}
		}
	}
	return missing
}

// idioms are methods of interfaces that every reader of Go knows.
var idioms = map[string]bool{"String": true, "Error": true, "Unwrap": true, "Len": true, "Close": true, "Read": true, "Write": true, "Is": true, "As": true}

func receiver(d *ast.FuncDecl) string {
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			panic(fmt.Sprintf("a receiver is a %T", e))
		}
	}
}

// takesArrays says whether a function takes or gives []F or []float64.
func takesArrays(f *ast.FuncType) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if a, is := n.(*ast.ArrayType); is {
			if id, is := a.Elt.(*ast.Ident); is && (id.Name == "F" || id.Name == "float64" || id.Name == "float32") {
				found = true
			}
		}
		return true
	})
	return found
}

// pathIn finds paths of this repository in a text.
var pathIn = regexp.MustCompile(`\b(internal|cmd)/[a-z0-9_/]+(\.go)?\b`)

// Documents, scripts and settings name files and packages that exist, and the
// measurements packages that have a benchmark.
func TestHousePathsExist(t *testing.T) {
	var texts []string
	for _, pattern := range []string{"*.md", "docs/*.md", ".ci/*", "bench/*.py", ".golangci.yml"} {
		found, err := filepath.Glob(filepath.Join("..", pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v %v", pattern, found, err)
		}
		texts = append(texts, found...)
	}
	for _, file := range texts {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range pathIn.FindAllString(string(text), -1) {
			if _, err := os.Stat(filepath.Join("..", path)); err != nil {
				t.Errorf("%s names %s: %v", file, path, err)
			} else if strings.Contains(file, "bench") && !hasBenchmark(t, path) {
				t.Errorf("%s measures %s, which has no benchmark", file, path)
			}
		}
	}
}

func hasBenchmark(t *testing.T, room string) bool {
	t.Helper()
	tests, err := filepath.Glob(filepath.Join("..", room, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(tests, func(file string) bool {
		text, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(text), "\nfunc Benchmark")
	})
}

// The linter knows the same numerical packages as the test of imports.
func TestHouseLinterKnowsNumericalPackages(t *testing.T) {
	text, err := os.ReadFile("../.golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`internal/\{([a-z,/]+)\}`).FindSubmatch(text)
	if list == nil {
		t.Fatal("the linter's settings list no packages")
	}
	var rooms []string
	for _, name := range strings.Split(string(list[1]), ",") {
		rooms = append(rooms, "internal/"+name)
	}
	for _, room := range numerical {
		if !slices.Contains(rooms, room) {
			t.Errorf("%s is numerical, but not in the list of .golangci.yml", room)
		}
	}
}

// goName finds names of Go in a document, such as model.Pack.
var goName = regexp.MustCompile("`([a-z]+)\\.([A-Z]\\w*)")

// Names of Go in ARCHITECTURE.md and CONTRIBUTING.md exist.
func TestHouseNamesInDocumentsExist(t *testing.T) {
	_, files := product(t)
	declared := map[string]bool{}
	packages := map[string]bool{}
	for _, f := range files {
		packages[f.Name.Name] = true
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch d := n.(type) {
			case *ast.FuncDecl:
				declared[f.Name.Name+"."+d.Name.Name] = d.Recv == nil || declared[f.Name.Name+"."+d.Name.Name]
				return false
			case *ast.TypeSpec:
				declared[f.Name.Name+"."+d.Name.Name] = true
			case *ast.ValueSpec:
				for _, name := range d.Names {
					declared[f.Name.Name+"."+name.Name] = true
				}
			}
			return true
		})
	}
	for _, document := range []string{"../ARCHITECTURE.md", "../CONTRIBUTING.md"} {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range goName.FindAllSubmatch(text, -1) {
			if full := string(name[1]) + "." + string(name[2]); packages[string(name[1])] && !declared[full] {
				t.Errorf("%s tells of %s, which does not exist", document, full)
			}
		}
	}
}
