// Package weights is all that is known of a weight file: which members it has,
// how a network is read from them and written as them, where it breaks its own
// rules, which members say how it came about (original 6).
//
// [Load] makes a network of a file, [Save] a file of a network. What an .npz file
// is in itself is the business of package npz.
package weights
