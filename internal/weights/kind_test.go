package weights

import (
	"strings"
	"testing"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
)

// tiny is a network of 3 units of a kind.
func tiny(t *testing.T, kind string, f *model.TransferFunction) *model.Network {
	t.Helper()
	net, err := model.New(model.Settings{
		Arch:     model.Arch{Kind: kind, N: 3, I: 2, O: 1, Batch: 4, Alpha: make([]float64, 3), Function: f},
		Autapses: true, Initializer: model.StartSettings{Kind: "alpha_identity", Alpha: new(0.5), Rand: "glorot_gauss"},
	}, random.NewKey(1))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// A file says its architecture; one that does not is known by a tensor that no
// other kind has, if there is one. Every architecture has the tensors that every
// file must have for the original.
func TestKinds(t *testing.T) {
	for _, kind := range model.Kinds {
		net := tiny(t, kind.Name, model.FunctionNamed("relu"))
		f, err := ToFile(net, net.Theta, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, saysKind := range []bool{true, false} {
			if !saysKind {
				f.Remove(kindName)
			}
			l, err := FromFile(f)
			if err != nil {
				t.Fatalf("%s: %v", kind.Name, err)
			}
			if !model.SameKind(l.Network.Kind, kind.Name) && (saysKind || kind.Tensor != "" || kind.Own() == model.Kinds[0].Name) {
				t.Errorf("%s is read as %s; its file says so: %v", kind.Name, l.Network.Kind, saysKind)
			}
		}
	}
}

func TestUnknownKind(t *testing.T) {
	f := small(func(f *npz.File) { f.Set(npz.Member{Name: kindName, Array: npz.TextOf("unheard_of")}) })
	if _, err := FromFile(f); err == nil || !strings.Contains(err.Error(), `psychrnn_kind: is "unheard_of", an architecture that is not known here`) {
		t.Errorf("an architecture of a newer release: %v", err)
	}
}

// A network of every transfer function is read back with it.
func TestTransferFunctions(t *testing.T) {
	for _, function := range model.TransferFunctions() {
		net := tiny(t, "basic", &function)
		f, err := ToFile(net, net.Theta, nil)
		if err != nil {
			t.Errorf("%s: %v", function.Name, err)
			continue
		}
		if l, err := FromFile(f); err != nil || l.Network.Function.String() != function.Name {
			t.Errorf("a network of %s is read as one of %q: %v", function.Name, l.Network.Function, err)
		}
	}
}
