package external

// The end of processes where the system ends them with this program.

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// killOnExit makes the process end with this program however that ends.
func killOnExit(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }

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
