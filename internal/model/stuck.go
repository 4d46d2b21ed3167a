package model

// Entries that training may change and cannot.

// Stuck says of a weight matrix which of the entries that training may change
// it cannot change, since the constraints give them no gradient.
type Stuck struct {
	Name   string // as the experiment calls it
	Free   int    // entries that neither a flag nor fixed_weights holds
	Masked int    // of them, those where the mask or the sign of the unit is 0
	Zero   int    // of them, those at 0 under Dale's law, where sgn(0) = 0 (see Constraints.Back)
}

// Stuck lists the matrices in which entries are stuck.
func (n *Network) Stuck() (list []Stuck) {
	free := n.Free()
	for _, r := range ConstraintsOf[float64](n).rules {
		s := Stuck{Name: r.tensor.ConfigName()}
		for k, v := range View(r.tensor, n.Theta) {
			switch {
			case free != nil && !free[r.tensor.At+k]:
				continue
			case r.mask[k]*r.sign[k] == 0:
				s.Masked++
			case r.abs && v == 0:
				s.Zero++
			}
			s.Free++
		}
		if s.Masked+s.Zero > 0 {
			list = append(list, s)
		}
	}
	return list
}
