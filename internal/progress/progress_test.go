package progress

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"psychrnn/internal/grad"
	"psychrnn/internal/train"

	"github.com/google/go-cmp/cmp"
)

// show tells an observer of three updates of 128 trials.
func show(p Display) {
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
	show(NewBar(&screen, 0, 300, "trials", 0)) // the last batch goes beyond
	for _, want := range []string{"300 / 300 trials", "trials/s", "loss 0.208333"} {
		if !strings.Contains(screen.String(), want) {
			t.Errorf("no %q on the bar: %q", want, screen.String())
		}
	}
}

func TestPlain(t *testing.T) {
	var out bytes.Buffer
	show(Lines{To: &out})
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

// Of a curriculum the stage is shown from the start, and what was measured last.
func TestStagesShown(t *testing.T) {
	var screen, plain, lines bytes.Buffer
	for _, p := range []Display{NewBar(&screen, 0, 300, "trials", 3), Lines{To: &plain, Stages: 3}, JSONLines{To: &lines, Stages: 3}} {
		p.Begin(train.Progress{Stage: 1})
		at := train.Progress{Update: 10, Trials: 300, Stage: 1, Loss: &grad.Value{Loss: 0.5}}
		for _, e := range []train.Event{
			{What: train.Evaluated, Progress: at}, {What: train.Metric, Progress: at, Value: 0.8125},
			{What: train.NextStage, Progress: train.Progress{Update: 10, Trials: 300, Stage: 2}}, {What: train.Updated, Progress: at},
		} {
			_, _ = p.Observe(e)
		}
		p.Close()
	}
	if want := ", loss 0.500000, stage 2/3, accuracy 0.8125"; !strings.Contains(screen.String(), want) {
		t.Errorf("no %q on the bar: %q", want, screen.String())
	}
	if want := "Stage 1\nIter 300, Minibatch Loss= 0.500000\nAccuracy: 0.8125\nStage 2\n"; plain.String() != want {
		t.Errorf("%q, want %q", plain.String(), want)
	}
	var got []any
	for line := range strings.Lines(lines.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		got = append(got, v["event"], v["stage"], v["accuracy"])
	}
	same(t, "lines", []any{"stage", 1.0, nil, "loss", 1.0, nil, "accuracy", 1.0, 0.8125, "stage", 2.0, nil}, got)
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (- wanted, + got):\n%s", what, diff)
	}
}
