//go:build unix

package early

// The signals to stop on Unix.

import (
	"os"
	"syscall"
)

// stop are the signals to stop. SIGUSR2 comes first, because it is lost if it
// arrives before it is listened to, whereas the others end the program then.
var stop = []os.Signal{syscall.SIGUSR2, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
