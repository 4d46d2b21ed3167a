// Package npz reads and writes NumPy's files: .npz archives of named arrays and
// lone .npy arrays.
//
// Such a file is the user's result and often comes from elsewhere. All that the
// original program ever wrote is read, and what is written here is read there.
// No file can do harm: nothing that a pickle names is looked up, imported or
// called; no memory is taken on the word of a header; no member's name is ever
// used as a path.
//
// A [File] is a list of members. [Read] takes one from an archive, [File.Write]
// writes it in the flavour of numpy.savez, so that equal files are equal bytes.
// [Store] writes arrays larger than memory, [Slabs] reads them. What the members
// of a weight file mean is the business of package weights.
package npz
