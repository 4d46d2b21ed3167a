//go:build interop && unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"psychrnn/internal/run"
)

// slurm is a cluster of one node, and the folder in which jobs are submitted.
type slurm struct {
	t           *testing.T
	environment []string
	folder      string
}

var exported = regexp.MustCompile(`(?m)^export (\w+)=(?:'([^']*)'|"([^"]*)"|([^\s;]*));?$`)

// startSlurm brings the cluster up for the length of a test.
func startSlurm(t *testing.T) slurm {
	t.Helper()
	tools := os.Getenv("PSYCHRNN_SLURM")
	if tools == "" {
		t.Fatal("PSYCHRNN_SLURM must name a folder with start.sh and stop.sh of a Slurm for tests")
	}
	start := exec.Command("bash", filepath.Join(tools, "start.sh"))
	var messages bytes.Buffer
	start.Stderr = &messages
	out, err := start.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, messages.String())
	}
	s := slurm{t: t, environment: os.Environ(), folder: t.TempDir()}
	for _, m := range exported.FindAllStringSubmatch(string(out), -1) {
		s.environment = append(s.environment, m[1]+"="+m[2]+m[3]+m[4])
	}
	t.Cleanup(func() {
		stop := exec.Command("bash", filepath.Join(tools, "stop.sh"))
		stop.Env = append(s.environment, "SLURM_TEST_KEEP=0")
		if out, err := stop.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	return s
}

// do runs a command of Slurm in the folder.
func (s slurm) do(name string, args ...string) string {
	s.t.Helper()
	c := exec.Command(name, args...)
	c.Env, c.Dir = s.environment, s.folder
	out, err := c.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// wait lets at most two minutes pass until the condition holds.
func (s slurm) wait(what string, holds func() bool) {
	s.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			logs, _ := exec.Command("sh", "-c", "tail -n 20 "+s.folder+"/*.out").CombinedOutput()
			s.t.Fatalf("in vain: %s\n%s\n%s", what, s.do("squeue", "-t", "all"), logs)
		}
	}
}

// begun waits until the run has a checkpoint.
func (s slurm) begun(name string) {
	s.t.Helper()
	s.wait("a checkpoint of "+name, func() bool {
		_, err := os.Stat(filepath.Join(s.folder, "runs", name, run.CheckpointFile))
		return err == nil
	})
}

// ended waits for the job's end, which must be a success after one restart.
func (s slurm) ended(job string) {
	s.t.Helper()
	s.wait("the end of job "+job, func() bool {
		states := strings.Fields(s.do("squeue", "-h", "-t", "all", "-j", job, "-o", "%T"))
		for _, state := range states {
			if state != "COMPLETED" {
				return false
			}
		}
		return true
	})
	shown := s.do("scontrol", "show", "job", job)
	if !strings.Contains(shown, "Restarts=1 ") || strings.Contains(shown, "Restarts=0 ") {
		s.t.Errorf("not restarted once:\n%s", shown)
	}
}

// The job scripts of the documentation, preempted or warned of their end: Slurm
// starts them again, and they end with the bits of undisturbed runs.
func TestInteropSlurm(t *testing.T) {
	var scripts []string
	for _, b := range blocks(read(t, "../../docs/training.md")) {
		if b.language == "bash" && strings.Contains(b.text, "psychrnn train") { // not a line of a header alone
			scripts = append(scripts, b.text)
		}
	}
	if len(scripts) != 2 {
		t.Fatalf("docs/training.md has %d job scripts", len(scripts))
	}
	header := regexp.MustCompile(`(?m)^#.*\n`).FindAllString(scripts[0], -1)
	scripts[1] = strings.Join(header, "") + scripts[1]
	s := startSlurm(t)
	for name, text := range map[string]string{
		"my.yaml":    "extends: hello.yaml\ntrain: {training_iters: 300000, checkpoint_every: 100 updates}\n",
		"hello.yaml": succeed(t, "example", "hello"), "preempted.sh": scripts[0], "warned.sh": scripts[1],
	} {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	preempted := s.do("sbatch", "--parsable", "-p", "scavenge", "--array=2-3", "-o", "%a.out", "preempted.sh")
	s.begun("2")
	s.begun("3")
	s.do("sbatch", "-p", "urgent", "--exclusive", "-o", "urgent.out", "--wrap", "sleep 1")
	s.ended(preempted)

	warned := s.do("sbatch", "--parsable", "-o", "mine.out", "warned.sh")
	s.begun("mine")
	s.do("scancel", "--batch", "--signal=TERM", warned)
	s.ended(warned)

	for name, seed := range map[string]string{"2": "2", "3": "3", "mine": "1"} {
		if log := read(t, s.folder, name+".out"); !strings.Contains(log, "interrupted after update") {
			t.Errorf("run %s was not interrupted:\n%s", name, log)
		}
		s.do("psychrnn", "train", "-q", "-c", "my.yaml", "-o", "undisturbed"+name, "--seed", seed)
		for _, file := range []string{run.WeightsFile, run.LossesFile} {
			if read(t, s.folder, "runs", name, file) != read(t, s.folder, "undisturbed"+name, file) {
				t.Errorf("%s of run %s differs from that of an undisturbed one", file, name)
			}
		}
	}
}
