package external

// Trials of a file, in its order or shuffled anew for every pass.

import (
	"psychrnn/internal/random"
)

// fileSupply goes through the trials of a file, pass after pass.
type fileSupply struct {
	archive  *Archive
	shuffled bool
	key      random.Key // begins the address of every order
	orders   map[string]order
}

// order is that of one pass.
type order struct {
	pass uint64
	rows []int
}

// Different is the number of trials in the file: a pass has each of them once.
func (f *fileSupply) Different() int { return f.archive.Trials }

// Batch gives the trials of the file that are the first, first+1, ... of a
// purpose. It depends on nothing that was asked before.
func (f *fileSupply) Batch(purpose string, first, _ uint64, trials int) (*Archive, []int, error) {
	rows, n := make([]int, trials), uint64(f.archive.Trials)
	for k := range rows {
		number := first + uint64(k)
		if rows[k] = int(number % n); f.shuffled {
			rows[k] = f.order(purpose, number/n)[rows[k]]
		}
	}
	return f.archive, rows, nil
}

// order is a random order of all trials (Durstenfeld 1964).
func (f *fileSupply) order(purpose string, pass uint64) []int {
	o, ok := f.orders[purpose]
	if ok && o.pass == pass {
		return o.rows
	}
	o = order{pass, make([]int, f.archive.Trials)}
	draws := f.key.Text(purpose).Text("order").Number(pass).Draws()
	for k := range o.rows {
		at := draws.Index(k + 1)
		o.rows[k] = o.rows[at]
		o.rows[at] = k
	}
	f.orders[purpose] = o
	return o.rows
}
