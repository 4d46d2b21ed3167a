//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"psychrnn/internal/fault"
	"psychrnn/internal/hostile"
)

// What reading a file may take: time of the processor, which does not depend on
// what else the machine does, and memory.
const (
	mostSeconds    = 1.0
	mostBytes      = 200 << 20
	mostPerByte    = 20
	mostMessages   = 51 // the first 50, and how many more there are
	mostTries      = 4  // of a case that seems to take too long, with the least of them counting
	mostFailed     = 50 // cases, after which it is enough
	neverSeconds   = 60.0
	neverEnds      = 20 * time.Minute
	casesVariable  = "PSYCHRNN_HOSTILE_CASES" // FROM-TO: only these cases, to see one again or to divide them among processes
	folderVariable = "PSYCHRNN_HOSTILE_KEEP"  // a folder in which the files of cases that fail are kept
)

// trial is one case: files in an empty folder, and what is done with them.
type trial struct {
	*hostile.Choices
	*watcher
	number int
	folder string
	steps  []*step
	alone  int // the step to run as a process of its own, -1: none
	faults []string
}

// step is one command, or part of one, and what it took.
type step struct {
	what    string
	status  int
	stdout  string
	stderr  string
	seconds float64
	bytes   float64 // all that was ever allocated
	of      float64 // bytes of the files in the folder
}

func (s *step) limit() float64 { return mostBytes + mostPerByte*s.of }

func (c *trial) file(name string) string { return filepath.Join(c.folder, name) }

func (c *trial) put(name string, data []byte) string {
	path := c.file(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		panic(err)
	}
	return path
}

// fault says what is wrong with the last step.
func (c *trial) fault(format string, args ...any) {
	s := c.steps[len(c.steps)-1]
	c.faults = append(c.faults, fmt.Sprintf("%s: %s\nstatus %d\n%.600s", s.what, fmt.Sprintf(format, args...), s.status, s.stderr))
}

// run runs the program, which must end with one of the statuses.
func (c *trial) run(allowed []int, args ...string) *step {
	s := c.do("psychrnn "+strings.ReplaceAll(strings.Join(args, " "), c.folder+"/", ""), func() outcome {
		if c.alone == len(c.steps) {
			return c.process(args)
		}
		return invoke(args...)
	})
	errors := len(saysError.FindAllString(s.stderr, -1))
	switch {
	case !slices.Contains(allowed, s.status):
		c.fault("the status should be one of %v", allowed)
	case (s.status == 0) != (errors == 0):
		c.fault("the status does not go with what is said")
	case s.status == fault.Failed && !expected.MatchString(s.stderr):
		c.fault("it has failed for no known reason")
	case errors > mostMessages:
		c.fault("%d messages", errors)
	}
	for _, text := range []string{s.stdout, s.stderr} {
		if at := strings.IndexFunc(text, dangerous); at >= 0 || !utf8.ValidString(text) {
			c.fault("%q is not fit for a terminal", text[max(0, at-50):max(0, min(len(text), at+50))])
		}
	}
	return s
}

// expected are the reasons for status 1: what would take more memory than there
// is, a gradient that does not hold, and what is asked of programs.
var expected = regexp.MustCompile(`of memory, but|more memory than|gradient|the loss depends on no weight|program|command|nothing to`)

// saysError is an error in either form of messages.
var saysError = regexp.MustCompile(`(?m)^(error: |\{"event":"error")`)

// dangerous are characters that a terminal does not merely show.
func dangerous(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// do measures a step, and meets its panic.
func (c *trial) do(what string, f func() outcome) (s *step) {
	s = &step{what: what, of: sizeOf(c.folder)}
	c.watcher.meet(fmt.Sprintf("case %d: %s", c.number, what))
	bytes, seconds := allocated(), processorSeconds()
	defer func() {
		s.bytes, s.seconds = allocated()-bytes, processorSeconds()-seconds
		c.steps = append(c.steps, s)
		if r := recover(); r != nil {
			s.status, s.stderr = -1, string(debug.Stack())
			c.fault("panic: %v", r)
		}
	}()
	o := f()
	s.status, s.stdout, s.stderr = o.status, o.stdout, o.stderr
	return s
}

// watcher ends everything, with all stacks, if a step takes without end of the
// processor's time, or of any.
type watcher struct {
	mutex   sync.Mutex
	at      string
	began   time.Time
	seconds float64
}

// meet says which step comes now.
func (w *watcher) meet(at string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.at, w.began, w.seconds = at, time.Now(), processorSeconds()
}

func (w *watcher) watch(done <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			w.mutex.Lock()
			if processorSeconds()-w.seconds > neverSeconds || time.Since(w.began) > neverEnds {
				panic(w.at + " does not end")
			}
			w.mutex.Unlock()
		}
	}
}

// process runs the program by itself; instead of what was allocated it is the
// peak of its memory that counts.
func (c *trial) process(args []string) outcome {
	out, err := exec.Command("psychrnn-peak", args...).CombinedOutput()
	_, last, _ := bytes.Cut(out, []byte(peakSaid))
	peak, wrong := strconv.ParseFloat(strings.TrimSpace(string(last)), 64)
	if wrong != nil {
		c.faults = append(c.faults, fmt.Sprintf("%q by itself: %v\n%s", args, err, out))
	} else if most := mostBytes + mostPerByte*sizeOf(c.folder); peak > most {
		c.faults = append(c.faults, fmt.Sprintf("%q: held %.0f MB of memory, %.0f MB are allowed", args, peak/1e6, most/1e6))
	}
	return invoke(args...)
}

func allocated() float64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64())
}

func processorSeconds() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}

// sizeOf is how many bytes the files in a folder have.
func sizeOf(folder string) (bytes float64) {
	_ = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				bytes += float64(info.Size())
			}
		}
		return nil
	})
	return bytes
}

// figures are what many cases came to.
type figures struct {
	cases, steps  int
	seconds       float64 // the most that a step took
	bytes         float64 // the most that was allocated
	slowest, most string
	ended         map[string]map[int]int // by command and status
}

func (f *figures) add(number int, c *trial) {
	f.cases++
	for _, s := range c.steps {
		f.steps++
		if s.seconds > f.seconds {
			f.seconds, f.slowest = s.seconds, fmt.Sprintf("case %d, %s", number, s.what)
		}
		if s.bytes > f.bytes {
			f.bytes, f.most = s.bytes, fmt.Sprintf("case %d, %s", number, s.what)
		}
		words := strings.Fields(s.what)
		name := words[min(1, len(words)-1)]
		if f.ended[name] == nil {
			f.ended[name] = map[int]int{}
		}
		f.ended[name][s.status]++
	}
}

func (f *figures) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d cases, %d steps; most processor time %.2f s (%.200s), most memory ever allocated %.0f MB (%.200s)\n", f.cases, f.steps, f.seconds, f.slowest, f.bytes/1e6, f.most)
	for _, name := range slices.Sorted(maps.Keys(f.ended)) {
		fmt.Fprintf(&b, "%-9s", name)
		for _, status := range slices.Sorted(maps.Keys(f.ended[name])) {
			fmt.Fprintf(&b, "  status %d: %d", status, f.ended[name][status])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// endureAll tries so many cases, each by its number, and says what they came to.
func endureAll(t *testing.T, cases int, attempt func(c *trial)) {
	t.Helper()
	debug.SetTraceback("all") // should one not end
	t.Setenv("PSYCHRNN_THREADS", "1")
	t.Setenv("PSYCHRNN_PROGRESS", "none")
	t.Chdir(t.TempDir()) // and back at the end, from wherever the cases led
	from, to := 0, cases
	if asked := os.Getenv(casesVariable); asked != "" {
		if _, err := fmt.Sscanf(asked, "%d-%d", &from, &to); err != nil {
			t.Fatalf("%s should be FROM-TO: %v", casesVariable, err)
		}
	}
	// Deep enough for paths that lead out of a folder.
	folder := filepath.Join(t.TempDir(), "a", "b", "c", "d", "case")
	w, done := &watcher{}, make(chan struct{})
	w.meet("the first case")
	go w.watch(done)
	defer close(done)
	before, failed := runtime.NumGoroutine(), 0
	all := &figures{ended: map[string]map[int]int{}}
	for number := from; number < to && failed < mostFailed; number++ {
		c := attemptOne(t, w, number, folder, -1, attempt)
		for tries := 1; tries < mostTries && slices.ContainsFunc(c.steps, func(s *step) bool { return s.seconds > mostSeconds }); tries++ {
			again := attemptOne(t, w, number, folder, -1, attempt)
			for k, s := range again.steps[:min(len(again.steps), len(c.steps))] {
				c.steps[k].seconds = min(c.steps[k].seconds, s.seconds)
			}
		}
		for k, s := range c.steps {
			if s.seconds > mostSeconds {
				c.faults = append(c.faults, fmt.Sprintf("%s: took %.1f s", s.what, s.seconds))
			}
			if s.bytes > s.limit() {
				if strings.HasPrefix(s.what, "psychrnn ") {
					c.faults = append(c.faults, attemptOne(t, w, number, folder, k, attempt).faults...)
				} else {
					c.faults = append(c.faults, fmt.Sprintf("%s: took %.0f MB of memory, %.0f MB are allowed", s.what, s.bytes/1e6, s.limit()/1e6))
				}
			}
		}
		if all.add(number, c); all.cases%5000 == 0 {
			t.Log(all) // it takes long
		}
		if n := runtime.NumGoroutine(); n > before+10 {
			stacks := make([]byte, 1<<16)
			c.faults = append(c.faults, fmt.Sprintf("%d goroutines, %d before:\n%s", n, before, stacks[:runtime.Stack(stacks, true)]))
			before = n
		}
		if len(c.faults) > 0 {
			failed++
			t.Errorf("case %d: %s", number, strings.Join(c.faults, "\n"))
			keep(t, number, folder)
		}
	}
	t.Log(all)
}

// attemptOne tries a case in an empty folder.
func attemptOne(t *testing.T, w *watcher, number int, folder string, alone int, attempt func(c *trial)) *trial {
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chdir(folder); err != nil {
		t.Fatal(err)
	}
	c := &trial{Choices: hostile.Numbered(number), watcher: w, number: number, folder: folder, alone: alone}
	attempt(c)
	_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if name := filepath.Base(path); err == nil && strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp") {
			c.faults = append(c.faults, path+" is left")
		}
		return nil
	})
	return c
}

// keep copies the files of a case to where somebody asked for them.
func keep(t *testing.T, number int, folder string) {
	if to := os.Getenv(folderVariable); to != "" {
		to = filepath.Join(to, fmt.Sprint(t.Name(), number))
		if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
			t.Log(err)
		}
	}
}
