package external

import (
	"os/exec"
	"syscall"
)

// apart gives the process a group of its own, so that a terminal's interrupt
// does not reach it before training has ended in good order.
func apart(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// terminate ends the process; there is no signal to ask it.
func terminate(c *exec.Cmd) { _ = c.Process.Kill() }

// kill ends the process.
func kill(c *exec.Cmd) { _ = c.Process.Kill() }
