package main

import (
	"fmt"
	"io"

	"psychrnn/internal/run"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
)

// printTest prints how a network did on its test trials.
func printTest(to io.Writer, asJSON bool, e train.Evaluation, folder string) error {
	low, high := task.Wilson(e.Correct, e.Trials)
	if asJSON {
		text, err := run.JSON(map[string]any{
			"trials": e.Trials, "loss": e.Loss, "accuracy": e.Accuracy(), "accuracy_low": low, "accuracy_high": high, "folder": folder,
		})
		if err == nil {
			_, err = to.Write(text)
		}
		return err
	}
	_, err := fmt.Fprintf(to, "Test on %d trials: loss %.6f, accuracy %.4f (95 %% interval %.4f to %.4f)\nResults: %s\n",
		e.Trials, e.Loss, e.Accuracy(), low, high, folder)
	return err
}
