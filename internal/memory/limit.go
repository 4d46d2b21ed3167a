package memory

// What takes more memory than there is is refused before any of it is taken, and the
// garbage collector works harder the less there is.

import (
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/machine"
)

// gcShare is the share of the memory there is at which the garbage collector
// begins to work harder.
const gcShare = 0.9

// Afford refuses what takes more memory than there is, before any of it is
// taken: the system would end the program without a word.
func Afford(m Estimate) error {
	limit, of := machine.MemoryLimit()
	if m.Total() > limit {
		most := m.Largest()
		has, lower := "has", most.Lower
		if strings.HasPrefix(of, "ulimit") {
			has, lower = "leaves", lower+", or raise the limit: programs in Go reserve more than they use"
		}
		hint := fmt.Sprintf("%s take %s: lower %s", most.What, Gigabytes(most.Bytes), lower)
		return fault.New(fault.Failed, hint, "this takes about %s of memory, but %s %s %s", Gigabytes(m.Total()), of, has, Gigabytes(limit))
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(min(gcShare*limit, 1<<62)))
	}
	return nil
}

// AffordContent does so for the content of a file of arrays, which may be larger
// than any memory: much of a file can be a hole.
func AffordContent(path string, bytes int64) error {
	if bytes <= Reading {
		return nil
	}
	return Afford(Estimate{Parts: []Part{{What: "the content of " + path, Lower: "its size", Bytes: float64(bytes)}}})
}

// Reading is the memory above which the garbage collector works harder until
// something that takes more was found to be affordable, or a weight file that
// may take more is read (see userfiles.ReadWeights): what is left over of reading a file is
// not to take as much again as the file.
const Reading = 128 << 20

// BeModest sees to that.
func BeModest() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(Reading)
	}
}

// Grant raises that limit by so many bytes.
func Grant(bytes int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		limit := debug.SetMemoryLimit(-1) // changes nothing
		debug.SetMemoryLimit(limit + min(bytes, math.MaxInt64-limit))
	}
}
