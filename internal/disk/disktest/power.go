package disktest

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Survival is what survives a power cut of what was not synced.
type Survival struct {
	Name    func() bool                         // whether the next change of a name does
	Content func(synced, written []byte) []byte // what a file holds that was written to since it was synced
}

// Nothing survives that was not synced.
func Nothing() Survival {
	return Survival{
		func() bool { return false },
		func(synced, _ []byte) []byte { return synced },
	}
}

// Names survive, and the lengths of files, but nothing that was written to them.
func Names() Survival {
	return Survival{
		func() bool { return true },
		func(_, written []byte) []byte { return make([]byte, len(written)) },
	}
}

// Mixed is some of it, in any order.
func Mixed(seed uint64) Survival {
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // G404: the same power cut for the same seed
	return Survival{
		func() bool { return r.IntN(2) == 0 },
		func(synced, written []byte) []byte {
			whole := slices.Clone(written)
			at := r.IntN(len(written) + 1)
			switch r.IntN(5) {
			case 0:
				return slices.Clone(synced)
			case 1:
				return whole[:at]
			case 2:
				clear(whole[at:])
			case 3:
				clear(whole[:at])
			}
			return whole
		},
	}
}

// PowerCut ends all programs that use the disk, and what they wrote survives as
// s says.
func (m *Memory) PowerCut(s Survival) {
	m.Kill()
	defer m.locked()()
	done := map[*node]bool{}
	var visit func(*node)
	visit = func(n *node) {
		if done[n] {
			return
		}
		done[n] = true
		if n.dirty {
			n.content = s.Content(n.keptContent, n.content)
			n.keptContent, n.shared, n.dirty = n.content, true, false
		}
		if !n.mode.IsDir() {
			return
		}
		for _, c := range n.changes {
			if s.Name() {
				c.apply(n.keptNames)
			}
		}
		n.names, n.changes = maps.Clone(n.keptNames), nil
		for _, name := range slices.Sorted(maps.Keys(n.names)) {
			visit(n.names[name])
		}
	}
	visit(m.root)
}

// Kill ends all programs that use the disk; what they wrote remains.
func (m *Memory) Kill() {
	defer m.locked()()
	m.life++
	var visit func(*node)
	visit = func(n *node) {
		n.users = 0
		for _, inner := range n.names {
			visit(inner)
		}
	}
	visit(m.root)
}
