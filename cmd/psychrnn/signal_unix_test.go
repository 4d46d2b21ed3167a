//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/ui"
)

// endless starts a training that does not end by itself, in a process of its
// own, after what a shell does first, and waits for its first loss.
func endless(t *testing.T, folder, first string) (c *exec.Cmd, messages *bufio.Reader) {
	t.Helper()
	c = exec.Command("sh", "-c", first+`exec psychrnn "$@"`, "sh", "train", "-c", write(t, "small.yaml", small), "-o", folder,
		"--set", "train.training_iters=2000000000", "--set", "train.loss_epoch=1", "--log-format", "json")
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	messages = bufio.NewReader(pipe)
	if _, err := messages.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return c, messages
}

// The first signal finishes the update and writes what was trained. The same
// signal may arrive twice: timeout and schedulers send it to the group as well.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR2} {
		t.Run(s.String(), func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "run")
			c, messages := endless(t, folder, "")
			for range 2 {
				if err := c.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
			}
			said, err := io.ReadAll(messages)
			if err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != fault.Interrupted {
				t.Fatalf("%v\n%s", err, said)
			}
			lines := strings.Split(strings.TrimSpace(string(said)), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, "interrupted after update ") {
				t.Errorf("the last line is %s", last)
			}
			if _, err := os.Stat(filepath.Join(folder, run.MetricsFile)); err == nil {
				t.Error("an interrupted run has metrics.json, as if it were complete")
			}
			checkWhole(t, folder)
			succeed(t, "test", folder, "--set", "test.trials=10")
			again := invoke("train", "-c", filepath.Join(folder, run.ExperimentFile), "-o", folder)
			if again.status != fault.Usage {
				t.Errorf("the folder of an interrupted run is not refused: status %d", again.status)
			}
		})
	}
}

// A signal that the program was started to ignore is ignored: SIGHUP under
// nohup, SIGINT of a job in the background of a script.
func TestIgnored(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT} {
		c, messages := endless(t, filepath.Join(t.TempDir(), "run"), `trap "" HUP INT; `)
		if err := c.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if line, err := messages.ReadString('\n'); err != nil || !strings.Contains(line, `"loss"`) {
				t.Fatalf("%v: %q, %v", s, line, err)
			}
		}
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(messages)
		var exit *exec.ExitError
		if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != fault.Interrupted {
			t.Errorf("%v: it ended with %v\n%s", s, err, said)
		}
	}
}

// A signal that comes before the command line is read is heard by train.
func TestEarlySignal(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "run")
	args := []string{"train", "-c", write(t, "small.yaml", small), "-o", folder, "--resume", "--set", "train.training_iters=2000000000"}
	c := exec.Command("psychrnn-early", args...)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != fault.Interrupted {
		t.Errorf("it ended with %v", err)
	}
	checkWhole(t, folder)
	if o := invoke(append(args, "--stop-after", "1ms")...); o.status != fault.Interrupted {
		t.Errorf("it does not go on: status %d\n%s", o.status, o.stderr)
	}
}

// Signals are heard before anything of the program and the modules it is made
// of begins: what begins before are parts of the language's library.
func TestHeardEarly(t *testing.T) {
	c := exec.Command("psychrnn", "version")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	c.Stderr = &trace
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	before, _, found := strings.Cut(trace.String(), "init psychrnn/internal/early ")
	if !found || !strings.Contains(before, "init os/signal ") || strings.Count(before, "\n") > 25 || strings.Contains(before, "init psychrnn/") {
		t.Errorf("they are heard after\n%s", before)
	}
}

// A command that has nothing to finish is ended by the first signal.
func TestSignalEnds(t *testing.T) {
	c := exec.Command("psychrnn", "check", "-c", "-")
	in := startReading(t, c, "")
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(10*time.Second, func() { _ = in.Close() })
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", err)
	}
}

// earlier is the program, which waits before it reads its command line.
func earlier() {
	s := standard()
	_, _ = io.WriteString(os.Stdout, "begun\n")
	_, _ = io.ReadAll(os.Stdin)
	os.Exit(execute(os.Args[1:], s))
}

// A second signal ends the program at once, whatever it is at.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	c := exec.Command("psychrnn-busy")
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	lines := bufio.NewReader(pipe)
	for _, want := range []string{"busy\n", "note: interrupted: finishing what is at hand; another signal ends the program at once\n"} {
		if got, err := lines.ReadString('\n'); got != want {
			t.Fatalf("%q: %v", got, err)
		}
		if err := c.Process.Signal(syscall.SIGTERM); err != nil { // the second one is an echo
			t.Fatal(err)
		}
	}
	again := time.NewTicker(ui.Twice) // as a user does where the machine is too busy for the first try
	defer again.Stop()
	ended := make(chan error)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case <-again.C:
			_ = c.Process.Signal(syscall.SIGTERM)
		case err := <-ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
				t.Errorf("ended by %v, not by the signal", err)
			}
			return
		}
	}
}

// busy is a program that goes on working after the first signal.
func busy() {
	s := standard()
	go s.Ending.Listen(true)
	if err := (ui.UI{Streams: s}).Begin(); err != nil {
		panic(err)
	}
	_, _ = io.WriteString(os.Stderr, "busy\n")
	time.Sleep(time.Minute)
}

// A run that is killed at any moment leaves whole files only, and its folder
// can be used again.
func TestKilled(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "run")
	file := write(t, "small.yaml", small)
	random := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		c := exec.Command("psychrnn", "train", "-q", "-c", file, "-o", folder, "--overwrite")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		checkWhole(t, folder)
	}
	succeed(t, "train", "-c", file, "-o", folder, "--overwrite")
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 5 {
		t.Errorf("%d files are left: %v, %v", len(entries), entries, err)
	}
}

// checkWhole reads every file of a run that is there.
func checkWhole(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".npz":
			_, err = disk.ReadWeights(disk.OS{}, path, npz.Limits{})
		case ".npy":
			_, err = npz.ReadNpy(bytes.NewReader(text), 0)
		case ".json":
			if !json.Valid(text) {
				err = fmt.Errorf("%s is not whole: %s", path, text)
			}
		case ".csv":
			if !bytes.HasSuffix(text, []byte("\n")) {
				err = fmt.Errorf("%s ends in %q", path, text)
			}
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	file := filepath.Join(folder, run.ExperimentFile)
	if _, err := os.Stat(file); err == nil {
		if _, err := experiment.Load(os.ReadFile, file, nil); err != nil {
			t.Error(err)
		}
	}
}
