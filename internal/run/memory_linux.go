package run

import (
	"os"
	"strconv"
	"strings"
)

// PeakMemory is the largest resident memory of this process so far, in bytes.
// What getrusage says will not do: it begins with the peak of the process that
// started this one, such as a large Python.
func PeakMemory() uint64 {
	text, err := os.ReadFile("/proc/self/status") //nolint:forbidigo // it is no file on a disk
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(after, " kB")
	kilobytes, err := strconv.ParseUint(strings.TrimSpace(line), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024
}
