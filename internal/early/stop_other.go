//go:build !unix

package early

import (
	"os"
	"syscall"
)

// stop are the signals to stop.
var stop = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
