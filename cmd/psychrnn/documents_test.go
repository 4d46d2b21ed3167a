//go:build unix

package main

import (
	"bytes"

	"psychrnn/configs"

	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"psychrnn/internal/experiment"
)

// Every experiment in the documents is read and every command run, in their
// order and in one folder for each document. Trainings are cut short.
func TestDocuments(t *testing.T) {
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, name := range append(documents, "../../README.md") {
		t.Run(filepath.Base(name), func(t *testing.T) {
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
var foreign = regexp.MustCompile(`^(go (build|install|test)|git|cd|#) `)

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

var training = regexp.MustCompile(`psychrnn train\b[^|>]*`)

// shortened is a line that runs the program under test, and no long training.
func shortened(line string) string {
	line = strings.ReplaceAll(line, "go run ./cmd/psychrnn", "psychrnn")
	line = strings.ReplaceAll(line, "./psychrnn ", "psychrnn ")
	return training.ReplaceAllStringFunc(line, func(command string) string {
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
