package external

// What supplies trials, and the programs that run for an experiment.

import (
	"context"
	"strings"
	"sync"
	"time"

	"psychrnn/internal/fault"
	"psychrnn/internal/random"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// Programs are those that an experiment runs, each of them once, until Close.
type Programs struct {
	Permission Permission // to start them

	Context context.Context         // once it has ended, answers are waited for but a moment; nil: it never does
	Say     func(line string)       // hears what programs write on standard error
	Warn    func(text, hint string) // hears of those that do not keep their word; may be nil
	Note    func(text string)       // hears what is waited for long; may be nil
	Resumed bool                    // a run goes on, which needs programs that are addressed
	Wait    time.Duration           // for an answer after that; 5 seconds if 0

	Patience time.Duration // after which it is told what is waited for; 5 seconds if 0

	shell   string // that guards them; /bin/sh if empty
	mutex   sync.Mutex
	running map[string]*program
}

// closeTimeout is how long a program is waited for that has been told to end, at
// each of three steps.
const closeTimeout = time.Second

// OpenSupply gives what supplies the trials of a plan of kind file or command, with their
// seed and the stage of the curriculum. A program that is trained with must be
// addressed for all of the purposes. What
// is wrong with a program is a [fault.Error] of status Usage where nothing was
// asked of it yet and the experiment must change first, else of status Failed.
func OpenSupply(plan *plan.Plan, files Archives, p *Programs, seed uint64, stage int, purposes []string) (Supply, error) {
	c := plan.Config
	if c.Kind == task.FromFile {
		a, err := files.archive(c)
		if err != nil {
			return nil, err
		}
		return &fileSupply{a, c.Order == "shuffled", random.NewKey(seed).Text("trials"), map[string]order{}}, nil
	}
	running, err := p.start(plan)
	if err != nil {
		return nil, err
	}
	return p.ask(&client{running, c.Command.Variables, seed, stage, uint64(c.N_batch), purposes})
}

// start starts the program of a task, unless it runs already.
func (p *Programs) start(plan *plan.Plan) (*program, error) {
	c := plan.Config
	if err := p.Permission.start(c); err != nil {
		return nil, err
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	key := strings.Join(append([]string{c.Command.Folder.String()}, c.Command.Line...), "\x00")
	found := p.running[key]
	if found == nil {
		found = newProgram(plan, p)
		if err := found.begin(plan); err != nil {
			return nil, err
		}
		if p.running == nil {
			p.running = map[string]*program{}
		}
		p.running[key] = found
	}
	return found, found.fits(plan)
}

// ask gives a program's trials, if a run that goes on finds those of before.
func (p *Programs) ask(a *client) (Supply, error) {
	if !p.Resumed {
		return a, nil
	}
	if err := a.tryAddress(); err != nil {
		return nil, err
	}
	if a.addressed() {
		return a, nil
	}
	text, hint := "the program "+a.name+" gives other trials every time", `a program that finds its trials by their number and seed says "addressed": true; begin anew with --overwrite`
	if a.doubt != "" {
		text, hint = a.doubt, "seed every generator of random numbers from the request, and use nothing that is left from other requests: see docs/own-trials.md; begin anew with --overwrite"
	}
	return nil, fault.New(fault.Usage, hint, "%s, so that the run cannot go on", text)
}

// Addressed says whether all programs that run find their trials again.
func (p *Programs) Addressed() bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, running := range p.running {
		if !running.addressed() {
			return false
		}
	}
	return true
}

// Close ends all programs.
func (p *Programs) Close() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var all sync.WaitGroup
	for _, running := range p.running {
		all.Go(running.close)
	}
	all.Wait()
	p.running = nil
}
