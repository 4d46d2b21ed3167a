//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"psychrnn/configs"
	"psychrnn/internal/experiment"
	"psychrnn/internal/ui"
)

// Every experiment in the documents is read and every command run, in their
// order and in one folder for each document. Trainings are cut short.
func TestDocuments(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, name := range append(documents, "../../README.md") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			folder, count := t.TempDir(), 0
			for _, b := range blocks(read(t, name)) {
				switch b.language {
				case "yaml":
					readBlock(t, b)
				case "sh":
					runBlock(t, b, folder)
				default:
					continue
				}
				count++
			}
			t.Logf("%d blocks", count)
		})
	}
}

// block is what stands between fences.
type block struct {
	language, text string
	line           int // of the first fence
}

func blocks(document string) (list []block) {
	open := false
	for k, line := range strings.SplitAfter(document, "\n") {
		language, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && !open:
			list = append(list, block{language: strings.TrimSpace(language), line: k + 1})
			open = true
		case fence:
			open = false
		case open:
			list[len(list)-1].text += line
		}
	}
	return list
}

// part begins a block that is no experiment by itself but changes Hello World.
const part = "# part of an experiment\n"

func readBlock(t *testing.T, b block) {
	text := b.text
	if strings.HasPrefix(text, part) {
		text = "extends: hello.yaml\n" + text
	}
	files := func(name string) ([]byte, error) {
		if name == "block.yaml" {
			return []byte(text), nil
		}
		if name == "trials.npz" {
			var content bytes.Buffer
			err := makeTrials(1, 3).Write(&content)
			return content.Bytes(), err
		}
		return configs.Files.ReadFile(name)
	}
	if _, err := experiment.Load(files, "block.yaml", nil); err != nil {
		t.Errorf("the block in line %d: %v", b.line, err)
	}
}

// Lines that start so are for other programs.
var foreign = regexp.MustCompile(`^((CGO_ENABLED=0 )?go (build|install|test)|git|cd|#) `)

func runBlock(t *testing.T, b block, folder string) {
	for line := range strings.Lines(strings.ReplaceAll(b.text, "\\\n", " ")) {
		line = strings.TrimSpace(line)
		if line == "" || foreign.MatchString(line) {
			continue
		}
		command := shortened(line)
		if !strings.HasPrefix(command, "psychrnn ") {
			t.Errorf("the block in line %d: neither run nor known to be for another program: %s", b.line, line)
			continue
		}
		c := exec.Command("sh", "-ec", command)
		c.Dir = folder
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("the block in line %d: %s: %v\n%s", b.line, command, err, out)
		}
	}
}

var trainings = regexp.MustCompile(`psychrnn train\b[^|>]*`)

// shortened is a line that runs the program under test, and no long training.
func shortened(line string) string {
	line = strings.ReplaceAll(line, "go run ./cmd/psychrnn", "psychrnn")
	line = strings.ReplaceAll(line, "./psychrnn ", "psychrnn ")
	return trainings.ReplaceAllStringFunc(line, func(command string) string {
		for _, setting := range []string{"train.training_iters=256", "test.trials=20"} {
			if key, _, _ := strings.Cut(setting, "="); !strings.Contains(command, key) {
				command = strings.TrimRight(command, " ") + " --set " + setting + " "
			}
		}
		return command
	})
}

func TestShortened(t *testing.T) {
	for line, want := range map[string]string{
		"go run ./cmd/psychrnn train":        "psychrnn train --set train.training_iters=256 --set test.trials=20 ",
		"psychrnn example x > x.yaml":        "psychrnn example x > x.yaml",
		"psychrnn train -c a > log":          "psychrnn train -c a --set train.training_iters=256 --set test.trials=20 > log",
		"psychrnn train --set test.trials=5": "psychrnn train --set test.trials=5 --set train.training_iters=256 ",
	} {
		if got := shortened(line); got != want {
			t.Errorf("%s became %s", line, got)
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]*)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	dropped = regexp.MustCompile(`[^\w\- ]`)
)

// Every link in the documents leads to a file that is there, and to a heading
// that it has.
func TestLinks(t *testing.T) {
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(documents, "../../README.md", "../../ARCHITECTURE.md", "../../CONTRIBUTING.md") {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			path, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			target := name
			if path != "" {
				target = filepath.Join(filepath.Dir(name), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s: %v", name, m[1], err)
			} else if anchor != "" && !slices.Contains(anchors(read(t, target)), anchor) {
				t.Errorf("%s: %s: no such heading", name, m[1])
			}
		}
	}
}

// What the code says of the original stands in docs/original.md: a section that a
// comment cites is there.
func TestSectionsOfTheOriginal(t *testing.T) {
	t.Parallel()
	sections := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^##+ ([0-9](?:\.[0-9])?)\.? `).FindAllStringSubmatch(read(t, "../../docs/original.md"), -1) {
		sections[found[1]] = true
	}
	cited := 0
	citation := regexp.MustCompile(`\boriginal ((?:[0-9](?:\.[0-9])?(?:, )?)+)`)
	err := filepath.WalkDir("../../internal", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		for _, found := range citation.FindAllStringSubmatch(read(t, path), -1) {
			for _, section := range strings.Split(strings.TrimSuffix(found[1], ", "), ", ") {
				if cited++; !sections[section] {
					t.Errorf("%s cites section %s, which docs/original.md does not have", path, section)
				}
			}
		}
		return nil
	})
	if err != nil || cited < 20 {
		t.Errorf("%d citations: %v", cited, err)
	}
}

// anchors are the names that GitHub gives to the headings of a document.
func anchors(document string) (list []string) {
	for _, m := range heading.FindAllStringSubmatch(document, -1) {
		list = append(list, strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return list
}

var variables = regexp.MustCompile(`PSYCHRNN_[A-Z_]+`)

// The documents tell every variable of the environment that the program reads,
// and no other.
func TestVariablesAreTold(t *testing.T) {
	known := map[string]bool{variable("kernel"): true}
	root := newRoot(ui.Streams{})
	for _, c := range subcommands(root) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Annotations[fromEnvironment] != nil {
				known[variable(f.Name)] = true
			}
		})
	}
	told := map[string]bool{}
	for _, name := range variables.FindAllString(read(t, "../../docs/first-steps.md"), -1) {
		told[name] = true
	}
	if diff := cmp.Diff(known, told); diff != "" {
		t.Errorf("(- read by the program, + told in docs/first-steps.md):\n%s", diff)
	}
}
