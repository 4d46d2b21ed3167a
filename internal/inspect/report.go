package inspect

// All that is said of a weight file together.

import (
	"fmt"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// FileReport is what a weight file holds.
type FileReport struct {
	Members []MemberReport `json:"members"`
	Network *NetworkReport `json:"network"` // nil if the file is refused as one
	Refused string         `json:"refused,omitempty"`
	// Provenance is nil if the file does not say. Its experiment is the caller's to fill in, by name.
	Provenance *weights.Provenance `json:"provenance,omitempty"`
	Edits      []string            `json:"edits,omitempty"` // changes made by hand
	Warnings   []string            `json:"warnings"`
	Faults     []string            `json:"faults"` // known mistakes of old releases, harmless or honoured
}

// Look reports what the file holds. The error says why it is refused as a
// network, where it is; the report holds what can be said nevertheless. asked
// says that the file's size was said to be meant, however small the file is.
func Look(f *npz.File, asked bool) (*FileReport, error) {
	r := &FileReport{Members: Members(f), Edits: weights.EditNotes(f), Warnings: []string{}, Faults: []string{}}
	if p, ok := weights.ProvenanceOf(f); ok {
		p.Experiment, r.Provenance = "", &p
	}
	loaded, err := weights.FromFile(f)
	if err != nil {
		r.Refused = err.Error()
		return r, err
	}
	r.Warnings, r.Faults = append(r.Warnings, loaded.Warnings...), append(r.Faults, loaded.Faults...)
	spectrum := largestSpectrum
	if !asked {
		spectrum = spectrumOf(f.Size)
	}
	r.Network, err = reportNetwork(loaded, spectrum)
	if err != nil {
		r.Warnings = append(r.Warnings, err.Error())
	}
	if net := r.Network; net.DaleSigns != nil {
		e := model.Excitatory(*net.DaleRatio, net.Units)
		if share := float64(net.Excitatory) / float64(net.Units); e != net.Excitatory && share != *net.DaleRatio {
			r.Faults = append(r.Faults, fmt.Sprintf("dale_ratio makes %d units excitatory, but Dale_rec %d, which counts", e, net.Excitatory))
		}
	}
	return r, nil
}
