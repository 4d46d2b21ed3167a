package external

// Processes where the system ends them with this program.

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownGroup gives a process a group of its own, so that a terminal's interrupt does not
// reach it before training has ended in good order. The process ends with this program
// however that ends.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// atEnd waits until the process has ended, and leaves it to be waited for, so that
// its number is still its own, and its group's.
func atEnd(p *os.Process) bool {
	for {
		err := unix.Waitid(unix.P_PID, p.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, syscall.EINTR) {
			return err == nil
		}
	}
}
