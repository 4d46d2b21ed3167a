package strict_test

import (
	"fmt"

	"psychrnn/internal/strict"
)

// A section of the file is a struct; its tags say all there is to know.
type section struct {
	Units    int      `yaml:"N_rec" required:"true" min:"1" doc:"number of recurrent units"`
	Transfer string   `yaml:"transfer_function" default:"relu" oneof:"relu tanh" doc:"of every unit"`
	Tau      perUnits `yaml:"tau" default:"100" above:"0" unit:"ms" doc:"time constant"`
}

// A union reads itself: here a number, or one for each unit. The bounds and the
// unit of the field hold for both.
type perUnits []float64

func (p *perUnits) DecodeStrict(n *strict.Node) {
	if n.Kind() == strict.List {
		n.Decode((*[]float64)(p))
		return
	}
	var all float64
	if n.Decode(&all) {
		*p = perUnits{all}
	}
}

func (p perUnits) EncodeStrict() any {
	if len(p) == 1 {
		return p[0]
	}
	return []float64(p)
}

var _ = strict.Describe[perUnits]("a number or a list of numbers", 0.0, []float64{})

func ExampleLoader() {
	files := map[string]string{
		"good.yaml": "N_rec: 50\ntau: [100, 0.05s]\n",
		"bad.yaml":  "N_rek: 50\ntau: [100, -1]\ntransfer_function: Tanh\n",
	}
	loader := strict.Loader{Read: func(name string) ([]byte, error) { return []byte(files[name]), nil }}
	var s section
	for _, name := range []string{"good.yaml", "bad.yaml"} {
		if err := loader.Load(name, []string{"tau[0]=20"}, &s); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Print(string(strict.Encode(s)))
	}
	// Output:
	// N_rec: 50
	// transfer_function: relu
	// tau: [20, 50]
	// bad.yaml:1:1: N_rek: unknown key
	// hint: did you mean N_rec?
	// bad.yaml:2:12: tau[1]: must be above 0, is -1
	// bad.yaml:3:20: transfer_function: unknown value "Tanh"
	// hint: did you mean tanh?
}
