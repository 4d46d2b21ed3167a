//go:build slow

package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psychrnn/internal/run"
)

// Hello World trained five times ends where the original does: its last losses
// were 0.0025 to 0.0058, their median 0.0037, its accuracy 1.
func TestSlowHelloWorld(t *testing.T) {
	var losses []float64
	for seed := 1; seed <= 5; seed++ {
		folder := filepath.Join(t.TempDir(), "run")
		succeed(t, "train", "-q", "-o", folder, "--seed", fmt.Sprint(seed))
		loss := lastLoss(t, folder)
		losses = append(losses, loss)
		var metrics run.Metrics
		if err := json.Unmarshal([]byte(read(t, folder, run.MetricsFile)), &metrics); err != nil {
			t.Fatal(err)
		}
		t.Logf("seed %d: last loss %.4f, accuracy %.3f, %.1f s", seed, loss, metrics.Accuracy, metrics.TrainingSeconds)
	}
	slices.Sort(losses)
	t.Logf("ours:         last losses %.4f to %.4f, median %.4f", losses[0], losses[4], losses[2])
	t.Log("the original: last losses 0.0025 to 0.0058, median 0.0037, accuracy 1.000")
	if losses[2] >= 0.01 || losses[4] > 0.03 {
		t.Errorf("the median must be below 0.01 and none above 0.03: %.4f", losses)
	}
}

func lastLoss(t *testing.T, folder string) float64 {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(read(t, folder, run.LossesFile))).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	loss, err := strconv.ParseFloat(rows[len(rows)-1][2], 64)
	if err != nil {
		t.Fatal(err)
	}
	return loss
}
