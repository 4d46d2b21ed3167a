// Package progress shows how far training, or anything else that takes long, has come:
// as a bar on a terminal, in the original's lines, or as JSON. Nobody waits for who
// looks at it.
package progress

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vbauerster/cupwriter"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"psychrnn/internal/train"
	"psychrnn/internal/visible"
)

// Display shows how training goes.
type Display interface {
	train.Observer
	Begin(at train.Progress) // where training stands when it begins or goes on
	Saved(what, path string) // an output was written
	Finished()               // training came to its end
	Close()                  // nothing more will be shown
}

// Silent shows nothing.
type Silent struct{}

// Observe goes on.
func (Silent) Observe(train.Event) (train.Action, error) { return train.Continue, nil }

// Begin says nothing.
func (Silent) Begin(train.Progress) {}

// Saved says nothing.
func (Silent) Saved(string, string) {}

// Finished says nothing.
func (Silent) Finished() {}

// Close does nothing.
func (Silent) Close() {}

// Lines prints the original's lines.
type Lines struct {
	Silent
	To     io.Writer
	Stages int // of the curriculum; 0: there is none
}

// Begin prints the stage, as it is printed when the next one begins.
func (p Lines) Begin(at train.Progress) {
	if p.Stages > 0 {
		fmt.Fprintf(p.To, "Stage %d\n", at.Stage)
	}
}

// Observe prints what was evaluated or measured.
func (p Lines) Observe(e train.Event) (train.Action, error) {
	switch e.What {
	case train.Evaluated:
		fmt.Fprintf(p.To, "Iter %d, Minibatch Loss= %.6f\n", e.Trials, e.Loss.Total())
	case train.Metric:
		fmt.Fprintf(p.To, "Accuracy: %s\n", fraction(e.Value))
	case train.NextStage:
		fmt.Fprintf(p.To, "Stage %d\n", e.Stage)
	case train.Performance:
		fmt.Fprintf(p.To, "performance: %s\n", fraction(e.Value))
	}
	return train.Continue, nil
}

// fraction writes a number as the original does: 1.0, not 1.
func fraction(x float64) string {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if x == math.Trunc(x) {
		text += ".0"
	}
	return text
}

// Saved prints where.
func (p Lines) Saved(what, path string) {
	fmt.Fprintf(p.To, "%s saved in file: %s\n", what, visible.Line(path))
}

// Finished prints the original's last line.
func (p Lines) Finished() { fmt.Fprintln(p.To, "Optimization finished!") }

// JSONLines prints one JSON object a line.
type JSONLines struct {
	Silent
	To     io.Writer
	Stages int // of the curriculum; 0: there is none
}

// Begin prints an object for the stage.
func (j JSONLines) Begin(at train.Progress) {
	if j.Stages > 0 {
		j.line(map[string]any{"event": "stage", "update": at.Update, "trials": at.Trials, "stage": at.Stage})
	}
}

// Observe prints an object for what was evaluated or measured.
func (j JSONLines) Observe(e train.Event) (train.Action, error) {
	line := map[string]any{"update": e.Update, "trials": e.Trials}
	if j.Stages > 0 {
		line["stage"] = e.Stage
	}
	switch e.What {
	case train.Evaluated:
		line["event"] = "loss"
		line["loss"], line["regularization"] = visible.Number(e.Loss.Loss), visible.Number(e.Loss.Regularization)
		line["gradient_norm"] = visible.Number(e.GradNorm)
	case train.Metric:
		line["event"], line["accuracy"] = "accuracy", visible.Number(e.Value)
	case train.NextStage:
		line["event"] = "stage"
	case train.Performance:
		line["event"], line["performance"] = "performance", visible.Number(e.Value)
	default:
		return train.Continue, nil
	}
	j.line(line)
	return train.Continue, nil
}

// Saved prints an object.
func (j JSONLines) Saved(what, path string) {
	j.line(map[string]any{"event": "saved", "what": what, "path": path})
}

// Finished prints the last object.
func (j JSONLines) Finished() { j.line(map[string]any{"event": "finished"}) }

func (j JSONLines) line(v map[string]any) {
	if text, err := visible.JSON(v, false); err == nil {
		fmt.Fprintf(j.To, "%s", text)
	}
}

// Bar is a progress bar on a terminal.
type Bar struct {
	Silent
	container *mpb.Progress
	bar       *mpb.Bar
	began     time.Time
	from, all int64 // trials that were trained on before, and in the end
	stages    int   // of the curriculum; 0: there is none
	mutex     sync.Mutex
	texts     [3]string // behind the bar: loss, stage, accuracy; they are read while it is drawn
}

// NewBar returns a bar for so many trials, or other units, of which some are done,
// through the stages of a curriculum, if it has any.
func NewBar(to io.Writer, done, all int, unit string, stages int) *Bar {
	console := cupwriter.New(to, false)
	if f, ok := to.(interface{ Fd() uintptr }); ok {
		console.SetTermFd(int(f.Fd()))
	}
	b := &Bar{container: mpb.New(mpb.WithConsoleWriter(console), mpb.WithAutoRefresh()), began: time.Now(), from: int64(done), all: int64(all), stages: stages}
	b.bar = b.container.AddBar(b.all,
		mpb.PrependDecorators(decor.CountersNoUnit("%d / %d "+unit+" ")),
		mpb.AppendDecorators(
			decor.Any(func(s decor.Statistics) string {
				b.mutex.Lock()
				defer b.mutex.Unlock()
				speed := unit
				if b.texts[1]+b.texts[2] != "" {
					speed = "" // 80 columns have no room for it
				}
				return pace(s.Current-b.from, s.Total-b.from, speed, time.Since(b.began)) + strings.Join(b.texts[:], "")
			})))
	b.bar.SetCurrent(b.from)
	return b
}

// Begin shows the stage.
func (b *Bar) Begin(at train.Progress) {
	if b.stages > 0 {
		b.put(1, ", stage %d/%d", at.Stage, b.stages)
	}
}

// put changes one of the texts behind the bar.
func (b *Bar) put(k int, format string, a ...any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.texts[k] = fmt.Sprintf(format, a...)
}

// pace says how fast it goes, if there is a unit, and how long the rest will take.
func pace(done, all int64, unit string, elapsed time.Duration) string {
	if done == 0 || elapsed <= 0 {
		return ""
	}
	speed := float64(done) / elapsed.Seconds()
	left := Seconds(float64(all-done) / speed).Round(time.Second)
	if unit == "" {
		return fmt.Sprintf(" %v left", left)
	}
	return fmt.Sprintf(" %.0f %s/s, %v left", speed, unit, left)
}

// Observe moves the bar.
func (b *Bar) Observe(e train.Event) (train.Action, error) {
	switch e.What {
	case train.Evaluated:
		b.put(0, ", loss %.6f", e.Loss.Total())
	case train.Metric, train.Performance:
		b.put(2, ", accuracy %.4f", e.Value)
	case train.NextStage:
		b.Begin(e.Progress)
	case train.Updated:
		b.Count(e.Trials)
	}
	return train.Continue, nil
}

// Count moves the bar.
func (b *Bar) Count(done int) {
	b.bar.SetCurrent(min(int64(done), b.all)) // the last batch may go beyond
}

// Close leaves the bar as it stands.
func (b *Bar) Close() {
	b.bar.Abort(false)
	b.container.Wait()
}
