package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"psychrnn/internal/disk"
	"psychrnn/internal/ui"
)

// The test binary is the program too, for scripts and whatever else runs
// psychrnn from the path.
func TestMain(m *testing.M) {
	if os.Getenv(raceOptions) == "" {
		_ = os.Setenv(raceOptions, "atexit_sleep_ms=0") // or every program takes a second to end
	}
	testscript.Main(hearing{m}, map[string]func(){"psychrnn": main, "psychrnn-peak": peak, "psychrnn-busy": busy, "psychrnn-early": earlier, "psychrnn-trials": trials})
}

// hearing lets what the tests start hear signals, even where the tests were
// started to ignore them, as by nohup.
type hearing struct{ *testing.M }

func (h hearing) Run() int {
	hasten()
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGHUP} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	return h.M.Run()
}

// hasten has the tests take less time. Most of them run many small commands in
// this process, whose garbage is collected again and again otherwise, and wait
// more than they work: for the disk, and for programs to end.
func hasten() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(2 << 30) // beyond it what is collected less is collected all the same
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		_ = flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0)))
	}
}

// sample is a share of cases: all, but few in a short test, as that of the race
// detector is. It is for cases that share nothing between goroutines.
func sample[T any](cases []T) (some []T) {
	stride := 1
	if testing.Short() {
		stride = 7
	}
	for k := 0; k < len(cases); k += stride {
		some = append(some, cases[k])
	}
	return some
}

// raceOptions is the variable that the race detector reads.
const raceOptions = "GORACE"

// One script a user story.
func TestScripts(t *testing.T) {
	goldens, err := filepath.Abs("../../testdata/goldens")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOLDENS", goldens)
			e.Setenv("MARK", strings.TrimSuffix(strings.TrimPrefix(disk.TemporaryName("x"), ".x."), ".tmp"))
			e.Setenv(raceOptions, os.Getenv(raceOptions))
			return os.WriteFile(filepath.Join(e.WorkDir, "small.yaml"), []byte(small), 0o644)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":    expectStatus,
			"leftover":  leaveTemporary,
			"jsonlines": expectJSONLines,
		},
	})
}

// small is an experiment that trains in no time.
const small = `# A network of 10 units, trained for a moment.
name: small
task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 200, N_batch: 8}
model: {N_rec: 10}
train: {training_iters: 64, loss_epoch: 2}
test: {trials: 20}
`

// leftover VARIABLE FILE makes a temporary file of a file, and a variable its path.
func leaveTemporary(s *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		s.Fatalf("usage: leftover VARIABLE FILE")
	}
	path := filepath.Join(filepath.Dir(args[1]), disk.TemporaryName(filepath.Base(args[1])))
	s.Check(os.WriteFile(s.MkAbs(path), nil, 0o644))
	s.Setenv(args[0], path)
}

// status N COMMAND... runs a command that must end with status N.
func expectStatus(s *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		s.Fatalf("usage: status N COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	s.Check(err)
	got := 0
	if err := s.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			s.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		s.Fatalf("exit status %d, want %d", got, want)
	}
}

// jsonlines FILE N asserts that stdout or stderr has N lines, each a JSON
// object with an event.
func expectJSONLines(s *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		s.Fatalf("usage: jsonlines FILE N")
	}
	lines := strings.SplitAfter(s.ReadFile(args[0]), "\n")
	lines = lines[:len(lines)-1]
	if want, err := strconv.Atoi(args[1]); err != nil || len(lines) != want {
		s.Fatalf("%d lines, want %s", len(lines), args[1])
	}
	for _, line := range lines {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil || v["event"] == nil {
			s.Fatalf("not a JSON object with an event: %s", line)
		}
	}
}

// outcome is what running the program came to.
type outcome struct {
	status         int
	stdout, stderr string
}

// invoke runs the program in this process.
func invoke(args ...string) outcome { return invokeOn(disk.OS{}, args...) }

// invokeOn runs it on a disk.
func invokeOn(d disk.Disk, args ...string) outcome {
	var out, messages sharedBuffer
	status := execute(args, ui.Streams{In: strings.NewReader(""), Out: &out, Err: &messages, Disk: d})
	return outcome{status, out.String(), messages.String()}
}

// sharedBuffer may be written to by several goroutines, as standard error may.
type sharedBuffer struct {
	mutex sync.Mutex
	bytes.Buffer
}

func (b *sharedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.Buffer.Write(p)
}

// succeed runs the program, which must end with status 0, and returns what it
// printed on standard output.
func succeed(t testing.TB, args ...string) string {
	t.Helper()
	o := invoke(args...)
	if o.status != 0 {
		t.Fatalf("psychrnn %s: status %d\n%s", strings.Join(args, " "), o.status, o.stderr)
	}
	return o.stdout
}

// write puts a file into a new folder and returns its path.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every command tells what it is for and shows how it is used; what it shows
// are commands and flags that exist.
func TestHelp(t *testing.T) {
	root := newRoot(ui.Streams{})
	for _, c := range append(subcommands(root), root) {
		if c.Short == "" {
			t.Errorf("%s: no short text", c.CommandPath())
		}
		if c.Example == "" {
			t.Errorf("%s: no example", c.CommandPath())
			continue
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s: nothing is said of the flag --%s", c.CommandPath(), f.Name)
			}
		})
		for line := range strings.Lines(c.Example) {
			if err := checkExample(root, line); err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), line, err)
			}
		}
		if o := invoke(append(strings.Fields(c.CommandPath())[1:], "--help")...); o.status != 0 || !strings.Contains(o.stdout, "Examples:\n  psychrnn") && !strings.Contains(o.stdout, "<(psychrnn") {
			t.Errorf("%s --help: status %d\n%s", c.CommandPath(), o.status, o.stdout)
		}
	}
}

// Every command is run by a script.
func TestCommandsHaveScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	var all strings.Builder
	for _, file := range files {
		all.WriteString(read(t, file))
	}
	for _, c := range subcommands(newRoot(ui.Streams{})) {
		if !strings.Contains(all.String(), c.CommandPath()) {
			t.Errorf("no script in testdata/script runs %s: give it one", c.CommandPath())
		}
	}
}

// checkExample parses the flags of every psychrnn in a shell's line.
func checkExample(root *cobra.Command, line string) error {
	line = strings.NewReplacer("<(", "|", ")", "|", ">", "|").Replace(line)
	for part := range strings.SplitSeq(line, "|") {
		words := strings.Fields(part)
		if len(words) == 0 || words[0] != "psychrnn" {
			continue
		}
		c, rest, err := root.Find(words[1:])
		if err != nil {
			return err
		}
		if c == root {
			return fmt.Errorf("there is no command %q", words[1])
		}
		if err := c.ParseFlags(rest); err != nil {
			return err
		}
	}
	return nil
}
