// Package strict reads YAML into Go structs and refuses whatever is not
// exactly meant: the struct's tags are the only description of a section, all
// mistakes of a file are reported together, and each has its place, its path
// and its remedy. It also writes structs back as YAML that other readers take
// for the same values.
//
// The way of a file is
//
//	yaml.Parse    -> values as they were written, with their places
//	Merge, Assign -> one value: a file over the one that it extends, flags over both
//	Loader.Decode -> a struct, and all that is wrong with it
//	Encode        -> the struct as YAML
//
// Package schema makes the table of keys and the JSON Schema of the same structs.
//
// A struct describes itself by the tags of its fields:
//
//	yaml:"N_rec"       the key; ",rest" on a Map takes every other key
//	doc:"one line"     what it is, for tables, schema and messages
//	default:"50"       YAML, read like the file itself; null and absence mean it
//	absent:"1.1"       what its absence comes to where there is no default
//	required:"true"    must stand in the file
//	unless:"a.b"       not if something stands there
//	min max above below   bounds, the last two exclusive
//	oneof:"relu tanh"  the texts allowed
//	unit:"ms"          also reads 2s and 200ms
//	original:"name"    what the original calls it, if something else
//	short:"true"       takes a value that is no map in the struct's place
//	form:"task/rule"   the described type that says what may stand there, for a
//	                   *Node, a text, or a list or Map of nodes
//	resume:"free"      what a change of it means for a run that goes on
//
// Bounds, oneof and unit hold for the elements of a list or map too, and for
// what a Decoder passes on through [Node.Decode]. Allowed field types are bool,
// the integers and floats, string, lists, [Map], structs (embedded ones are
// inlined), pointers (nil when absent), [Path], [*Node] and every [Decoder].
// What tags cannot say of a type with a decoder of its own [Describe] says. A
// [Map] with a method Keys has no others.
// A field without a default and not required is absent when it is zero.
//
// Merge keys (<<) are refused, since extends does the same in sight; aliases
// of whole values are read.
package strict
