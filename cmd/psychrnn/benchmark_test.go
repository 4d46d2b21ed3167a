package main

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// From the start of the program to the end of the first update of Hello World.
func BenchmarkFirstUpdate(b *testing.B) {
	for b.Loop() {
		c := exec.Command("psychrnn", "train", "-o", filepath.Join(b.TempDir(), "run"), "--log-format", "json",
			"--set", "train.loss_epoch=1", "--set", "train.training_iters=1", "--set", "test.trials=1")
		messages, err := c.StderrPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		line, err := bufio.NewReader(messages).ReadString('\n')
		b.StopTimer()
		if err != nil || !strings.Contains(line, `"update":1`) {
			b.Fatalf("%q: %v", line, err)
		}
		if err := c.Wait(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkHelp(b *testing.B) {
	for b.Loop() {
		if err := exec.Command("psychrnn", "--help").Run(); err != nil {
			b.Fatal(err)
		}
	}
}
