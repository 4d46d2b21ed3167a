package external

// Processes in groups of their own; there is no guard.

import (
	"os"
	"syscall"
)

// ownGroup gives the process a group of its own, so that a terminal's interrupt
// does not reach it before training has ended in good order.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// processGroup is the process alone: the end of standard input tells those that it
// started to end.
type processGroup struct{ leader *os.Process }

func (g *processGroup) guard(leader *os.Process, _ string) { g.leader = leader }

// atEnd says that nothing is to be done between the end of a process and that it
// is waited for.
func atEnd(*os.Process) bool { return false }

// terminate ends the process; there is no signal to ask it.
func (g *processGroup) terminate() { g.kill() }

// kill ends the process.
func (g *processGroup) kill() { _ = g.leader.Kill() }

func (g *processGroup) close() {}
