package weights

// Members that say how a file came about, and the file without pickles.

import (
	"encoding/binary"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
)

// WithoutPickles returns the file without pickled members, for numpy.load with its safe
// default: dale_ratio as a number, 0 for None, and the transfer function as
// text under another name, since the original would call a text. What has to be left
// out is said.
func WithoutPickles(f *npz.File) (*npz.File, []string, error) {
	l := Loaded{Network: &model.Network{}}
	if err := l.readPickled(f); err != nil {
		return nil, nil, err
	}
	plain, left := &npz.File{}, []string{}
	for _, m := range f.Members {
		switch {
		case m.Name == daleName:
			plain.Set(npz.Member{Name: daleName, Array: npz.ArrayOf(nil, []float64{l.Network.Dale.Ratio})})
		case m.Name == transferName && l.Function != nil:
			plain.Set(npz.Member{Name: plainTransferName, Array: npz.TextOf(l.Function.String())})
		case m.Object != nil:
			left = append(left, m.Name+": left out, for it is pickled")
		default:
			plain.Set(m)
		}
	}
	return plain, left, nil
}

// Provenance says how a file came about. The original ignores its members.
type Provenance struct {
	Experiment string `json:"experiment,omitempty"` // the text of the experiment as it ran
	Version    string `json:"version"`              // of the program that wrote the file
	Seed       uint64 `json:"seed"`
	Trials     uint64 `json:"trials"` // trained on
}

const (
	experimentMember = "psychrnn_experiment"
	versionMember    = "psychrnn_version"
	seedMember       = "psychrnn_seed"
	trialsMember     = "psychrnn_trials"
)

// IsProvenance says whether a member is part of the provenance.
func IsProvenance(member string) bool {
	return slices.Contains([]string{experimentMember, versionMember, seedMember, trialsMember}, member)
}

// SetProvenance puts p into the file.
func SetProvenance(f *npz.File, p Provenance) {
	f.Set(npz.Member{Name: experimentMember, Array: npz.TextOf(p.Experiment)})
	f.Set(npz.Member{Name: versionMember, Array: npz.TextOf(p.Version)})
	f.Set(npz.Member{Name: seedMember, Array: npz.Whole(p.Seed)})
	f.Set(npz.Member{Name: trialsMember, Array: npz.Whole(p.Trials)})
}

// ProvenanceOf returns what SetProvenance put in; ok is false if a part is missing.
func ProvenanceOf(f *npz.File) (p Provenance, ok bool) {
	ok = true
	for name, text := range map[string]*string{experimentMember: &p.Experiment, versionMember: &p.Version} {
		m, there := f.Get(name)
		*text = m.Array.Single()
		ok = ok && there
	}
	for name, number := range map[string]*uint64{seedMember: &p.Seed, trialsMember: &p.Trials} {
		m, _ := f.Get(name)
		if m.Array.Len() != 1 || m.Array.Type != "<u8" && m.Array.Type != "<i8" {
			return Provenance{}, false
		}
		*number = binary.LittleEndian.Uint64(m.Array.Data)
	}
	return p, ok
}

const editsMember = "psychrnn_edits"

// mostEdits bounds the notes of changes, which are few and written by hand.
const mostEdits = 10_000

// AddEditNotes notes changes that were made by hand, after those noted already.
func AddEditNotes(f *npz.File, texts ...string) error {
	all := append(EditNotes(f), texts...)
	if m, _ := f.Get(editsMember); m.Array.Len() > mostEdits || len(all) > mostEdits {
		return fault.In(editsMember, fault.New(fault.File, "take the member out, or begin with a file that was edited less", "notes of more than %d edits", mostEdits))
	}
	f.Set(npz.Member{Name: editsMember, Array: npz.TextsOf(all)})
	return nil
}

// EditNotes returns what AddEdits noted, as much as it may have noted.
func EditNotes(f *npz.File) (texts []string) {
	m, _ := f.Get(editsMember)
	if !m.Array.Textual() {
		return nil
	}
	for k := range min(m.Array.Len(), mostEdits) {
		texts = append(texts, m.Array.Text(k))
	}
	return texts
}
