package kernel

// Which of the sets of kernels runs here: the first that the processor can run, or
// the one that PSYCHRNN_KERNEL asks for. What differs in how it rounds is a
// numerics class, which checkpoints name.

import (
	"fmt"
	"runtime"
	"strings"
)

// Sets are all kernels that this processor can run, fastest first.
func Sets[F Float]() []*Set[F] { return append(fast[F](), Plain[F]()) }

// Choose returns the kernels called name, avx512, avx2 or go; "" stands for
// the fastest this processor has.
func Choose[F Float](name string) (*Set[F], error) {
	var names []string
	for _, s := range Sets[F]() {
		if name == "" || name == s.Name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return nil, fmt.Errorf("this processor has no kernels called %q, only %s", name, strings.Join(names, ", "))
}

// numerics names how a set rounds. Go's compiler is free to fuse x*y+z, and
// does so for some processors, which changes the plain loops.
func numerics(kind string) string {
	name := runtime.GOARCH + " " + kind
	if x := 1 + 0x1p-27; fuses(x, x, -(1 + 0x1p-26)) {
		name += " fused"
	}
	return name
}

//go:noinline
func fuses(x, y, z float64) bool { return x*y+z != float64(x*y)+z }
