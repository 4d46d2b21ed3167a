// Package loading is how a command comes to what it works on: the experiment of a file, of
// standard input or of the program itself, and the RUN that a user names, which is an
// experiment and weights. It warns of settings without effect.
package loading

import (
	"context"
	"fmt"
	"io"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/memory"
	"psychrnn/internal/session"
	"psychrnn/internal/strict/yaml"
	"psychrnn/internal/task/external"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/visible"
)

// Request is what the flags of a command say of what it works on.
type Request struct {
	ui.UI
	Program, Command string // as they are called: psychrnn, test
	Config           string // file of the experiment; -: standard input; empty: none is given
	Weights          string // weight file, or the folder of a run, in place of RUN's; empty: none is given
	Set              []string
	Seed             uint64
	SeedKey          string // what --seed sets
	MaxSize          int64  // bytes of the arrays of a file; 0: see [npz.Unasked]
	AllowCommands    bool   // the experiment may run its programs, whoever gave it

	inPlace  []inPlace
	Changed  func(flag string) bool                                               // the command line gives the flag
	Embedded func(name string) ([]byte, error)                                    // the experiments that the program carries
	more     []string                                                             // assignments of flags of a command's own
	Lend     func(read func(string) ([]byte, error)) func(string) ([]byte, error) // see [experiment.Bounds]
	again    func(assignments []string) (*session.Trained, error)                 // reads the RUN again
	input    []byte                                                               // what standard input held, once it is read
}

const (
	hello         = "hello.yaml"     // the experiment of the program that runs where none is given
	standardInput = "standard-input" // what -c - is called in messages
)

// LoadFunc is experiment.Load or LoadTrained.
type LoadFunc func(read func(name string) ([]byte, error), file string, assignments []string, bounds ...experiment.Bounds) (*experiment.Experiment, error)

// Given refuses a command that looks at an experiment of the user's and is given none.
func (r *Request) Given() error {
	if r.Config != "" {
		return nil
	}
	return fault.New(fault.Usage, "give its file with -c; psychrnn example hello > my.yaml writes one to start from", "%s %s: no experiment is given", r.Program, r.Command)
}

// Load reads the experiment; without a file the embedded Hello World. What the command
// takes from it is known by uses.
func (r *Request) Load(load LoadFunc, uses func(*experiment.Experiment) effect.Uses) (*experiment.Experiment, error) {
	read, name := r.source()
	e, err := r.LoadBy(uses, func(assignments []string) (*experiment.Experiment, error) {
		return load(read, name, assignments, r.Bounds())
	})
	if e != nil {
		e.Permit()
	}
	return e, err
}

// LoadBy reads an experiment with the assignments of flags, and warns of those that change
// nothing that the command takes from it.
func (r *Request) LoadBy(uses func(*experiment.Experiment) effect.Uses, load func(assignments []string) (*experiment.Experiment, error)) (*experiment.Experiment, error) {
	list := r.assignments()
	e, err := load(effect.AssignmentTexts(list))
	if err != nil {
		return nil, err
	}
	e.Resolve = r.Disk.Resolve
	if err := r.willRead(e); err != nil {
		return nil, err
	}
	r.heed(e)
	r.WarnFaults(effect.Without(e, r.Command, uses(e), list, func(assignments []string) (*experiment.Experiment, effect.Uses, error) {
		e, err := load(assignments)
		if err != nil {
			return nil, nil, err
		}
		return e, uses(e), nil
	}))
	return e, nil
}

// Bounds are what reading an experiment may take.
func (r *Request) Bounds() experiment.Bounds {
	return experiment.Bounds{ReadArrays: func(name string) ([]byte, error) { return userfiles.ReadArrays(r.Disk, name) }, Arrays: r.MaxSize, Afford: memory.Afford, Lend: r.Lend}
}

// willRead makes inputs of all files that an experiment names.
func (r *Request) willRead(e *experiment.Experiment) error {
	for _, path := range e.Reads() {
		if err := disk.WillRead(r.Disk, path); err != nil {
			return err
		}
	}
	return nil
}

// heed says what an experiment's user should hear about.
func (r *Request) heed(e *experiment.Experiment) {
	r.WarnAll(e.Warnings)
	r.WarnFaults(e.Idle)
}

// ReadText reads the text of a file.
func (r *Request) ReadText(name string) ([]byte, error) { return disk.ReadText(r.Disk, name) }

// source gives the name of the experiment's file in messages, and what reads it, and the
// files that it names.
func (r *Request) source() (read func(name string) ([]byte, error), file string) {
	switch r.Config {
	case "":
		return r.instead(hello, r.Embedded), hello
	case "-":
		return r.instead(standardInput, r.readInput), standardInput
	}
	return r.ReadText, r.Config
}

// instead reads one file in another way than all others.
func (r *Request) instead(file string, own func(name string) ([]byte, error)) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if name == file {
			return own(name)
		}
		return r.ReadText(name)
	}
}

// readInput reads standard input, once.
func (r *Request) readInput(name string) ([]byte, error) {
	if r.input == nil {
		text, err := io.ReadAll(io.LimitReader(r.In, yaml.MaxSize+1))
		if err != nil {
			return nil, &disk.Error{Path: name, Err: err}
		}
		r.input = append(text, '\n')
	}
	return r.input, nil
}

// Programs says how the experiment runs its programs, which it does if it was given
// with -c or if the flag says so. What they write on standard error is shown as it
// comes. Once ctx has ended they are not waited for long. Who is done closes them.
func (r *Request) Programs(e *experiment.Experiment, ctx context.Context) *external.Programs {
	programs := &external.Programs{Context: ctx, Warn: r.Warn, Note: r.Note, Say: func(line string) {
		if r.JSON {
			r.Say(ui.Message{Event: "program", Text: line})
			return
		}
		fmt.Fprintln(r.Err, visible.Line(line))
	}}
	if e == nil { // a network alone
		return programs
	}
	if r.AllowCommands {
		e.Permit()
	}
	e.Run(programs)
	return programs
}

// LooksLikeExperiment says whether the name looks like that of an experiment file.
func LooksLikeExperiment(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}
