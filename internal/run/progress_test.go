package run

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"psychrnn/internal/grad"
	"psychrnn/internal/train"
)

// show tells an observer of three updates of 128 trials.
func show(p Progress) {
	for k := 1; k <= 3; k++ {
		at := train.Progress{Update: k, Trials: 128 * k, GradNorm: 0.5}
		if k != 2 {
			at.Loss = &grad.Value{Loss: 0.25 / float64(k), Regularization: 0.125}
			_, _ = p.Observe(train.Event{What: train.Evaluated, Progress: at})
		}
		_, _ = p.Observe(train.Event{What: train.Updated, Progress: at})
	}
	p.Close()
	p.Finished()
}

func TestPace(t *testing.T) {
	for _, c := range []struct {
		done    int64
		elapsed time.Duration
		want    string
	}{
		{0, time.Second, ""},
		{1000, 0, ""},
		{1000, 2 * time.Second, " 500 trials/s, 8s left"},
		{5000, time.Hour, " 1 trials/s, 0s left"},
	} {
		if got := pace(c.done, 5000, "trials", c.elapsed); got != c.want {
			t.Errorf("%d trials in %v: %q, want %q", c.done, c.elapsed, got, c.want)
		}
	}
}

// On a terminal: what is asked of a bar is on it.
func TestBar(t *testing.T) {
	var screen bytes.Buffer
	show(NewBar(&screen, 0, 300, "trials")) // the last batch goes beyond
	for _, want := range []string{"300 / 300 trials", "trials/s", "loss 0.208333"} {
		if !strings.Contains(screen.String(), want) {
			t.Errorf("no %q on the bar: %q", want, screen.String())
		}
	}
}

func TestPlain(t *testing.T) {
	var out bytes.Buffer
	show(Plain{To: &out})
	want := "Iter 128, Minibatch Loss= 0.375000\nIter 384, Minibatch Loss= 0.208333\nOptimization finished!\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestJSONLines(t *testing.T) {
	var out bytes.Buffer
	j := JSONLines{To: &out}
	show(j)
	_, _ = j.Observe(train.Event{What: train.Evaluated, Progress: train.Progress{Loss: &grad.Value{Loss: math.Inf(1)}}})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines: %s", len(lines), out.String())
	}
	for _, line := range lines {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestLosses(t *testing.T) {
	var losses []train.Progress
	for k := 1; k <= 2; k++ {
		losses = append(losses, train.Progress{Update: k, Trials: 8 * k, Stage: k - 1, GradNorm: 1e-7, Loss: &grad.Value{Loss: 1.0 / 3, Regularization: 2}})
	}
	want := "update,trials,loss,regularization,gradient_norm,stage\n1,8,0.3333333333333333,2,1e-07,0\n2,16,0.3333333333333333,2,1e-07,1\n"
	if got := string(LossTable(losses)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
