// Package train changes weights: optimizers, clipping, fixed weights and the
// loop over batches. It opens no file and reads no clock; an Observer does.
package train
