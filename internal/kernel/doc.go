// Package kernel holds the loops in which training spends its time: the
// matrix product, the element-wise functions and the random deviates. The
// plain Go loops here are the documentation and the oracle of every faster
// version; a Set gathers the versions chosen for this processor.
package kernel
