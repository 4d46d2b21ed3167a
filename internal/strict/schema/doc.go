// Package schema describes the files that package strict reads into a struct: as
// a JSON Schema, as tables of keys, and as lists of values.
package schema
