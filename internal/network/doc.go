// Package network reads what an experiment says about its network: the sections
// model, constraints, initializer and populations.
//
// Config structs hold what was read. A [Resolver] turns it into numbers once the
// sizes of the network are known: entries of matrices, indices of selections,
// units of populations. It collects mistakes, each with its place in the file, so
// that all of them are told together.
package network
