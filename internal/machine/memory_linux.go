package machine

// The most memory that was taken, as the kernel counts it.

import "os"

// PeakMemory is the largest resident memory of this process so far, in bytes.
// What getrusage says will not do: it begins with the peak of the process that
// started this one, such as a large Python.
func PeakMemory() uint64 {
	return uint64(kilobytes(os.DirFS("/"), "proc/self/status", "VmHWM:")) //nolint:forbidigo // of the kernel
}
