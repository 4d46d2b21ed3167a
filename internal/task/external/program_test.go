package external

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/task/plan"
)

// heard collects what programs write on standard error.
type heard struct {
	mutex sync.Mutex
	lines []string
}

func (h *heard) say(line string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.lines = append(h.lines, line)
}

func (h *heard) all() []string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return slices.Clone(h.lines)
}

// asking is a task that runs the fake with a habit.
func asking(t *testing.T, habit string) *plan.Plan {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("{kind: command, command: {line: [%q, fake, %q], folder: %q, variables: [number]}, dt: 10, tau: 100, T: 50, N_batch: 4, N_in: 2, N_out: 1, accuracy: \"number >= 0\"}",
		executable, habit, filepath.ToSlash(t.TempDir()))
	c, _, err := loadTask(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run gives the programs, which end with the test and leave nothing.
func run(t *testing.T, p *Programs) *Programs {
	t.Helper()
	before := goleak.IgnoreCurrent()
	p.Permission = Granted()
	t.Cleanup(func() {
		p.Close()
		goleak.VerifyNone(t, before)
	})
	return p
}

func TestProgram(t *testing.T) {
	var h heard
	programs := run(t, &Programs{Say: h.say})
	c := asking(t, "good")
	supply, err := OpenSupply(c, nil, programs, 7, 2, []string{"train", "test"})
	if err != nil {
		t.Fatal(err)
	}
	source := NewTask[float32](c, supply)
	trials := model.NewTrials[float32](2, 5, 2, 1)
	for _, ask := range []struct {
		purpose string
		first   uint64
	}{{"train", 0}, {"performance", 4}, {"train", 4}, {"train", 40}, {"train", 44}} {
		if err := source.Fetch(ask.purpose, ask.first, 0, 4); err != nil {
			t.Fatal(err)
		}
		trials.First = ask.first + 2
		if err := source.Trials(trials, ask.purpose); err != nil {
			t.Fatal(err)
		}
		base := float32(len(ask.purpose)+200) * 1000
		want := []float32{base + float32(trials.First), base + float32(trials.First), base + float32(trials.First) + 1, base + float32(trials.First) + 1}
		if diff := cmp.Diff(want, trials.X[:4]); diff != "" {
			t.Errorf("%v: %s", ask, diff)
		}
		if diff := cmp.Diff([]float64{float64(trials.First), float64(trials.First) + 1}, trials.Variable); diff != "" {
			t.Errorf("%v: %s", ask, diff)
		}
	}
	programs.Close()
	var numbers ledger
	line := func(purpose string, first int, more ...int) string {
		trials := append(more, 4)[0]
		return fmt.Sprintf(`{"number":%d,"purpose":%q,"stage":2,"first":%d,"trials":%d,"seed":7,"batch":%d,"trial":0,"N_batch":4}`, numbers.enter(0), purpose, first, trials, 1+first/4)
	}
	want := []string{
		`{"dt":10,"tau":100,"T":50,"N_batch":4,"N_in":2,"N_out":1}`,
		line("train", 8, 8), line("test", 8, 8), line("train", 0, 5), line("test", 0, 5), line("train", 8, 8), line("test", 8, 8), // whether it is addressed
		line("train", 0), line("train", 4), line("performance", 4), line("train", 8), line("train", 40), line("train", 44), line("train", 48),
	}
	if diff := cmp.Diff(want, h.all()); diff != "" {
		t.Errorf("asked for, in this order: %s", diff)
	}
}

// A program whose trials cannot be found again is asked for nothing ahead, and
// is not there for a run that goes on.
func TestForgetful(t *testing.T) {
	var h heard
	programs := run(t, &Programs{Say: h.say})
	c := asking(t, "forgetful")
	supply, err := OpenSupply(c, nil, programs, 7, 0, []string{"train"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := supply.Batch("train", 0, 0, 4); err != nil {
		t.Fatal(err)
	}
	programs.Close()
	if lines := h.all(); len(lines) != 2 {
		t.Errorf("was asked ahead: %q", lines)
	}
	programs.Resumed = true
	if _, err := OpenSupply(c, nil, programs, 7, 0, []string{"train"}); err == nil || !strings.Contains(err.Error(), "gives other trials every time, so that the run cannot go on") {
		t.Errorf("a run goes on with it: %v", err)
	}
}

// A program that says that it is addressed and is not is found out: it is asked
// for nothing ahead, the user is told, and no run goes on with it.
func TestNotAddressed(t *testing.T) {
	purposes := []string{"train", "performance", "curriculum", "test"}
	for habit, differs := range map[string][2]string{
		"draws on": {"train", "x"}, "counts batches": {"train", "number"}, "draws on in between": {"train", "mask"}, "draws on from the first": {"train", "x"},
		"draws on for performance": {"performance", "x"}, "draws on for curriculum": {"curriculum", "x"}, "draws on for test": {"test", "x"},
	} {
		t.Run(habit, func(t *testing.T) {
			var h, warned heard
			programs := run(t, &Programs{Say: h.say, Warn: func(text, hint string) { warned.say(text) }})
			c := asking(t, habit)
			supply, err := OpenSupply(c, nil, programs, 7, 0, purposes)
			for k := uint64(0); k < 2 && err == nil; k++ {
				_, _, err = supply.Batch("train", 4*k, 0, 4)
			}
			if err != nil {
				t.Fatal(err)
			}
			want := "says that its trials are addressed, but when it was asked for trials 8 to 15 for " + differs[0] + " twice, " + differs[1] + " differed"
			if said := warned.all(); len(said) != 1 || !strings.Contains(said[0], want) {
				t.Errorf("told %q, want %s", said, want)
			}
			if programs.Addressed() {
				t.Error("it is still taken at its word")
			}
			programs.Close()
			if lines := h.all(); len(lines) != 1+3*len(purposes)+2 {
				t.Errorf("was asked ahead: %q", lines)
			}
			programs.Resumed = true
			if _, err := OpenSupply(c, nil, programs, 7, 0, purposes); err == nil || !strings.Contains(err.Error(), want+", so that the run cannot go on") {
				t.Errorf("a run goes on with it: %v", err)
			}
		})
	}
}

func TestMisbehaving(t *testing.T) {
	for habit, want := range map[string]string{
		"dies":             "ended with exit status 3; its last words: my stimuli",
		"says nothing":     "ended with exit status 0",
		"greets":           `wrote "hello, world" where its first line, such as`,
		"endless line":     "and no end of a line where its first line",
		"half a line":      `stopped in the middle of a line, "{\"N_in\": 2", where its first line`,
		"is a list":        `wrote "[]" where its first line`,
		"three inputs":     "N_in is 2 in the task, but the program",
		"longer":           "T is 50 in the task, 5 steps, but the program",
		"prints":           `wrote "trial 8" where the line before an answer`,
		"gives up":         "ended with exit status 0; its last words: that is enough",
		"closes":           "closed its standard output",
		"closes its input": "closed its standard input",
		"too short":        "bytes of an answer, and ended with exit status 0",
		"huge":             "announced an answer of 9223372036854775807 bytes, but 1 to",
		"negative":         "announced an answer of -1 bytes",
		"garbage":          "was asked for trials 8 to 15 for train; its answer: not a zip archive of arrays",
		"wrong steps":      "in its answer x: has shape (8, 4, 2), but (8, 5, 2) was asked for",
		"wrong outputs":    "in its answer y: has shape (8, 5, 3), but (8, 5, 1) was asked for",
		"one less":         "in its answer x: has shape (7, 5, 2), but (8, 5, 2) was asked for",
		"no mask":          "in its answer mask: is missing",
		"no variable":      "in its answer number: is missing, but command names it as a variable",
		"NaN":              "in its answer y: is NaN at [0, 3, 0]",
		"slow":             "",
		"good":             "",
	} {
		t.Run(habit, func(t *testing.T) {
			programs := run(t, &Programs{})
			c := asking(t, habit)
			supply, err := OpenSupply(c, nil, programs, 0, 0, []string{"train"})
			for k := uint64(0); k < 3 && err == nil; k++ {
				_, _, err = supply.Batch("train", 4*k, 0, 4)
			}
			if want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("%v, want %s", err, want)
			}
			if supply == nil {
				return
			}
			if _, _, again := supply.Batch("train", 40, 0, 4); again == nil || again.Error() != err.Error() {
				t.Errorf("it is asked again: %v", again)
			}
		})
	}
}

// An answer is believed for its number alone, so none is taken for that to another
// request.
func TestNumbers(t *testing.T) {
	for habit, want := range map[string]string{
		"answers twice":            "answered a request twice",
		"answers the next as well": "before it was asked for one|gave its answer the number",
		"answers unasked":          "announced an answer before it was asked for one|gave its answer the number 1, but the request has ",
		"numbers itself":           "gave its answer the number 1, but the request has ",
		"knows no numbers":         "gave no number with its answer",
		"changes the order":        "answered a request before one that came earlier",
	} {
		t.Run(habit, func(t *testing.T) {
			c := asking(t, habit)
			supply, err := OpenSupply(c, nil, run(t, &Programs{}), 0, 0, []string{"train"})
			for k := uint64(0); k < 8 && err == nil; k += 4 {
				for _, purpose := range []string{"train", "performance"} {
					var archive *Archive
					if archive, _, err = supply.Batch(purpose, k, 0, 4); err != nil {
						break
					}
					content := fakeTrials(habit, 0, request{Purpose: purpose, First: k, Trials: 4})
					right, wrong := ReadArchive(bytes.NewReader(content), int64(len(content)), npz.Limits{})
					if wrong != nil {
						t.Fatal(wrong)
					}
					if what := archive.Differs(right, []string{"number"}); what != "" {
						t.Fatalf("%s of the trials from %d on for %s is of others", what, k, purpose)
					}
				}
			}
			var failed *fault.Error
			if !errors.As(err, &failed) || !regexp.MustCompile(want).MatchString(failed.Text) || !strings.Contains(failed.Hint, `"number": asked["number"]`) {
				t.Errorf("%#v, want %s", err, want)
			}
		})
	}
}

// What is written after the last answer is told, though no trial is wrong.
func TestSurplus(t *testing.T) {
	for habit, want := range map[string]string{
		"says goodbye":           `was asked for nothing more, and wrote "goodbye" where the line before an answer`,
		"answers the last twice": "was asked for nothing more, and answered a request twice",
		"good":                   "",
		"is slow ahead":          "", // it is ended in the middle of an answer that nobody wants any more
	} {
		var warned heard
		programs := run(t, &Programs{Warn: func(text, hint string) { warned.say(text) }})
		c := asking(t, habit)
		supply, err := OpenSupply(c, nil, programs, 0, 0, []string{"train"})
		for k := uint64(0); k < 2 && err == nil; k++ {
			_, _, err = supply.Batch("train", 4*k, 0, 4)
		}
		if err != nil {
			t.Fatal(err)
		}
		programs.Close()
		if said := strings.Join(warned.all(), "\n"); !strings.Contains(said, want) || want == "" && said != "" {
			t.Errorf("%s: told %q, want %q", habit, said, want)
		}
	}
}

// Of a program that takes long it is told what it is waited for, once.
func TestPatience(t *testing.T) {
	for habit, want := range map[string]string{"is late": "it has not written its first line yet", "slow": ""} {
		var noted heard
		c := asking(t, habit)
		supply, err := OpenSupply(c, nil, run(t, &Programs{Note: noted.say, Patience: 50 * time.Millisecond}), 0, 0, []string{"train"})
		if err == nil {
			_, _, err = supply.Batch("train", 0, 0, 4)
		}
		if err != nil {
			t.Fatal(err)
		}
		if said := noted.all(); len(said) != 1 || !strings.Contains(said[0], "waiting for the program ") || !strings.Contains(said[0], want) {
			t.Errorf("%s: told %q, want %q", habit, said, want)
		}
	}
}

// The hint is about what is wrong.
func TestHints(t *testing.T) {
	for habit, want := range map[string]string{
		"prints":      "must be answers alone",
		"garbage":     "must be answers alone",
		"wrong steps": "exactly the trials that it asks for",
		"no mask":     "numpy.savez(file, x=x, y=y, mask=mask)",
		"texts":       "what is none of x, y, mask and variables, leave out",
		"gives up":    "",
	} {
		c := asking(t, habit)
		supply, err := OpenSupply(c, nil, run(t, &Programs{}), 0, 0, []string{"train"})
		for k := uint64(0); k < 3 && err == nil; k++ {
			_, _, err = supply.Batch("train", 4*k, 0, 4)
		}
		var failed *fault.Error
		if !errors.As(err, &failed) || !strings.Contains(failed.Hint, want) || want == "" && failed.Hint != "" {
			t.Errorf("%s: %#v", habit, err)
		}
	}
}

// A program that does not answer is waited for without end, but not once
// training is to stop; and it ends, whatever it does.
func TestHangs(t *testing.T) {
	for _, habit := range []string{"hangs", "stubborn"} {
		t.Run(habit, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			programs := run(t, &Programs{Context: ctx, Wait: 20 * time.Millisecond})
			c := asking(t, habit)
			supply, err := OpenSupply(c, nil, programs, 0, 0, []string{"train"})
			if err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(50*time.Millisecond, stop)
			if _, _, err := supply.Batch("train", 0, 0, 4); !errors.Is(err, errInterrupted) {
				t.Errorf("%v", err)
			}
			if _, _, err := supply.Batch("train", 0, 0, 4); !errors.Is(err, errInterrupted) {
				t.Errorf("asked again: %v", err)
			}
			var process *program
			for _, process = range programs.running {
			}
			programs.Close()
			if process.process.ProcessState == nil {
				t.Error("the process is left")
			}
		})
	}
}

// After Stop there is still time for an answer.
func TestAnswerAfterStop(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	c := asking(t, "slow")
	supply, err := OpenSupply(c, nil, run(t, &Programs{Context: ctx}), 0, 0, []string{"train"})
	if err == nil {
		_, _, err = supply.Batch("train", 0, 0, 4)
	}
	if err != nil {
		t.Error(err)
	}
}

// A program that has ended before it is written to is told by what it wrote and how it
// ended, not by the pipe.
func TestEndsAtOnce(t *testing.T) {
	for habit, want := range map[string]string{
		"says nothing": "ended with exit status 0",
		"dies":         "ended with exit status 3; its last words: my stimuli",
		"half a line":  `stopped in the middle of a line, "{\"N_in\": 2", where its first line`,
	} {
		c := asking(t, habit)
		p := newProgram(c, run(t, &Programs{}))
		if err := p.start(c.Config); err != nil {
			t.Fatal(err)
		}
		<-p.ended
		if err := p.greet(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", habit, err, want)
		}
		p.close()
	}
}

func TestNotFound(t *testing.T) {
	for _, line := range []string{"[no-such-program]", "[./no-such-program]"} {
		c, _, err := loadTask("{kind: command, command: "+line+", dt: 10, tau: 100, T: 50, N_batch: 4, N_in: 2, N_out: 2}", nil)
		if err != nil {
			t.Fatal(err)
		}
		var refused *fault.Error
		if _, err := OpenSupply(c, nil, run(t, &Programs{}), 0, 0, []string{"train"}); !errors.As(err, &refused) || refused.Status != fault.Usage || !strings.Contains(refused.Hint, "task.command") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// No program starts but with the permission of the person who runs it.
func TestPermission(t *testing.T) {
	folder := t.TempDir()
	started := filepath.Join(folder, "started")
	c, _, err := loadTask(fmt.Sprintf("{kind: command, command: {line: [touch, started, \"two words\", \"\\e[31m\\u202e\"], folder: %q}, dt: 10, tau: 100, T: 50, N_batch: 4, N_in: 2, N_out: 2}", filepath.ToSlash(folder)), nil)
	if err != nil {
		t.Fatal(err)
	}
	for from, permission := range map[string]Permission{"": {}, " of theirs/experiment.yaml": Withheld("theirs/experiment.yaml")} {
		want := "the task" + from + ` runs a program, which was not allowed: touch started "two words" "\x1b[31m\u202e" (in the folder ` + folder + ")"
		programs := &Programs{Permission: permission}
		_, err := OpenSupply(c, nil, programs, 0, 0, []string{"train"})
		programs.Close()
		var refused *fault.Error
		if !errors.As(err, &refused) || refused.Status != fault.Usage || refused.Text != want || !strings.Contains(refused.Hint, "--allow-commands") {
			t.Errorf("%#v, want %s", err, want)
		}
	}
	if _, err := os.Stat(started); err == nil {
		t.Error("it was started")
	}
}
