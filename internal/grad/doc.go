// Package grad turns a loss and regularizers into the gradient of every weight:
// the driver backward through time along the trajectory that package sim
// computed, hand-written, in the precision of the network.
package grad
