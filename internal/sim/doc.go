// Package sim drives networks forward through time, and owns the workers that
// share the trials of a batch.
//
// It knows cells, and what may be put around one ([Wrapper]), but not what that
// does. How a batch is cut into groups depends on the batch and the network
// alone, and noise is addressed by trial and step, so the number of workers
// changes no bit.
package sim
