package expr

// The memory in which a program is evaluated, again and again without allocating.

import "fmt"

const maxValues = 1 << 28 // 2 GB

// A Machine is the memory to evaluate a program in, again and again.
type Machine struct {
	// ExternalFunction evaluates the external functions: it fills out from the
	// arguments, which are as long as out and not to be changed. Call.Shape tells
	// the axes.
	External func(call *Call, out []float64, arguments [][]float64)

	program       *Program
	trials, steps int
	until         int // reductions over the steps go as far
	slots, values [][]float64
	arguments     [][]float64
	fault         IndexError
	failed, fatal bool
}

// Machine makes a machine for one trial and one step, see Machine.Resize.
func (p *Program) Machine() *Machine {
	w := &Machine{
		program:   p,
		slots:     make([][]float64, len(p.slots)),
		values:    make([][]float64, len(p.registers)),
		arguments: make([][]float64, 0, p.arguments),
	}
	for i, r := range p.registers {
		w.values[i] = r.constant
	}
	return w
}

// Operations is the number of values that an evaluation for so many trials and
// steps goes over, -1 if that is beyond all measure.
func (p *Program) Operations(trials, steps int) (all int) {
	for _, i := range p.code {
		n := p.registers[i.out].shape.size(trials, steps)
		for _, in := range i.in {
			n = max(n, p.registers[in].shape.size(trials, steps))
		}
		if n < 0 {
			return -1
		}
		all += n
	}
	return all
}

// Values is the number of values that a machine takes to evaluate the program
// for so many trials and steps, -1 if Resize would refuse it.
func (p *Program) Values(trials, steps int) int {
	all := 0
	for _, s := range p.slots {
		n := s.size(trials, steps)
		if all += n; n < 0 || all > maxValues {
			return -1
		}
	}
	return all
}

// Resize sets the numbers of trials and steps. It allocates only beyond the
// largest so far, and refuses what no memory would hold.
func (w *Machine) Resize(trials, steps int) error {
	if trials < 0 || steps < 0 {
		panic("expr: a machine of negative size")
	}
	if w.program.Values(trials, steps) < 0 {
		return fmt.Errorf("an expression takes more than %d numbers of memory", maxValues)
	}
	w.trials, w.steps, w.until = trials, steps, steps
	for i, s := range w.program.slots {
		n := s.size(trials, steps)
		if cap(w.slots[i]) < n {
			w.slots[i] = make([]float64, n)
		}
		w.slots[i] = w.slots[i][:n]
	}
	for i, r := range w.program.registers {
		if r.slot >= 0 {
			w.values[i] = w.slots[r.slot]
		}
	}
	return nil
}

// Until limits reductions to the first so many steps, until the next Resize:
// sum, mean, last and so on are then those of a trial that ends there, while
// what has a value for every step still has it for all of them.
func (w *Machine) Until(steps int) {
	if steps < 0 || steps > w.steps {
		panic("expr: reductions beyond the steps")
	}
	w.until = steps
}

// Bind sets the values, as many as its shape has, of the i-th of the program's variables, which the
// machine keeps and doesn't change.
func (w *Machine) Bind(i int, values []float64) {
	if i >= len(w.program.variables) {
		panic("expr: there is no such variable to bind")
	}
	w.values[i] = values
}

// Fault is the first index that was out of range at the last evaluation, where
// it was allowed because its value might not be asked for: behind and, or and
// within where. It explains a NaN that came of it; otherwise it is nil.
func (w *Machine) Fault() *IndexError {
	if !w.failed {
		return nil
	}
	fault := w.fault
	return &fault
}

// Eval gives the value, of the program's shape, which the next evaluation overwrites; of a program that
// is only a variable, what was bound. Resize comes first. It panics if a
// variable is bound to a wrong number of values; the error is an *IndexError.
func (w *Machine) Eval() ([]float64, error) {
	p := w.program
	for i := range p.variables {
		if len(w.values[i]) != p.registers[i].shape.size(w.trials, w.steps) {
			panic("expr: a variable is bound to a wrong number of values")
		}
	}
	w.failed, w.fatal = false, false
	for i := range p.code {
		if w.run(&p.code[i]); w.fatal {
			return nil, w.Fault()
		}
	}
	return w.values[p.result], nil
}

func (w *Machine) run(ins *instruction) {
	out, a := w.values[ins.out], []float64(nil)
	var b []float64
	if len(ins.in) > 0 {
		a = w.values[ins.in[0]]
	}
	if len(ins.in) > 1 {
		b = w.values[ins.in[1]]
	}
	if loop := loopOf[ins.op]; loop != nil {
		loop(out, a, b)
		return
	}
	switch ins.op {
	case opNegate:
		for i, x := range a {
			out[i] = -x
		}
	case opNot:
		for i, x := range a {
			out[i] = flag(x == 0)
		}
	case opOne:
		for i, x := range a {
			out[i] = ins.function.one(x)
		}
	case opTwo:
		f, da, db := ins.function.two, stride(a), stride(b)
		for i := range out {
			out[i] = f(a[i*da], b[i*db])
		}
	case opWhere:
		otherwise := w.values[ins.in[2]]
		dc, da, db := stride(a), stride(b), stride(otherwise)
		for i := range out {
			if a[i*dc] != 0 {
				out[i] = b[i*da]
			} else {
				out[i] = otherwise[i*db]
			}
		}
	case opExpand:
		w.expand(ins, out, a)
	case opIndex:
		w.index(ins, out, a, b)
	case opFold:
		w.fold(ins, out, a)
	case opRunning:
		w.running(ins, out, a, b)
	case opExternal:
		w.arguments = w.arguments[:0]
		for _, r := range ins.in {
			w.arguments = append(w.arguments, w.values[r])
		}
		w.External(&ins.call, out, w.arguments)
	}
}

// An IndexError is an index that is no whole number or out of range.
type IndexError struct {
	At     int // the character of the bracket
	Index  float64
	Length int
	Trial  int // along that axis, if the index has it
}

func (e *IndexError) Error() string {
	return fmt.Sprintf("the index is %v, but must be a whole number from 0 to %d", e.Index, e.Length-1)
}
