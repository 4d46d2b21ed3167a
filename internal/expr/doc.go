// Package expr reads expressions such as
//
//	onset < t and t in stimulus and direction == 1
//
// andEach evaluates them over arrays. It exists so that a user can write a task, a
// matrix, a loss or a transfer function as text in an experiment, that runs as
// fast as code and can reach nothing but the numbers it is given.
//
// What an expression may name is up to an Environment: variables with their
// shapes, constants, functions, periods of time, names of channels. The way is
//
//	Parse(text)      -> Syntax: what the text names, for an order of evaluation
//	Environment.Check -> Tree: every name known, every shape fitting
//	Tree.Compile     -> Program: a list of instructions, once
//	Program.Machine -> Machine: memory, to evaluate again and again
//
// Mistakes are fault.Errors, each at a character of the text.
//
// Values are float64 and follow IEEE 754; operations are done exactly as they
// are written, in that order, each rounded by itself. A condition is 1 or 0, and
// anything but 0 is true, NaN too.
//
// Arrays lie over named axes, the first slowest: trials, rows, cols, units,
// steps, channels. What lacks an axis of the other operand is repeated along it.
// The numbers of trials and steps are known at evaluation, the other lengths
// when an expression is checked.
package expr
