// Package kernel holds the loops in which training spends its time: the
// matrix product, the element-wise functions and the random deviates. The
// plain Go loops here are the documentation and the oracle of every faster
// version; a Set gathers the versions chosen for this processor.
//
// The assembly is written by the program in avo, a module of its own:
//
//	go generate ./internal/kernel              # writes the files anew
//	go run -C internal/kernel/avo . -check     # fails if they are out of date
package kernel

//go:generate go run -C avo .
