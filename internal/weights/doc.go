// Package weights reads and writes weight files: the .npz archives that hold
// a network's arrays by name, and lone .npy arrays.
//
// It exists because such a file is the user's result and often comes from
// elsewhere. Everything the original program ever wrote is read, and what is
// written here is read there. No file can do harm: nothing that a file names
// is looked up, imported or called; no memory is taken on the word of a
// header; no member's name is ever used as a path.
//
// A [File] is a list of members. [Read] takes one from an archive,
// [File.Write] writes it in the flavour of numpy.savez, so that equal files
// are equal bytes. [File.Network] checks what every network has in common,
// [Tensor] takes out one array in the precision asked for. Which further
// members an architecture has is the business of the packages above.
package weights
