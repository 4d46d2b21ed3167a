// Package model says what a network is: its named parameters, the constraints
// on them, how they start, and each architecture's step through time with the
// step's transpose beside it.
//
// Letters used throughout: B trials of a batch, T steps, n recurrent units,
// i inputs, o outputs; dX is the gradient of X. Time runs t = 0..T: row t of a
// cell's input is [h_t | x_{t+1} | 1], so that one product gives the
// pre-activation of step t+1 and the output of step t. The output at t = 0 and
// the state after T are computed and ignored; in return the backward step at
// t = 0 yields the gradient of the initial state.
package model
