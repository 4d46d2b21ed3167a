package machine

import (
	"runtime"
	"testing"
)

// Slurm's word counts where it gives less than there is.
func TestThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(6))
	for slurm, want := range map[string]int{"": 6, "4": 4, "1": 1, "6": 6, "64": 6, "0": 6, "-2": 6, "many": 6} {
		t.Setenv(slurmThreads, slurm)
		n, by := Threads()
		if n != want || (by == slurmThreads) != (want < 6) {
			t.Errorf("SLURM_CPUS_PER_TASK=%s: %d threads (%s), want %d", slurm, n, by, want)
		}
	}
}
