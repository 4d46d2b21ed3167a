package expr

// What an expression may name, and the functions that every language of expressions has.
// What a function computes is here; along which axes is in call.go.

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// A Function is what a name before a bracket means.
type Function struct {
	Usage string // such as atan2(y, x)
	Doc   string // one line

	least, most int // arguments
	one         func(float64) float64
	two         func(x, y float64) float64 // of more than two: f(f(a, b), c)
	where       bool
	fold        *fold
	running     running
	over        Axes // of fold and running
	external    bool
	adds        Shape // to the result of an external function
	parameters  []string
	body        *Syntax // of a macro
}

const anyNumber = math.MaxInt

// One makes a function that is applied to every element.
func One(usage, doc string, f func(float64) float64) *Function {
	return &Function{Usage: usage, Doc: doc, least: 1, most: 1, one: f}
}

// Two makes a function of two values that is applied to every pair of elements.
func Two(usage, doc string, f func(x, y float64) float64) *Function {
	return &Function{Usage: usage, Doc: doc, least: 2, most: 2, two: f}
}

// ExternalFunction makes a function that Machine.External evaluates, such as a draw.
// Its value has the axes of all arguments and those that it adds: a draw made
// anew at every step adds the steps.
func ExternalFunction(usage, doc string, least, most int, adds Shape) *Function {
	return &Function{Usage: usage, Doc: doc, least: least, most: most, external: true, adds: adds}
}

// Macro makes a function that stands for an expression of its parameters and of
// whatever the environment has where it is called. The parameters are taken from
// the usage. It panics if the text is no expression.
func Macro(usage, doc, text string) *Function {
	body, err := Parse(text)
	if err != nil {
		panic("expr: a macro is not well formed")
	}
	inner := usage[strings.Index(usage, "(")+1 : len(usage)-1]
	parameters := strings.Split(inner, ", ")
	return &Function{
		Usage: usage, Doc: doc, least: len(parameters), most: len(parameters),
		parameters: parameters, body: body,
	}
}

// Standard gives the functions that apply element by element. The map is the caller's.
func Standard() map[string]*Function {
	functions := map[string]*Function{
		"where": {Usage: "where(condition, a, b)", Doc: "a where the condition holds, else b", least: 3, most: 3, where: true},
		"min":   {Usage: "min(a, b, ...)", Doc: "the smallest of several values", least: 2, most: anyNumber, two: smaller},
		"max":   {Usage: "max(a, b, ...)", Doc: "the largest of several values", least: 2, most: anyNumber, two: larger},
		"clip":  Macro("clip(x, low, high)", "x, but not below low nor above high", "min(max(x, low), high)"),
	}
	for _, f := range []*Function{
		One("abs(x)", "absolute value", math.Abs),
		One("sign(x)", "-1, 0 or 1", sign),
		One("sqrt(x)", "square root", math.Sqrt),
		One("exp(x)", "e to the power of x", math.Exp),
		One("expm1(x)", "exp(x) - 1, exact for small x", math.Expm1),
		One("log(x)", "natural logarithm", math.Log),
		One("log1p(x)", "log(1 + x), exact for small x", math.Log1p),
		One("log2(x)", "logarithm to base 2", math.Log2),
		One("log10(x)", "logarithm to base 10", math.Log10),
		One("sin(x)", "sine of an angle in radians", math.Sin),
		One("cos(x)", "cosine", math.Cos),
		One("tan(x)", "tangent", math.Tan),
		One("asin(x)", "inverse of sin, from -pi/2 to pi/2", math.Asin),
		One("acos(x)", "inverse of cos, from 0 to pi", math.Acos),
		One("atan(x)", "inverse of tan, from -pi/2 to pi/2", math.Atan),
		One("sinh(x)", "hyperbolic sine", math.Sinh),
		One("cosh(x)", "hyperbolic cosine", math.Cosh),
		One("tanh(x)", "hyperbolic tangent", math.Tanh),
		One("floor(x)", "the next whole number below", math.Floor),
		One("ceil(x)", "the next whole number above", math.Ceil),
		One("round(x)", "the nearest whole number, of two the even one", math.RoundToEven),
		One("wrap(angle)", "the same angle between -pi and pi", wrapAngle),
		Two("atan2(y, x)", "the angle of the point (x, y), from -pi to pi", math.Atan2),
		Two("hypot(x, y)", "sqrt(x^2 + y^2)", math.Hypot),
		Two("pow(x, y)", "x^y", power),
	} {
		functions[f.Usage[:strings.Index(f.Usage, "(")]] = f
	}
	return functions
}

// Reductions gives the functions of one argument that make one value of many,
// along those of the given axes that the argument has; min and max of several
// arguments still compare element by element. Along steps, if they are among
// the axes, there are first, last, cumsum and hold too, and first_t in an
// environment with a time. The map is the caller's.
func Reductions(over Axes) map[string]*Function {
	functions := map[string]*Function{
		"sum":  {Usage: "sum(x)", Doc: "the sum", fold: &sum},
		"mean": {Usage: "mean(x)", Doc: "the mean", fold: &mean},
		"min":  {Usage: "min(x)", Doc: "the smallest value; min(a, b, ...) compares several", fold: &smallest},
		"max":  {Usage: "max(x)", Doc: "the largest value; max(a, b, ...) compares several", fold: &largest},
		"any":  {Usage: "any(condition)", Doc: "1 if the condition ever holds, else 0", fold: &anyTrue},
		"all":  {Usage: "all(condition)", Doc: "1 if the condition always holds, else 0", fold: &allTrue},
	}
	if over&Steps != 0 {
		maps.Copy(functions, map[string]*Function{
			"first":   {Usage: "first(x)", Doc: "the value at the first step", running: first},
			"last":    {Usage: "last(x)", Doc: "the value at the last step", running: last},
			"first_t": {Usage: "first_t(condition)", Doc: "the time when the condition first holds, NaN if it never does", running: firstTime},
			"cumsum":  {Usage: "cumsum(x)", Doc: "at every step the sum up to there", running: cumsum},
			"hold":    {Usage: "hold(x)", Doc: "at every step the last value other than 0", running: hold},
		})
	}
	for _, f := range functions {
		f.least, f.most, f.over = 1, 1, over
		if f.running != 0 {
			f.over = Steps
		}
	}
	for name, two := range map[string]func(x, y float64) float64{"min": smaller, "max": larger} {
		functions[name].two, functions[name].most = two, anyNumber
	}
	return functions
}

var (
	modulo  = Two("a % b", "", remainder)
	powered = Two("a^b", "", power)
)

func smaller(x, y float64) float64 { return min(x, y) }
func larger(x, y float64) float64  { return max(x, y) }

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// power is x^y; a square is rounded once.
func power(x, y float64) float64 {
	if y == 2 {
		return float64(x * x)
	}
	return math.Pow(x, y)
}

// remainder is x - y floor(x/y), with the sign of y.
func remainder(x, y float64) float64 {
	r := math.Mod(x, y)
	switch {
	case r == 0:
		return math.Copysign(0, y)
	case (r < 0) != (y < 0):
		return r + y
	}
	return r
}

// wrapAngle leaves angles from -pi to pi as they are.
func wrapAngle(angle float64) float64 { return math.Remainder(angle, 2*math.Pi) }

// An Environment is all that an expression may name.
//
// A name before a bracket ( is a function, after in a period, between [ ] first
// one of the variable's Names, otherwise a variable or constant: so a function
// andEach a variable may be called the same.
type Environment struct {
	Variables map[string]Variable
	Constants map[string]float64
	Functions map[string]*Function
	Periods   map[string]Period
	Time      string // the variable of time, rising along the steps; may be empty
	Brief     bool   // what a wrong name may have been meant for is not looked for
}

// A Variable is a value that is bound for an evaluation.
//
// An index in brackets takes away the first of the axes rows, cols, units,
// channels that the variable has.
type Variable struct {
	Shape
	Names map[string]ChannelSpan // what else than a number may stand in brackets
}

// A ChannelSpan is the place of a named channel (Count 1), or of a group of them, which
// has units and may be indexed itself: output[ring], output[ring[3]].
type ChannelSpan struct{ First, Count int }

// A Period names the variables between which time lies in it:
// t in p is start <= t and t < end.
type Period struct{ Start, End string }

// names are those that may stand where a variable may.
func (e *Environment) names() []string {
	names := append(sortedKeys(e.Variables), sortedKeys(e.Constants)...)
	slices.Sort(names)
	return slices.Compact(names)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
