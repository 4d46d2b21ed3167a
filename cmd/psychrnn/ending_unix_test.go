//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/fault"
	"psychrnn/internal/run"
	"psychrnn/internal/ui"
)

// unread is the end to write to of a pipe that is full, and that nobody reads.
func unread(t *testing.T) (write, read *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	if err := write.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = write.Write(make([]byte, 512))
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	return write, read
}

// start starts the program, and lets no test wait for it forever.
func start(t *testing.T, c *exec.Cmd) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.AfterFunc(time.Minute, func() { _ = c.Process.Kill() })
	t.Cleanup(func() { deadline.Stop(); _ = c.Process.Kill() })
}

// startReading starts a program that reads an experiment from its input, and comes back
// once it reads, and so hears signals. What is given may go on.
func startReading(t *testing.T, c *exec.Cmd, experiment string) (in io.WriteCloser) {
	t.Helper()
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, c)
	_, err = io.WriteString(in, experiment+strings.Repeat("#\n", 1<<17)) // more than a pipe holds
	if err != nil && !errors.Is(err, syscall.EPIPE) {                    // it may have ended by itself
		t.Fatal(err)
	}
	return in
}

// ended waits for the end of a program, and gives its status as a shell does.
func ended(t *testing.T, c *exec.Cmd) (status int) {
	t.Helper()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if state := c.ProcessState.Sys().(syscall.WaitStatus); state.Signaled() {
		if state.Signal() == syscall.SIGKILL {
			t.Fatal("it did not end within a minute")
		}
		return 128 + int(state.Signal())
	}
	return c.ProcessState.ExitCode()
}

// cases are run side by side: they wait more than they work.
type cases struct{ sync.WaitGroup }

// run runs a case, whose name goes before what it has to say.
func (c *cases) run(t *testing.T, name string, test func(t *testing.T)) {
	c.Go(func() {
		done := false
		defer func() {
			if !done {
				t.Errorf("%s failed", name)
			}
		}()
		test(t)
		done = true
	})
}

// appears waits for a file.
func appears(t *testing.T, elements ...string) {
	t.Helper()
	for range 30000 {
		if _, err := os.Stat(filepath.Join(elements...)); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("there is no %s", filepath.Join(elements...))
}

// Whatever nobody reads, the first signal ends training in good order.
func TestUnreadMessages(t *testing.T) {
	t.Parallel()
	var all cases
	defer all.Wait()
	for name, args := range map[string][]string{
		"lines": {"--progress", "plain"},
		"json":  {"--log-format", "json"},
		"quiet": {"-q"},
	} {
		for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGUSR2} {
			all.run(t, name+" "+s.String(), func(t *testing.T) {
				folder := filepath.Join(t.TempDir(), "run")
				c := exec.Command("psychrnn", append([]string{"train", "-c", write(t, "small.yaml", small), "-o", folder,
					"--set", "train.training_iters=2000000000", "--set", "train.loss_epoch=1", "--set", "train.checkpoint_every=5 updates"}, args...)...)
				c.Stderr, _ = unread(t)
				c.Stdout = c.Stderr
				start(t, c)
				appears(t, folder, run.LossesFile)
				for _, s := range []syscall.Signal{syscall.SIGUSR1, s} {
					if err := c.Process.Signal(s); err != nil {
						t.Fatal(err)
					}
					time.Sleep(20 * time.Millisecond)
				}
				if status := ended(t, c); status != fault.Interrupted {
					t.Errorf("status %d", status)
				}
				checkWhole(t, folder)
				if o := invoke("train", "-q", "-o", folder, "--resume", "--stop-after", "1ms"); o.status != fault.Interrupted {
					t.Errorf("it does not go on: status %d\n%s", o.status, o.stderr)
				}
			})
		}
	}
}

// What is printed waits for whoever reads it late, and is not lost.
func TestReadLate(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "run")
	c := exec.Command("psychrnn", "train", "-c", write(t, "small.yaml", small), "-o", folder, "--set", "train.training_iters=160", "--set", "train.loss_epoch=1")
	full, late := unread(t)
	c.Stderr, c.Stdout = full, full
	start(t, c)
	appears(t, folder, run.MetricsFile) // it does not wait for anybody before
	time.Sleep(50 * time.Millisecond)
	_ = full.Close()
	said, err := io.ReadAll(late)
	if err != nil {
		t.Fatal(err)
	}
	if status := ended(t, c); status != 0 {
		t.Errorf("status %d", status)
	}
	text := strings.TrimLeft(string(said), "\x00")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if !strings.HasPrefix(text, "Iter 8, ") || strings.Count(text, "\nIter ") != 19 || lines[len(lines)-1] != "Results: "+folder {
		t.Errorf("said %s", text)
	}
}

// Results that nobody reads do not keep a signal from ending the program.
func TestUnreadResults(t *testing.T) {
	t.Parallel()
	var all cases
	defer all.Wait()
	folder := trained(t)
	for name, c := range map[string]struct {
		args   []string
		status int
	}{
		"train": {[]string{"train", "-c", write(t, "small.yaml", small), "-o", filepath.Join(t.TempDir(), "run")}, fault.Interrupted},
		"test":  {[]string{"test", folder, "-c", "-"}, fault.Interrupted},
		"help":  {[]string{"--help"}, 128 + int(syscall.SIGTERM)},
		"task":  {[]string{"task", "list"}, 128 + int(syscall.SIGTERM)},
		"get":   {[]string{"inspect", folder, "--get", "W_rec"}, 128 + int(syscall.SIGTERM)},
	} {
		all.run(t, name, func(t *testing.T) {
			p := exec.Command("psychrnn", c.args...)
			p.Stdout, _ = unread(t)
			switch name {
			case "test":
				_ = startReading(t, p, small).Close()
			case "train":
				start(t, p)
				appears(t, c.args[4], run.MetricsFile)
			default:
				start(t, p)
			}
			time.Sleep(500 * time.Millisecond) // it is at its results, most probably
			if err := p.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if status := ended(t, p); status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
		})
	}
}

// An output that is a pipe which nobody opens, or nobody reads, does not keep a
// signal from ending the program.
func TestUnreadOutputs(t *testing.T) {
	t.Parallel()
	var all cases
	defer all.Wait()
	folder := trained(t)
	for name, args := range map[string][]string{
		"save":     {"test", folder, "--save"},
		"table":    {"test", folder, "--csv"},
		"simulate": {"simulate", folder, "--steps", "3000", "-o"},
		"lesions":  {"ablate", folder, "--lesion", "each: unit, name: u", "--csv"},
	} {
		for _, opened := range []bool{false, true} {
			all.run(t, fmt.Sprint(name, " opened ", opened), func(t *testing.T) {
				pipe := filepath.Join(t.TempDir(), "pipe")
				if err := syscall.Mkfifo(pipe, 0o600); err != nil {
					t.Fatal(err)
				}
				if opened {
					f, err := os.OpenFile(pipe, os.O_RDWR, 0)
					if err != nil {
						t.Fatal(err)
					}
					defer f.Close()
					if err := f.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
						t.Fatal(err)
					}
					for err == nil {
						_, err = f.Write(make([]byte, 512))
					}
				}
				p := exec.Command("psychrnn", append(args[:len(args):len(args)], pipe, "-c", "-")...)
				_ = startReading(t, p, small).Close()
				time.Sleep(500 * time.Millisecond) // it is at its output, most probably
				if err := p.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				if status := ended(t, p); status != fault.Interrupted {
					t.Errorf("status %d", status)
				}
			})
		}
	}
}

// Nothing to read keeps the first signal from ending a command, nor does
// anything else that has not begun: here the eigenvalues of a large matrix.
func TestEndsBeforeItBegins(t *testing.T) {
	t.Parallel()
	var all cases
	defer all.Wait()
	large := strings.Replace(small, "N_rec: 10", "N_rec: 2500", 1)
	for name, c := range map[string]struct {
		args   []string
		input  string // empty: it does not end
		signal syscall.Signal
		status int
	}{
		"input of train":          {[]string{"train"}, "", syscall.SIGTERM, fault.Interrupted},
		"input of test":           {[]string{"test", trained(t)}, "", syscall.SIGUSR2, fault.Interrupted},
		"input of check":          {[]string{"check"}, "", syscall.SIGINT, 128 + int(syscall.SIGINT)},
		"input of check, SIGUSR2": {[]string{"check"}, "", syscall.SIGUSR2, 128 + int(syscall.SIGUSR2)},
		"eigenvalues":             {[]string{"train", "-o", "run"}, large, syscall.SIGTERM, fault.Interrupted},
		"eigenvalues in time":     {[]string{"train", "-o", "run", "--stop-after", "100ms"}, large, 0, fault.Interrupted},
		"eigenvalues in a check":  {[]string{"check"}, large, syscall.SIGHUP, 128 + int(syscall.SIGHUP)},
	} {
		all.run(t, name, func(t *testing.T) {
			p := exec.Command("psychrnn", append(c.args, "-c", "-")...)
			p.Dir = t.TempDir()
			in := startReading(t, p, c.input)
			if c.input != "" {
				_ = in.Close()
			}
			if c.signal != 0 {
				time.Sleep(500 * time.Millisecond) // it is at what takes long, most probably
				if err := p.Process.Signal(c.signal); err != nil {
					t.Fatal(err)
				}
			}
			if status := ended(t, p); status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if left, err := os.ReadDir(p.Dir); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}

// A second signal ends a program at once, whatever it is at and whoever does
// not read.
func TestSecondSignalUnread(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGUSR2} {
		c := exec.Command("psychrnn-busy")
		c.Stderr, _ = unread(t)
		c.Stdout = c.Stderr
		start(t, c)
		time.Sleep(300 * time.Millisecond)
		over := make(chan struct{})
		go func() {
			for {
				_ = c.Process.Signal(s)
				select {
				case <-time.After(2 * ui.Twice):
				case <-over:
					return
				}
			}
		}()
		if status := ended(t, c); status != 128+int(s) {
			t.Errorf("%v: status %d", s, status)
		}
		close(over)
	}
}

// Where messages cannot be printed at all, the work is done without them.
func TestNoMessages(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"2>&-", "2>/dev/full", "2>&- <&-"} {
		folder := filepath.Join(t.TempDir(), "run")
		c := exec.Command("sh", "-c", `exec psychrnn "$@" `+to, "sh", "train", "-c", write(t, "small.yaml", small), "-o", folder)
		out, err := c.Output()
		if err != nil || !strings.HasSuffix(string(out), "Results: "+folder+"\n") {
			t.Errorf("%s: %v\n%s", to, err, out)
		}
	}
}
