// Package sim drives networks forward through time, and owns the workers that
// share the trials of a batch.
package sim
