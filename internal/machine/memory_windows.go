package machine

// The memory that was taken, as the runtime counts it.

import "runtime"

// PeakMemory is the memory that this process has taken from the system, in bytes.
func PeakMemory() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys
}
