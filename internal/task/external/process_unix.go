//go:build unix

package external

// Processes in groups of their own, with a guard that ends them.

import (
	"io"
	"os"
	"os/exec"
	"syscall"
)

// processGroup is that of a process, in which everything is that the process starts,
// unless it leaves. A guard in it ends all of it once this program has ended,
// even if by a signal that no program hears. The guard also keeps the group's
// number from being given to others after the process has ended.
type processGroup struct {
	leader  *os.Process
	watcher *exec.Cmd // nil where there is no shell: then only the leader ends with this program, and that not everywhere
	life    io.Closer // the guard's standard input, which ends with this program
}

// guard starts the guard in a shell. The process has not been waited for yet.
func (g *processGroup) guard(leader *os.Process, shell string) {
	g.leader = leader
	c := exec.Command(shell, "-c", `trap "" HUP INT QUIT TERM; read -r life; kill -KILL 0`)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: leader.Pid}
	life, err := c.StdinPipe()
	if err != nil {
		return
	}
	if err := c.Start(); err != nil {
		_ = life.Close()
		return
	}
	g.watcher, g.life = c, life
}

// terminate asks the group to end.
func (g *processGroup) terminate() { g.signal(syscall.SIGTERM) }

// kill ends the group.
func (g *processGroup) kill() { g.signal(syscall.SIGKILL) }

func (g *processGroup) signal(s syscall.Signal) {
	if g.watcher != nil || g.leader.Signal(syscall.Signal(0)) == nil { // it has not been waited for, so the number is its own
		_ = syscall.Kill(-g.leader.Pid, s)
	}
}

// close waits for the end of the guard, which was killed with its group.
func (g *processGroup) close() {
	if g.watcher != nil {
		_ = g.life.Close()
		_ = g.watcher.Wait()
	}
}
