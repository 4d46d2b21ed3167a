package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"psychrnn/internal/fault"
	"psychrnn/internal/run"
)

// terminal opens a terminal of 80 columns: what is typed is written to the
// keys, and what appears on the screen is read from them.
func terminal(t *testing.T) (keys, screen *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(keys.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	if screen, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	return keys, screen
}

// A terminal that is stopped by Ctrl-S stops neither training nor its end.
func TestStoppedTerminal(t *testing.T) {
	for _, progress := range []string{"auto", "plain"} {
		t.Run(progress, func(t *testing.T) {
			t.Parallel()
			keys, screen := terminal(t)
			if _, err := io.WriteString(keys, "\x13"); err != nil {
				t.Fatal(err)
			}
			folder := filepath.Join(t.TempDir(), "run")
			c := exec.Command("psychrnn", "train", "-c", write(t, "small.yaml", small), "-o", folder, "--progress", progress,
				"--set", "train.training_iters=2000000000", "--set", "train.loss_epoch=1", "--set", "train.checkpoint_every=5 updates")
			c.Stdin, c.Stdout, c.Stderr = screen, screen, screen
			c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			start(t, c)
			appears(t, folder, run.LossesFile)
			if err := c.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if status := ended(t, c); status != fault.Interrupted {
				t.Errorf("status %d", status)
			}
			checkWhole(t, folder)
		})
	}
}

// Results and messages wait for a terminal that is stopped and goes on, in
// their order.
func TestStoppedTerminalGoesOn(t *testing.T) {
	t.Parallel()
	keys, screen := terminal(t)
	if _, err := io.WriteString(keys, "\x13"); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "run")
	c := exec.Command("psychrnn", "train", "-c", write(t, "small.yaml", small), "-o", folder)
	c.Stdin, c.Stdout, c.Stderr = screen, screen, screen
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	start(t, c)
	appears(t, folder, run.MetricsFile)
	time.Sleep(50 * time.Millisecond)
	if _, err := io.WriteString(keys, "\x11"); err != nil {
		t.Fatal(err)
	}
	_ = screen.Close()
	said, _ := io.ReadAll(keys) // a terminal that nobody has open any more is an error
	if status := ended(t, c); status != 0 {
		t.Errorf("status %d", status)
	}
	text := strings.ReplaceAll(string(said), "\r\n", "\n")
	if test, where := strings.Index(text, "\nTest on "), strings.Index(text, "\nResults: "+folder+"\n"); test < 0 || where < test {
		t.Errorf("said %q", text)
	}
}
