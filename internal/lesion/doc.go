// Package lesion is what is done to a network while it runs: units are silenced,
// connections scaled, currents and noise added, time steps changed, in a window or
// a period.
//
// The section ablate of an experiment, and flags, resolve to [Intervention]s.
// [New] makes some of them ready for a network in one precision; the result wraps
// the network's cell, so that drivers, losses and tasks know nothing of it.
package lesion
