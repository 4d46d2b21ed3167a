package expr

// A tree becomes a list of instructions over registers, and registers whose values are no
// longer needed share memory.

import "slices"

// A Program is a compiled expression. It may be shared; a Machine may not.
type Program struct {
	code      []instruction
	registers []register
	variables []string // registers 0, 1, ...
	result    int
	slots     []Shape // of the memory that registers share in turn
	arguments int     // the most of an external call
}

// An instruction makes one register of others. Its operands have the shape of
// the result or are single numbers, except where its op says otherwise.
type instruction struct {
	*node
	out  int
	in   []int
	call Call
}

// A register holds a value: that of a variable, of a constant, or a slot's.
type register struct {
	shape    Shape
	constant []float64
	slot     int // -1: none
}

// Shape is that of the value.
func (p *Program) Shape() Shape { return p.registers[p.result].shape }

// Variables are the variables to bind, in the order of their names.
func (p *Program) Variables() []string { return p.variables }

// Compile makes a program of the tree.
func (t *Tree) Compile() *Program {
	c := &compiler{registers: map[*node]int{}, expanded: map[expansion]int{}}
	c.variables = t.Variables()
	c.Program.registers = make([]register, len(c.variables))
	for _, n := range t.root.nodes() {
		c.registers[n] = c.emit(n)
	}
	c.result = c.registers[t.root]
	c.share()
	return &c.Program
}

type compiler struct {
	Program
	registers map[*node]int
	expanded  map[expansion]int
}

// An expansion is a register repeated along the axes that a shape has more.
type expansion struct {
	register int
	shape    Shape
}

func (c *compiler) register(r register) int {
	c.Program.registers = append(c.Program.registers, r)
	return len(c.Program.registers) - 1
}

// emit gives the register of a node whose arguments have theirs.
func (c *compiler) emit(n *node) int {
	switch n.op {
	case opNumber:
		return c.register(register{constant: []float64{n.number}, slot: -1})
	case opSpan:
		span := make([]float64, n.shape.Units)
		for i := range span {
			span[i] = n.number + float64(i)
		}
		return c.register(register{shape: n.shape, constant: span, slot: -1})
	case opVariable:
		i, _ := slices.BinarySearch(c.variables, n.name)
		c.Program.registers[i] = register{shape: n.shape, slot: -1}
		return i
	}
	ins := instruction{node: n}
	for i, a := range n.arguments {
		r := c.registers[a]
		switch {
		case n.op == opExternal, elementwise(n.op) && a.shape != Scalar, n.op == opIndex && i == 1:
			r = c.expand(r, n.shape)
		}
		ins.in = append(ins.in, r)
	}
	if opAdd <= n.op && n.op <= opOr && n.arguments[0].shape == Scalar { // a single number is the second operand
		ins.in[0], ins.in[1] = ins.in[1], ins.in[0]
	}
	if n.op == opExternal {
		ins.call = n.call()
		c.arguments = max(c.arguments, len(ins.in))
	}
	return c.instruction(ins)
}

func elementwise(o op) bool { return o != opFold && o != opRunning && o != opIndex }

func (c *compiler) instruction(ins instruction) int {
	ins.out = c.register(register{shape: ins.shape})
	c.code = append(c.code, ins)
	return ins.out
}

func (c *compiler) expand(r int, shape Shape) int {
	if c.Program.registers[r].shape == shape {
		return r
	}
	e := expansion{r, shape}
	if _, ok := c.expanded[e]; !ok {
		c.expanded[e] = c.instruction(instruction{node: &node{op: opExpand, shape: shape}, in: []int{r}})
	}
	return c.expanded[e]
}

// share gives every result a slot, which is free again after its last use. A
// result never lies where an operand of its own instruction does.
func (c *compiler) share() {
	last := map[int]int{}
	for i, ins := range c.code {
		for _, r := range ins.in {
			last[r] = max(last[r], i)
		}
	}
	free := map[Shape][]int{}
	for i, ins := range c.code {
		out := &c.Program.registers[ins.out]
		if spare := free[out.shape]; len(spare) > 0 {
			out.slot = spare[len(spare)-1]
			free[out.shape] = spare[:len(spare)-1]
		} else {
			out.slot = len(c.slots)
			c.slots = append(c.slots, out.shape)
		}
		for j, r := range ins.in {
			used := c.Program.registers[r]
			if used.slot >= 0 && last[r] == i && !slices.Contains(ins.in[:j], r) {
				free[used.shape] = append(free[used.shape], used.slot)
			}
		}
	}
}

// evaluate gives the value of a node that is constant.
func (n *node) evaluate() []float64 {
	w := (&Tree{root: n}).Compile().Machine()
	if w.Resize(1, 1) != nil {
		return nil
	}
	value, _ := w.Eval()
	return value
}
