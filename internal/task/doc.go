// Package task supplies trials: inputs, targets, masks and the variables drawn
// for each, every draw addressed by seed, purpose, trial and name.
package task
