//go:build unix

package machine

// How many files may be open at once.

import (
	"fmt"
	"os"
	"syscall"
)

// fewest is how many more files any command opens at once: one of the user's,
// and two of the runtime's, which ends the program with a dump where it cannot
// have them.
const fewest = 3

// CheckDescriptors finds out whether that many files can be open.
func CheckDescriptors() error {
	var open []int
	defer func() {
		for _, fd := range open {
			_ = syscall.Close(fd)
		}
	}()
	for range fewest {
		fd, err := syscall.Open(os.DevNull, syscall.O_RDONLY|syscall.O_CLOEXEC, 0) //nolint:forbidigo // it is no file on a disk
		if err != nil {
			return fmt.Errorf("the program cannot begin: %w", err)
		}
		open = append(open, fd)
	}
	return nil
}
