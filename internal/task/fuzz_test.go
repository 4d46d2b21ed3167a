package task

import (
	"os"
	"path/filepath"
	"testing"
"time"
"runtime"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Whatever the text, reading it ends without a panic, and what is read without
// a mistake draws trials, or says why not.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"definitions/*.yaml", "../../configs/tasks/*.yaml", "../../cmd/psychrnn/testdata/mistakes/task*.yaml", "testdata/seeds/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
			if pattern == "definitions/*.yaml" {
				f.Add("dt: 10\ntau: 100\nT: 200\nN_batch: 2\n" + string(text))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		timer := time.AfterFunc(2*time.Second, func() { os.WriteFile("/tmp/tk/slow.yaml", []byte(text), 0o644); buf := make([]byte, 1<<20); os.WriteFile("/tmp/tk/slow.txt", buf[:runtime.Stack(buf, true)], 0o644) })
		defer timer.Stop()
		c, err := Parse(text)
		if err != nil || c.plan.steps*(c.plan.in.n+c.plan.out.n) > 1e5 {
			return
		}
		source, err := New(c, kernel.NewKey(1), kernel.Plain[float64]())
		if err != nil {
			t.Fatal(err)
		}
		steps, i, o := source.Shape()
		trials := model.NewTrials[float64](3, steps, i, o)
		if source.Trials(trials, Train) == nil {
			source.Correct(make([]bool, 3), trials, trials.Y)
		}
	})
}
