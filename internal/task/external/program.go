package external

// A running program: it is started, greeted, asked, listened to and ended. Whatever it
// does, no goroutine waits for it longer than it is given.

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"psychrnn/internal/fault"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// program is a process that makes trials. One goroutine reads what it writes,
// so that neither side ever waits for the other to read; one waits for its end.
type program struct {
	all      *Programs // among which it runs
	name     string
	greeting greeting
	steps    int

	process *exec.Cmd
	group   processGroup
	in      io.WriteCloser
	out     *os.File
	tail    *stderrTail
	answers chan programAnswer // what was read; closed when there is no more
	heard   chan struct{}      // closed when the process can write nothing more
	ended   chan struct{}      // closed when the process has ended
	closing chan struct{}      // closed when nobody wants answers any more
	threads sync.WaitGroup
	ledger  ledger
	surplus error // what was written beside the answers; to be read once heard is closed

	noted bool   // it was waited for long, and who waits knows
	tried bool   // whether the same request gets the same trials
	doubt string // why it does not, though the program says so

	waiting []request // asked for, not yet answered
	early   request   // answered before it was wanted
	content []byte    // that answer, if it is still wanted
	failed  error
}

// programAnswer is what a program wrote: its first line, or bytes.
type programAnswer struct {
	greeting greeting
	content  []byte
	err      error
}

// newProgram is the program of a task, which has not begun.
func newProgram(plan *plan.Plan, all *Programs) *program {
	return &program{
		all: all, name: plan.Config.Command.String(), steps: plan.Steps, tail: &stderrTail{say: all.Say},
		answers: make(chan programAnswer, 2), heard: make(chan struct{}), ended: make(chan struct{}), closing: make(chan struct{}),
	}
}

// begin starts the program and hears its first line. If that fails, nothing is left of it.
func (p *program) begin(plan *plan.Plan) error {
	if err := p.start(plan.Config); err != nil {
		return err
	}
	err := p.greet(plan)
	if err != nil {
		p.close()
	}
	return err
}

// greet writes the first line and reads that of the program.
func (p *program) greet(plan *plan.Plan) error {
	c := plan.Config
	if err := p.write(setting{c.Dt, c.Tau, c.Duration, c.N_batch, plan.In.N, plan.Out.N}); err != nil {
		return err
	}
	first, err := p.hear("it has not written its first line yet, see docs/own-trials.md")
	if err != nil {
		return err
	}
	p.greeting = first.greeting
	return p.fits(plan)
}

// tell warns, unless a run goes on, which is refused instead.
func (p *program) tell(text, hint string) {
	if p.all.Warn != nil && !p.all.Resumed {
		p.all.Warn(text, hint)
	}
}

// addressed says whether the same request gets the same trials, as far as is known.
func (p *program) addressed() bool { return p.greeting.Addressed && p.doubt == "" }

// start starts the process and the goroutines. If that fails, nothing is left of it.
func (p *program) start(c *task.Config) error {
	p.process = exec.Command(c.Command.Line[0], c.Command.Line[1:]...) //nolint:gosec // G204: it is what the user wants to be run
	p.process.Dir = c.Command.Folder.String()
	p.process.Stderr, p.process.WaitDelay, p.process.SysProcAttr = p.tail, closeTimeout, ownGroup()
	out, write, err := os.Pipe()
	if err != nil {
		return p.refused(err)
	}
	in, err := p.process.StdinPipe()
	if err != nil {
		_ = out.Close()
		_ = write.Close()
		return p.refused(err)
	}
	p.in, p.out, p.process.Stdout = in, out, write
	started := make(chan error)
	p.threads.Go(func() {
		runtime.LockOSThread() // some systems end the process with the thread that started it
		err := p.process.Start()
		_ = write.Close()
		if err == nil {
			p.group.guard(p.process.Process, cmp.Or(p.all.shell, "/bin/sh"))
		}
		started <- err
		if err == nil {
			if atEnd(p.process.Process) {
				select { // what it left may still write for it
				case <-p.heard:
				case <-p.closing:
				case <-time.After(closeTimeout):
				}
				p.group.kill() // while its number is not given to others
			}
			_ = p.process.Wait() // how it ended is found in its state
			p.tail.flush()
			close(p.ended)
		}
	})
	if err := <-started; err != nil {
		_ = out.Close()
		return p.refused(err)
	}
	p.threads.Go(func() { p.listen(out) })
	return nil
}

// refused says that the process could not be started.
func (p *program) refused(err error) error {
	hint := "the path is relative to the folder of the experiment file"
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		hint = "look at task.command: the first word is a program on the search path, or a path relative to the folder of the experiment file"
	}
	if errors.Is(err, syscall.EMFILE) {
		return fmt.Errorf("the program %s cannot be started: %w", p.name, err)
	}
	return fault.New(fault.Usage, hint, "the program %s cannot be started: %v", p.name, err)
}

// listen reads everything the program writes, to the end: nobody is kept from
// ending by a pipe that is full.
func (p *program) listen(from io.Reader) {
	defer close(p.heard)
	p.deliver(from)
	close(p.answers)
	_, _ = io.Copy(io.Discard, from)
}

func (p *program) deliver(from io.Reader) {
	r := bufio.NewReaderSize(from, mostLine)
	give := func(a programAnswer) (more bool) {
		select {
		case p.answers <- a:
		case <-p.closing: // what comes now is only looked at
		}
		return a.err == nil
	}
	greeting, err := readHello(r)
	for more := give(programAnswer{greeting: greeting, err: err}); more; {
		owed := false // what is read now
		content, err := readAnswer(r, func(h answerHeader) (most int64, err error) {
			most, err = p.ledger.pay(h)
			owed = err == nil
			return most, err
		})
		// It must be malformed, and not that nothing was read to its end or that of this program's patience.
		if errors.As(err, new(*fault.Error)) && !owed && p.ledger.square() {
			p.surplus = err
		}
		more = give(programAnswer{content: content, err: err})
	}
}

var errInterrupted = fault.New(fault.Interrupted, "", "interrupted while a program was asked for trials")

// hear waits for what the program writes next. If that takes long, it says for what.
// Once it has ended, or the context, it is waited for a moment more.
func (p *program) hear(what string) (programAnswer, error) {
	stopped, ended := cmp.Or(p.all.Context, context.Background()).Done(), p.ended
	patient := time.After(cmp.Or(p.all.Patience, 5*time.Second))
	var late <-chan time.Time
	missed := p.gone
	for {
		select {
		case a, open := <-p.answers:
			var malformed *fault.Error
			switch {
			case !open || errors.Is(a.err, io.EOF):
				return a, p.gone()
			case errors.As(a.err, &malformed):
				return a, p.fail(malformed.Text, malformed.Hint)
			case a.err != nil:
				return a, p.fail("cannot be heard: "+a.err.Error(), "")
			}
			return a, nil
		case <-patient:
			if p.all.Note != nil && !p.noted {
				p.all.Note(fmt.Sprintf("waiting for the program %s: %s", p.name, what))
			}
			p.noted = true
		case <-ended: // what it wrote before is still to be read
			ended, late = nil, time.After(closeTimeout)
		case <-stopped:
			stopped, late = nil, time.After(cmp.Or(p.all.Wait, 5*time.Second))
			missed = func() error {
				p.failed = errInterrupted
				return errInterrupted
			}
		case <-late:
			return programAnswer{}, missed()
		}
	}
}

// gone says that nothing more can be heard from the program.
func (p *program) gone() error {
	if p.endedWithin(closeTimeout) {
		return p.fail("", "")
	}
	return p.fail("closed its standard output", "")
}

func (p *program) endedWithin(patience time.Duration) bool {
	select {
	case <-p.ended:
		return true
	case <-time.After(patience):
		return false
	}
}

// fail says how the program failed, "" if only by its end, with its last words; it
// is not asked again.
func (p *program) fail(how, hint string) error {
	if p.failed != nil {
		return p.failed
	}
	if p.endedWithin(closeTimeout / 10) { // it may be on its way out
		if how != "" {
			how += ", and "
		}
		how += "ended with " + p.process.ProcessState.String()
	}
	e := fault.New(fault.Failed, hint, "the program %s %s", p.name, how)
	if last := p.tail.last(); last != "" {
		e.Text += "; its last words: " + last
	}
	p.failed = e
	return e
}

// fits compares the first line with what the experiment says.
func (p *program) fits(plan *plan.Plan) error {
	c := plan.Config
	for _, v := range []struct {
		key         string
		there, told float64
	}{{"dt", p.greeting.Dt, c.Dt}, {"N_in", float64(p.greeting.N_in), float64(plan.In.N)}, {"N_out", float64(p.greeting.N_out), float64(plan.Out.N)}} {
		if v.there != v.told {
			return fault.New(fault.Usage, "change task."+v.key+" or the program", "%s is %v in the task, but the program %s says %v", v.key, v.told, p.name, v.there)
		}
	}
	if steps := math.Ceil(p.greeting.T / c.Dt); steps != float64(plan.Steps) || p.steps != plan.Steps {
		return fault.New(fault.Usage, "change task.T or the program", "T is %v in the task, %d steps, but the program %s says %v", c.Duration, plan.Steps, p.name, p.greeting.T)
	}
	return nil
}

// most bounds the bytes of an answer: numbers of 8 bytes, and room for names
// and variables.
func (p *program) most(r request) int64 {
	return int64(r.Trials)*int64(p.steps*(p.greeting.N_in+2*p.greeting.N_out)+1000)*8 + 1<<20
}

// write writes a line to the program.
func (p *program) write(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		panic("external: a line that is no JSON")
	}
	_, err = p.in.Write(append(line, '\n'))
	if err != nil && !p.endedWithin(closeTimeout) {
		return p.fail("closed its standard input", "")
	}
	for err != nil { // what it wrote before its end may say why
		if _, failed := p.hear("it has ended"); failed != nil {
			return failed
		}
	}
	return nil
}

// send asks for trials.
func (p *program) send(r request) error {
	p.waiting = append(p.waiting, r)
	return p.write(numbered{p.ledger.enter(p.most(r)), r})
}

// answered says that the answer to a request is at hand.
func (p *program) answered(r request) bool { return p.content != nil && p.early == r }

// ahead asks for trials that are wanted later. If that fails, whoever wants
// them is told.
func (p *program) ahead(r request) {
	if !p.answered(r) && !slices.Contains(p.waiting, r) {
		_ = p.send(r)
	}
}

// ask asks for trials and waits for the answer. Answers come in the order of
// the requests, so one that was asked for ahead may come before.
func (p *program) ask(r request) ([]byte, error) {
	for !p.answered(r) {
		if p.failed == nil {
			p.ahead(r)
		}
		if p.failed != nil {
			return nil, p.failed
		}
		a, err := p.hear(fmt.Sprintf("it was asked for %v", p.waiting[0]))
		if err != nil {
			return nil, err
		}
		answered := p.waiting[0]
		p.waiting = p.waiting[1:]
		if answered == r {
			return a.content, nil
		}
		p.early, p.content = answered, a.content
	}
	content := p.content
	p.content = nil
	return content, nil
}

// close ends the program, with everything that it started: the end of its standard
// input tells it to, and what does not end then is made to.
func (p *program) close() {
	close(p.closing)
	_ = p.in.Close()
	for _, end := range []func(){func() {}, p.group.terminate, p.group.kill} {
		end()
		select {
		case <-p.ended:
		case <-time.After(closeTimeout):
			continue
		}
		break
	}
	<-p.ended
	p.group.kill() // those that it left, where that was not done at its end
	select {
	case <-p.heard:
	case <-time.After(closeTimeout): // somebody who left the group holds its standard output
	}
	_ = p.out.Close()
	p.threads.Wait()
	p.group.close()
	if p.surplus != nil && p.failed == nil {
		p.tell(fmt.Sprintf("the program %s was asked for nothing more, and %v", p.name, p.surplus), "its answers before were right; "+once)
	}
}
