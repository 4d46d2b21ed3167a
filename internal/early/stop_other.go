//go:build !unix

package early

// The signals to stop where there are no others.

import (
	"os"
	"syscall"
)

// stop are the signals to stop.
var stop = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
