package plan_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/plan"
)

// fuzzLimit is how long reading a definition and drawing three of its trials
// may take, on a machine that is busy otherwise.
const fuzzLimit = 20 * time.Second

// Whatever the text, reading it ends soon and without a panic, and what is read
// without a mistake draws trials and judges them, or says why not.
func FuzzDefinition(f *testing.F) {
	timing := regexp.MustCompile(`(?m)^dt:`)
	section := regexp.MustCompile(`(?s)^.*?\ntask:\n(.*?)(\n[a-z].*)?$`)
	for _, pattern := range []string{
		"../definitions/*.yaml", "../../../configs/*.yaml", "../../../configs/tasks/*.yaml", "../../../cmd/psychrnn/testdata/mistakes/*.yaml", "testdata/definitions/*.yaml",
	} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, name := range files {
			content, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			text := string(content)
			if m := section.FindStringSubmatch("\n" + text); m != nil { // a definition in an experiment
				text = regexp.MustCompile(`(?m)^  `).ReplaceAllString(m[1], "")
			}
			f.Add(text)
			if !timing.MatchString(text) {
				f.Add("dt: 10\ntau: 100\nT: 200\nN_batch: 2\n" + text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		endure(t, text)
	})
}

// endure reads a definition, draws some trials and judges them.
func endure(t *testing.T, text string) {
	began := time.Now()
	defer func() {
		if took := time.Since(began); took > fuzzLimit {
			t.Errorf("took %v:\n%s", took, text)
		}
	}()
	c, err := plan.FromText(text)
	if err != nil {
		return
	}
	source := draw.New(c, random.NewKey(1), kernel.Plain[float64](), nil)
	steps, i, o := source.Shape()
	if steps*(i+o) > 1e5 {
		return
	}
	trials := model.NewTrials[float64](3, steps, i, o)
	if source.Trials(trials, task.Train) == nil {
		source.Correct(make([]bool, 3), trials, trials.Y)
		if _, err := draw.PeriodsOf(c, trials); err != nil {
			t.Error(err)
		}
	}
	for _, name := range c.Names {
		_, _ = draw.FactorOf(c, name, 0) // an error tells why it cannot be run through
	}
}
