//go:build unix

package external

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// fakeChild starts a program that sleeps and holds everything that this one has
// open, and the pipe of the test.
func fakeChild(leaves bool) {
	alive, err := os.OpenFile("alive", os.O_WRONLY, 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		panic(err)
	}
	child := exec.Command(os.Args[0], "fake", "sleeps")
	child.Stdout, child.Stderr, child.ExtraFiles = os.Stdout, os.Stderr, []*os.File{alive}
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: leaves}
	if err := child.Start(); err != nil {
		panic(err)
	}
	if leaves { // the test ends it
		if err := os.WriteFile("child", []byte(strconv.Itoa(child.Process.Pid)), 0o600); err != nil {
			panic(err)
		}
	}
}

// What a program leaves ends with it, even where no shell can guard its group.
func TestNothingLeftWithoutShell(t *testing.T) {
	c := asking(t, "leaves a child")
	path := filepath.Join(c.Config.Command.Folder.String(), "alive") // is at its end for who reads it once nobody has it open for writing
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		f, err := os.Open(path)
		if err == nil {
			_, err = io.Copy(io.Discard, f)
			_ = f.Close()
		}
		ended <- err
	}()
	programs := run(t, &Programs{shell: "/no/such/shell"})
	if _, err := OpenSupply(c, nil, programs, 0, 0, []string{"train"}); err != nil {
		t.Fatal(err)
	}
	programs.Close()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("something is left")
	}
}

// Of a program that did nothing wrong nothing is told, though what left its group
// holds its standard output.
func TestHeldOutput(t *testing.T) {
	c := asking(t, "leaves a child in a group of its own")
	programs := run(t, &Programs{Warn: func(text, _ string) { t.Errorf("told %q", text) }})
	supply, err := OpenSupply(c, nil, programs, 0, 0, []string{"train"})
	if err == nil {
		_, _, err = supply.Batch("train", 0, 0, 4)
	}
	programs.Close()
	number, missing := os.ReadFile(filepath.Join(c.Config.Command.Folder.String(), "child"))
	child, wrong := strconv.Atoi(string(number))
	if err := errors.Join(err, missing, wrong); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}
