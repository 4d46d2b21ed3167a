package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/disk/disktest"
	"psychrnn/internal/fault"
	"psychrnn/internal/run"
)

// Every single operation on files of every command that writes fails in every
// way, and the program is killed, or the power is cut, after it. The disk is in
// memory (see disktest). After each of these points no earlier file is lost, the
// status tells what happened, nothing half written is left, and going on gives
// the bits of a command that was not disturbed.

var (
	times     = regexp.MustCompile(`("[a-z_]*(?:_seconds|memory_bytes)"): [^,\n]*`)
	temporary = regexp.MustCompile(`(^|/)\.[^/]*\.psychrnn-[^/]*\.tmp$`)
)

// shown are the files of a disk, without the times that a run took.
func shown(m *disktest.Memory) map[string]string {
	files := m.Files()
	for name, content := range files {
		if path.Base(name) == run.MetricsFile {
			files[name] = times.ReplaceAllString(content, "$1: 0")
		}
	}
	return files
}

// disturbed is a scenario and what is known of it.
type disturbed struct {
	scenario
	t        *testing.T
	start    *disktest.Memory
	before   map[string]string          // files in the beginning
	want     map[string]string          // and in the end
	complete map[string]map[string]bool // all contents that files have had meanwhile
	states   []*disktest.Memory         // before each operation
	asked    []disktest.Operation
	points   int
	resumed  map[[sha256.Size]byte]bool // states from which it went on
	failures int
}

// undisturbed runs the scenario without faults.
func undisturbed(t *testing.T, base *disktest.Memory, s scenario) *disturbed {
	d := &disturbed{scenario: s, t: t, start: base.Clone(), complete: map[string]map[string]bool{}, resumed: map[[sha256.Size]byte]bool{}}
	for _, line := range s.before {
		counted := &disktest.Faulty{Disk: d.start.Clone(), Fault: func(disktest.Operation) disktest.Fault { return disktest.Fault{} }}
		if o := on(counted, line); o.status != 0 {
			t.Fatalf("%s: status %d\n%s", line, o.status, o.stderr)
		}
		last := counted.Count()
		if s.half {
			last /= 2
		}
		_ = on(&disktest.Faulty{Disk: d.start, Fault: func(o disktest.Operation) disktest.Fault { return killedAt(o, last) }}, line)
		d.start.Kill()
	}
	d.before = shown(d.start)
	m := d.start.Clone()
	note := func() {
		for name, content := range shown(m) {
			if d.complete[name] == nil {
				d.complete[name] = map[string]bool{}
			}
			d.complete[name][content] = true
		}
	}
	o := on(&disktest.Faulty{Disk: m, Fault: func(o disktest.Operation) disktest.Fault {
		d.states, d.asked = append(d.states, m.Clone()), append(d.asked, o)
		note()
		return disktest.Fault{}
	}}, s.command)
	note()
	d.states = append(d.states, m)
	d.want = shown(m)
	if o.status != 0 {
		t.Fatalf("%s: status %d\n%s", s.command, o.status, o.stderr)
	}
	if left := leftovers(d.want); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return d
}

// killedAt lets nothing be done from an operation on.
func killedAt(o disktest.Operation, at int) disktest.Fault {
	if o.Number >= at {
		return disktest.Fault{Err: syscall.EIO}
	}
	return disktest.Fault{}
}

func leftovers(files map[string]string) (list []string) {
	for name := range files {
		if temporary.MatchString(name) {
			list = append(list, name)
		}
	}
	return list
}

// failing says how an operation fails.
type failing struct {
	disktest.Fault
	name string
	on   bool // so do all that follow
}

var ways = []failing{
	{disktest.Fault{Err: syscall.EIO}, "EIO", false},
	{disktest.Fault{Err: syscall.ENOSPC, Part: true}, "ENOSPC, half written", false},
	{disktest.Fault{Err: syscall.ESTALE}, "ESTALE", false},
	{disktest.Fault{Err: syscall.EINTR}, "EINTR", false},
	{disktest.Fault{Err: syscall.EDQUOT}, "EDQUOT", false},
	{disktest.Fault{Err: syscall.EIO, Done: true}, "EIO, but done", false},
	{disktest.Fault{Err: syscall.ENOSPC}, "ENOSPC", false},
	{disktest.Fault{Err: syscall.EIO}, "EIO from then on", true},
	{disktest.Fault{Err: syscall.ENOSPC, Part: true}, "ENOSPC from then on, half written", true},
}

// fail lets an operation fail.
func (d *disturbed) fail(at int, way failing) {
	d.points++
	m := d.start.Clone()
	var all []disktest.Operation // that failed
	o := on(&disktest.Faulty{Disk: m, Fault: func(o disktest.Operation) disktest.Fault {
		if o.Number == at || way.on && o.Number > at {
			all = append(all, o)
			return way.Fault
		}
		return disktest.Fault{}
	}}, d.command)
	m.Kill()
	failed := all[0]
	what := fmt.Sprintf("operation %d, %s of %s, %s", at, failed.Name, failed.Path, way.name)
	switch o.status {
	case 0:
		d.same(what, withoutLeftovers(m))
		if strings.Contains(d.command+d.again, "--resume") { // a run that is complete writes no more
			return
		}
	case fault.File:
		if !slices.ContainsFunc(all, func(failed disktest.Operation) bool { return blames(o.stderr, failed.Path) }) {
			d.errorf("%s: it is not blamed, or there is no hint\n%s", what, o.stderr)
		}
	default:
		d.errorf("%s: status %d\n%s", what, o.status, o.stderr)
	}
	files := shown(m)
	left := slices.DeleteFunc(leftovers(files), func(name string) bool { _, before := d.before[name]; return before })
	if len(left) > 0 && !way.on && !strings.HasPrefix(failed.Name, "remove") && !(way.Done && failed.Name == "create") {
		d.errorf("%s: left behind: %v", what, left)
	}
	d.nothingLost(what, files)
	d.goOn(what, m)
}

// readBits gives half of what is asked for with every read, which is no fault.
func (d *disturbed) readBits() {
	d.points++
	m := d.start.Clone()
	o := on(&disktest.Faulty{Disk: m, Fault: func(o disktest.Operation) disktest.Fault { return disktest.Fault{Part: o.Name == "read"} }}, d.command)
	if o.status != 0 {
		d.errorf("reads are short: status %d\n%s", o.status, o.stderr)
	}
	d.same("reads are short", shown(m))
}

// withoutLeftovers are the files of a disk, but what could not be removed.
func withoutLeftovers(m *disktest.Memory) map[string]string {
	files := shown(m)
	for _, name := range leftovers(files) {
		delete(files, name)
	}
	return files
}

// blames says whether messages name a path, or the folder of a temporary file,
// and say what to do.
func blames(stderr, failed string) bool {
	_, text, _ := strings.Cut(stderr, "error: ")
	text, _, hint := strings.Cut(text, "\nhint: ")
	if temporary.MatchString(failed) && !strings.HasPrefix(text, failed) {
		kind, _ := disk.TemporaryOf(path.Base(failed))
		failed = path.Join(path.Dir(failed), kind)
	}
	return hint && (strings.Contains(text, failed) || strings.HasPrefix(text, path.Dir(failed)+": "))
}

// end kills the program, or cuts the power, before an operation.
func (d *disturbed) end(at int, how string, survive *disktest.Survival) {
	d.points++
	m := d.states[at].Clone()
	if survive == nil {
		m.Kill()
	} else {
		m.PowerCut(*survive)
	}
	what := fmt.Sprintf("%s before operation %d", how, at)
	if at < len(d.asked) {
		what += fmt.Sprintf(", %s of %s", d.asked[at].Name, d.asked[at].Path)
	}
	d.nothingLost(what, shown(m))
	d.goOn(what, m)
}

// nothingLost asserts that every file that was there is there, as it was or with
// another content that it was to have.
func (d *disturbed) nothingLost(what string, files map[string]string) {
	d.t.Helper()
	for name := range d.before {
		_, there := files[name]
		_, wanted := d.want[name]
		if !there && wanted && (d.expends == "" || !regexp.MustCompile(d.expends).MatchString(name)) {
			d.errorf("%s: %s is lost", what, name)
		}
	}
	for name, content := range files {
		if !temporary.MatchString(name) && !d.complete[name][content] {
			d.errorf("%s: %s is torn: %d bytes", what, name, len(content))
		}
	}
}

// goOn asserts that the program goes on to the end of one that was not disturbed.
func (d *disturbed) goOn(what string, m *disktest.Memory) {
	d.t.Helper()
	h := sha256.New()
	files := shown(m)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%q %d %q\n", temporary.ReplaceAllString(name, "$1.tmp"), len(files[name]), files[name])
	}
	key := [sha256.Size]byte(h.Sum(nil))
	if d.resumed[key] || d.once && maps.Equal(withoutLeftovers(m), d.want) {
		return
	}
	d.resumed[key] = true
	o := on(m, d.command+" "+d.again)
	if o.status != 0 {
		d.errorf("%s: then status %d\n%s", what, o.status, o.stderr)
		return
	}
	d.same(what+": then", shown(m))
}

// same asserts that the files are those that were wanted.
func (d *disturbed) same(what string, files map[string]string) {
	d.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(d.want)) {
		if content, there := files[name]; !there || content != d.want[name] {
			d.errorf("%s: %s is not what it should be (there %v, %d bytes of %d)", what, name, there, len(content), len(d.want[name]))
		}
	}
	for name := range files {
		if _, wanted := d.want[name]; !wanted {
			d.errorf("%s: %s is left", what, name)
		}
	}
}

// errorf reports the first few failures.
func (d *disturbed) errorf(format string, args ...any) {
	d.t.Helper()
	if d.failures++; d.failures <= 5 {
		d.t.Errorf(format, args...)
	}
}

// disturb goes through the points of all scenarios: every stride-th of them.
func disturb(t *testing.T, stride int) {
	t.Parallel()
	base := furnished(t)
	var points atomic.Int64
	t.Run("scenarios", func(t *testing.T) {
		for _, s := range scenarios {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				d := undisturbed(t, base, s)
				d.readBits()
				number := 0
				turn := func() bool { number++; return number%stride == 0 }
				for at := range d.states {
					for _, way := range ways {
						if at < len(d.asked) && turn() {
							d.fail(at, way)
						}
					}
					if turn() {
						d.end(at, "killed", nil)
					}
					for seed, s := range []disktest.Survival{disktest.Nothing(), disktest.Names(), disktest.Mixed(uint64(at)), disktest.Mixed(uint64(at) << 32)} {
						if turn() {
							d.end(at, fmt.Sprint("power cut ", seed), &s)
						}
					}
				}
				for seed := range uint64(8) { // once all is done, nothing follows that would put it right
					survives := disktest.Mixed(seed)
					d.end(len(d.states)-1, fmt.Sprint("power cut of seed ", seed), &survives)
				}
				t.Logf("%d operations, %d points, %d states went on, %d failures", len(d.asked), d.points, len(d.resumed), d.failures)
				points.Add(int64(d.points))
			})
		}
	})
	t.Logf("%d points", points.Load())
}

// A share of the points; TestSlowFaults takes more, TestLongFaults all.
func TestFaults(t *testing.T) {
	stride := 151
	if testing.Short() { // the race detector
		stride = 1009
	}
	disturb(t, stride)
}
