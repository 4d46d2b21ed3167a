package run

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"psychrnn/internal/train"
)

// Progress shows how training goes.
type Progress interface {
	train.Observer
	Finished() // training came to its end
	Close()    // nothing more will be shown
}

// Silent shows nothing.
type Silent struct{}

// AfterUpdate goes on.
func (Silent) AfterUpdate(train.Progress) train.Action { return train.Continue }

// Finished says nothing.
func (Silent) Finished() {}

// Close does nothing.
func (Silent) Close() {}

// Plain prints the original's lines.
type Plain struct {
	Silent
	To io.Writer
}

// AfterUpdate prints a line where the loss was evaluated.
func (p Plain) AfterUpdate(at train.Progress) train.Action {
	if at.Loss != nil {
		fmt.Fprintf(p.To, "Iter %d, Minibatch Loss= %.6f\n", at.Trials, at.Loss.Total())
	}
	return train.Continue
}

// Finished prints the original's last line.
func (p Plain) Finished() { fmt.Fprintln(p.To, "Optimization finished!") }

// JSONLines prints one JSON object a line.
type JSONLines struct {
	Silent
	To io.Writer
}

// AfterUpdate prints an object where the loss was evaluated.
func (j JSONLines) AfterUpdate(at train.Progress) train.Action {
	if at.Loss != nil {
		j.line(map[string]any{
			"event": "loss", "update": at.Update, "trials": at.Trials,
			"loss": Number(at.Loss.Loss), "regularization": Number(at.Loss.Regularization), "gradient_norm": Number(at.GradNorm),
		})
	}
	return train.Continue
}

// Finished prints the last object.
func (j JSONLines) Finished() { j.line(map[string]any{"event": "finished"}) }

func (j JSONLines) line(v map[string]any) {
	if text, err := JSON(v, false); err == nil {
		fmt.Fprintf(j.To, "%s", text)
	}
}

// Bar is a progress bar on a terminal.
type Bar struct {
	Silent
	container *mpb.Progress
	bar       *mpb.Bar
	began     time.Time
	loss      atomic.Pointer[string] // read while the bar is drawn
}

// NewBar returns a bar for so many updates of batch trials.
func NewBar(to io.Writer, batch, updates int) *Bar {
	b := &Bar{container: mpb.New(mpb.WithOutput(to), mpb.WithAutoRefresh()), began: time.Now()}
	b.loss.Store(new(string))
	b.bar = b.container.AddBar(int64(batch)*int64(updates),
		mpb.PrependDecorators(decor.CountersNoUnit("%d / %d trials ")),
		mpb.AppendDecorators(
			decor.Any(func(s decor.Statistics) string { return pace(s.Current, s.Total, time.Since(b.began)) }),
			decor.Any(func(decor.Statistics) string { return *b.loss.Load() })))
	return b
}

// pace says how fast trials are trained on and how long the rest will take.
func pace(done, all int64, elapsed time.Duration) string {
	if done == 0 || elapsed <= 0 {
		return ""
	}
	speed := float64(done) / elapsed.Seconds()
	left := time.Duration(float64(all-done) / speed * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf(" %.0f trials/s, %v left", speed, left)
}

// AfterUpdate moves the bar.
func (b *Bar) AfterUpdate(at train.Progress) train.Action {
	if at.Loss != nil {
		text := fmt.Sprintf(", loss %.6f", at.Loss.Total())
		b.loss.Store(&text)
	}
	b.bar.SetCurrent(int64(at.Trials))
	return train.Continue
}

// Close leaves the bar as it stands.
func (b *Bar) Close() {
	b.bar.Abort(false)
	b.container.Wait()
}

// Observers is several as one; the strongest action wins.
type Observers []train.Observer

// AfterUpdate tells all of them.
func (o Observers) AfterUpdate(p train.Progress) train.Action {
	action := train.Continue
	for _, each := range o {
		action = max(action, each.AfterUpdate(p))
	}
	return action
}
