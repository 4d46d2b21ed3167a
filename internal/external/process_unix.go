//go:build unix

package external

import (
	"os/exec"
	"syscall"
)

// apart gives the process a group of its own, so that a terminal's interrupt
// does not reach it before training has ended in good order.
func apart(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	mortal(c.SysProcAttr)
}

// terminate asks the group to end, in which children of the process may be left
// when it has ended itself.
func terminate(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }

// kill ends the group.
func kill(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
