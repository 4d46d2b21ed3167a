package machine

import "testing"

// The peak is at least what the process has just touched.
func TestPeakMemory(t *testing.T) {
	touched := make([]byte, 64<<20)
	for k := 0; k < len(touched); k += 4096 {
		touched[k] = 1
	}
	if peak := PeakMemory(); peak < uint64(len(touched)) {
		t.Errorf("a peak of %d bytes with %d touched", peak, len(touched))
	}
}
