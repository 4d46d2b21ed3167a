// Package yaml turns one document into values that know where they were written,
// and reports what is wrong with its form. What a value means is for package
// strict to say.
//
// Only the node tree of the YAML library is used, and nothing else in the program
// imports the library: its decoder cuts fractions into whole numbers, reads 010 as
// 8, drops null list elements and never looks at a second document, and its
// messages name a neighbouring line at best.
package yaml
