package machine

// Processors that the program may use.

import (
	"os"
	"runtime"
	"strconv"
)

// slurmThreads is where Slurm says how many processors a task was given.
const slurmThreads = "SLURM_CPUS_PER_TASK"

// Threads is the number of threads to take where nobody says it, and what it
// goes by: the processors that the program may run on, by its affinity and the
// quota of its control group, and no more than Slurm gave it.
func Threads() (n int, by string) {
	n = runtime.GOMAXPROCS(0)
	if given, err := strconv.Atoi(os.Getenv(slurmThreads)); err == nil && given >= 1 && given < n {
		return given, slurmThreads
	}
	return n, "the processors there are"
}
