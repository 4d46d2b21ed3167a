package main

import (
	"path/filepath"
	"testing"

	"psychrnn/internal/fault"

	"go.uber.org/goleak"
)

// No goroutine is left after a run, however it ended.
func TestNoGoroutineLeft(t *testing.T) {
	file := write(t, "small.yaml", small)
	for name, c := range map[string]struct {
		status int
		args   []string
	}{
		"finished":    {0, nil},
		"curriculum":  {0, []string{"--set", "curriculum={metric_epoch: 2, stages: [{threshold: 0}, {threshold: 0}]}"}},
		"interrupted": {fault.Interrupted, []string{"--stop-after", "1ms", "--set", "train.training_iters=10000000"}},
		"diverged":    {fault.Diverged, []string{"--set", "train.learning_rate=1e30"}},
		"unwritten":   {fault.File, []string{"--set", "train.training_weights_path=../small.yaml/w"}},
		"program":     {0, asking("addressed")},
		"died":        {fault.Failed, asking("dies", "train.training_iters=4000")},
		"not found":   {fault.Usage, asking("dies", "task.command=[no-such-program]")},
		"refused":     {fault.Usage, []string{"--set", "train.lernrate=1"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			args := append([]string{"train", "-c", file, "-o", filepath.Join(filepath.Dir(file), name)}, c.args...)
			for range 2 { // and when it goes on
				if o := invoke(args...); o.status != c.status {
					t.Errorf("status %d, want %d\n%s", o.status, c.status, o.stderr)
				}
				goleak.VerifyNone(t, before)
				args = append(args, "--resume")
			}
		})
	}
}
