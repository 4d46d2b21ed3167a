package main

import (
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/machine"
	"psychrnn/internal/memory"
)

// gcShare is the share of the memory there is at which the garbage collector
// begins to work harder.
const gcShare = 0.9

// afford refuses what takes more memory than there is, before any of it is
// taken: the system would end the program without a word.
func afford(m memory.Estimate, err error) error {
	if err != nil {
		return err
	}
	limit, of := machine.MemoryLimit()
	if m.Total() > limit {
		most := m.Largest()
		has, lower := "has", most.Lower
		if strings.HasPrefix(of, "ulimit") {
			has, lower = "leaves", lower+", or raise the limit: programs in Go reserve more than they use"
		}
		hint := fmt.Sprintf("%s take %s: lower %s", most.What, memory.Gigabytes(most.Bytes), lower)
		return fault.New(fault.Failed, hint, "this takes about %s of memory, but %s %s %s", memory.Gigabytes(m.Total()), of, has, memory.Gigabytes(limit))
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(min(gcShare*limit, 1<<62)))
	}
	return nil
}

// affordContent does so for the content of a file of arrays, which may be larger
// than any memory: much of a file can be a hole.
func affordContent(path string, bytes int64) error {
	if bytes <= reading {
		return nil
	}
	return afford(memory.Estimate{Parts: []memory.Part{{What: "the content of " + path, Lower: "its size", Bytes: float64(bytes)}}}, nil)
}

// reading is the memory above which the garbage collector works harder until
// something that takes more was found to be affordable, or a weight file that
// may take more is read (see readWeights): what is left over of reading a file is
// not to take as much again as the file.
const reading = 128 << 20

// beModest sees to that.
func beModest() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(reading)
	}
}

// grant raises that limit by so many bytes.
func grant(bytes int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		limit := debug.SetMemoryLimit(-1) // changes nothing
		debug.SetMemoryLimit(limit + min(bytes, math.MaxInt64-limit))
	}
}
