//go:build unix

package early

import (
	"os"
	"syscall"
)

// stop are the signals to stop, that one first to which the program is deaf till then.
var stop = []os.Signal{syscall.SIGUSR2, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
