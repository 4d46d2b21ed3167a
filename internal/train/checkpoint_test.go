package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// scored are random trials with answers that are right now and then.
type scored struct {
	normalTrials[float32]
	noTable
}

// noTable tells nothing of trials beside whether they are right.
type noTable struct{}

func (noTable) Columns(*task.Reaction) []task.Column { return nil }

func (noTable) Outcomes([]float64, *model.Trials[float32], []float32, *task.Reaction) {}

func (scored) Different() int { return 0 }

func (s scored) Correct(correct []bool, trials *model.Trials[float32], output []float32) {
	for r := range correct {
		correct[r] = output[r*s.o] > 0
	}
}

// passing is the update after which the mean of the last three performances
// reaches newScored's cutoff.
const passing = 12

// newScored returns a loop with everything that has a state.
func newScored(t *testing.T, optimizer string, iters int) *Loop[float32] {
	t.Helper()
	s := model.Settings{Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "glorot_gauss", RandRec: "const_gauss"}}
	s.Kind, s.Function, s.N, s.I, s.O, s.Alpha, s.RecNoise = "basic", model.FunctionNamed("relu"), 3, 2, 2, []float64{0.1, 0.2, 0.3}, 0.1
	net, err := model.New(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	cutoff := 1.0
	c := Config{
		TrainingIters: iters, LossEpoch: 2, Optimizer: Optimizer{Kind: optimizer}, ClipGrads: Clip{Norm: 1},
		LearningRate:       Rate{Schedule: "exponential", Start: 0.01, Decay: 0.5, Every: 3, WarmUp: 4},
		PerformanceMeasure: "accuracy", PerformanceCutoff: &cutoff, PerformanceEpoch: 2, PerformanceWindow: 3,
	}
	stages := &Curriculum{MetricEpoch: 3, Stages: []StageConfig{{Threshold: 0.1}, {Threshold: 0.2}, {Threshold: 2}}}
	workers := sim.NewWorkers(2)
	t.Cleanup(workers.Close)
	set := kernel.Plain[float32]()
	l := NewLoop(net, c, stages, workers, func(stage int) (st Stage[float32], err error) {
		source := scored{normalTrials: normalTrials[float32]{4 + stage, s.I, s.O}}
		st.Task = source
		st.Batch = sim.NewBatch(6-stage, s.N, sim.TrialSource[float32](source))
		st.Engine, err = grad.NewEngine(net, grad.Config{Loss: "mean_squared_error"}, set, workers, st.Batch, 7)
		return st, err
	})
	l.Score = func(purpose string, s task.Score) float64 {
		if purpose == task.Performance {
			return float64(l.at.Update) / (passing - 2)
		}
		return s.Accuracy()
	}
	return l
}

// until stops a loop after an update.
type until int

func (u until) Observe(e Event) (Action, error) {
	if e.What == Updated && e.Update == int(u) {
		return Stop, nil
	}
	return Continue, nil
}

func checkpointOf(t *testing.T, l *Loop[float32], u until) *npz.File {
	t.Helper()
	if _, err := l.Run(u); err != nil {
		t.Fatal(err)
	}
	return l.Checkpoint()
}

// From every update on, a loop that goes on from a checkpoint is bit for bit
// the loop that was never stopped.
func TestRestore(t *testing.T) {
	const iters = 70
	for optimizer := range optimizerKinds[float32]() {
		whole := newScored(t, optimizer, iters)
		want := checkpointOf(t, whole, math.MaxInt)
		if whole.at.Update != passing || whole.Finished() != PerformancePassed || whole.at.Stage == 0 {
			t.Fatalf("it ended otherwise: %+v", whole.Progress())
		}
		for update := 1; update < passing; update++ {
			// The run that is stopped was meant to be shorter.
			half := checkpointOf(t, newScored(t, optimizer, 50), until(update))
			l := newScored(t, optimizer, iters)
			if err := l.Restore(half); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(describe(want), describe(checkpointOf(t, l, math.MaxInt))); diff != "" {
				t.Errorf("%s, from update %d (- wanted, + got):\n%s", optimizer, update, diff)
			}
		}
	}
}

// staged also notes with which update a stage ended last.
type staged struct {
	until
	ended int
}

func (s *staged) Observe(e Event) (Action, error) {
	if e.What == NextStage {
		s.ended = e.Update
	}
	return s.until.Observe(e)
}

// counted notes where batches are counted from, after every update.
type counted struct {
	*staged
	loop    *Loop[float32]
	origins []uint64
}

func (c *counted) Observe(e Event) (Action, error) {
	if e.What == Updated {
		c.origins = append(c.origins, c.loop.current.Batch.Origin)
	}
	return c.staged.Observe(e)
}

// Batches are counted anew in every stage, in a run that was cut too: by the
// trials of the stages before, of 6, 5 and 4 trials a batch.
func TestBatchesOfStages(t *testing.T) {
	run := func(l *Loop[float32], u until) []uint64 {
		c := &counted{&staged{until: u}, l, nil}
		if _, err := l.Run(c); err != nil {
			t.Fatal(err)
		}
		return c.origins
	}
	whole := newScored(t, "adam", 70)
	want := run(whole, math.MaxInt)
	var trials, origin, size uint64 = 0, 0, 6
	for update, got := range want {
		trials += size
		for k, row := range slices.Collect(slices.Chunk(whole.Standing().Metrics(), 2)) {
			if (k+1)*3 == update+1 && row[0] >= whole.curriculum.Stages[int(row[1])].Threshold {
				origin, size = trials, size-1
			}
		}
		if got != origin {
			t.Errorf("after update %d batches are counted from trial %d, want %d", update+1, got, origin)
		}
	}
	if size == 6 {
		t.Error("no stage was passed")
	}
	for cut := 1; cut < len(want); cut++ {
		half := newScored(t, "adam", 70)
		run(half, until(cut))
		l := newScored(t, "adam", 70)
		if err := l.Restore(half.Checkpoint()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[cut:], run(l, math.MaxInt)); diff != "" {
			t.Errorf("cut after update %d (-whole +cut):\n%s", cut, diff)
		}
	}
}

// The members that follow from others tell what was.
func TestCheckpointTells(t *testing.T) {
	for _, update := range []int{passing - 1, passing} {
		l, watch := newScored(t, "adam", 70), &staged{until: until(update)}
		if _, err := l.Run(watch); err != nil || watch.ended == 0 {
			t.Fatalf("stages: %d, %v", watch.ended, err)
		}
		f := l.Checkpoint()
		step, _ := whole(f, stepMember)
		began, _ := whole(f, stageBeganMember)
		reason, err := ReasonIn(f)
		if step != update || began != watch.ended || err != nil || (reason == PerformancePassed) != (update == passing) {
			t.Errorf("after update %d: step %d, stage began %d (%d), ended by %q (%v)", update, step, began, watch.ended, reason, err)
		}
	}
}

// What was measured is kept with where the loop stood: the metric every 3
// updates, the performance every 2, of batches of 6 trials less the stage.
func TestMeasurements(t *testing.T) {
	l := newScored(t, "adam", 70)
	checkpointOf(t, l, math.MaxInt)
	var got []string
	trials := map[int]int{}
	for _, m := range l.Measurements() {
		got = append(got, fmt.Sprint(m.Update, " ", m.Purpose))
		trials[m.Update] = m.Trials
		if m.Purpose == task.Performance && m.Value != float64(m.Update)/(passing-2) {
			t.Errorf("%+v", m)
		}
	}
	want := []string{"2 performance", "3 curriculum", "4 performance", "6 curriculum", "6 performance", "8 performance",
		"9 curriculum", "10 performance", "12 curriculum", "12 performance"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- wanted, + got):\n%s", diff)
	}
	stage, done := 0, 0
	for update := 1; update <= passing; update++ {
		done += 6 - stage
		if n, measured := trials[update]; measured && n != done {
			t.Errorf("update %d: %d trials, want %d", update, n, done)
		}
		for _, m := range l.Measurements() {
			if m.Update == update && m.Purpose == task.Curriculum && m.Value >= l.curriculum.Stages[m.Stage].Threshold {
				stage = m.Stage + 1
			}
		}
	}
	if stage == 0 || stage != l.at.Stage {
		t.Errorf("stage %d, want %d", l.at.Stage, stage)
	}
}

// A window that is made longer reaches back to what was measured before.
func TestLongerWindow(t *testing.T) {
	l := newScored(t, "adam", 70)
	l.config.PerformanceWindow = 1
	half := checkpointOf(t, l, passing-2)
	longer := newScored(t, "adam", 70)
	if err := longer.Restore(half); err != nil {
		t.Fatal(err)
	}
	want := checkpointOf(t, newScored(t, "adam", 70), math.MaxInt)
	if diff := cmp.Diff(describe(want), describe(checkpointOf(t, longer, math.MaxInt))); diff != "" {
		t.Errorf("(- wanted, + got):\n%s", diff)
	}
}

func describe(f *npz.File) (list []string) {
	for _, m := range f.Members {
		list = append(list, fmt.Sprintf("%s %s %v %x", m.Name, m.Array.Type, m.Array.Shape, m.Array.Data))
	}
	slices.Sort(list)
	return list
}

// A file that is no checkpoint of the experiment is refused by the member's name.
func TestRestoreRefuses(t *testing.T) {
	whole := checkpointOf(t, newScored(t, "adam", 30), math.MaxInt)
	for _, m := range whole.Members {
		if slices.Contains([]string{stepMember, metricsMember}, m.Name) {
			continue // they follow from the others
		}
		for about, a := range map[string]npz.Array{
			"missing":   {},
			"text":      npz.TextOf("a"),
			"one more":  npz.ArrayOf([]int{1, 1, 1}, []float64{1}),
			"a half":    npz.ArrayOf(nil, []float64{0.5}),
			"below 0":   {Type: "<i8", Data: []byte{255, 255, 255, 255, 255, 255, 255, 255}},
			"too large": npz.Whole(math.MaxUint64),
		} {
			f := &npz.File{Members: slices.Clone(whole.Members)}
			f.Set(npz.Member{Name: m.Name, Array: a})
			if about == "missing" {
				f.Remove(m.Name)
			}
			var refused *fault.Error
			if err := newScored(t, "adam", 30).Restore(f); !errors.As(err, &refused) || refused.Path != m.Name {
				t.Errorf("%s %s: %v", m.Name, about, err)
			}
		}
	}
	for _, m := range whole.Members { // the same numbers, as a run of the other precision would have rounded them
		other := map[string]string{"<f4": "<f8", "<f8": "<f4"}[m.Array.Type]
		if other == "" || m.Name == metricsMember {
			continue
		}
		values, err := m.Array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		a := npz.ArrayOf(m.Array.Shape, values)
		if other == "<f4" {
			rounded := make([]float32, len(values))
			for i, v := range values {
				rounded[i] = float32(v)
			}
			a = npz.ArrayOf(m.Array.Shape, rounded)
		}
		f := &npz.File{Members: slices.Clone(whole.Members)}
		f.Set(npz.Member{Name: m.Name, Array: a})
		var refused *fault.Error
		if err := newScored(t, "adam", 30).Restore(f); !errors.As(err, &refused) || refused.Path != m.Name {
			t.Errorf("%s of type %s: %v", m.Name, other, err)
		}
	}
	f := &npz.File{Members: slices.Clone(whole.Members)}
	f.Set(npz.Member{Name: stageMember, Array: npz.Whole(4)})
	if err := newScored(t, "adam", 30).Restore(f); err == nil {
		t.Error("a stage that is not there is taken")
	}
	if err := newScored(t, "momentum", 30).Restore(whole); err == nil {
		t.Error("the state of another optimizer is taken")
	}
}

// No number of a checkpoint is believed that training cannot have come to.
func TestNumbersOfACheckpoint(t *testing.T) {
	const at = 10
	whole := func(n uint64) npz.Array { return npz.Whole(n) }
	good := checkpointOf(t, newScored(t, "adam", 70), until(at))
	rows := func(name string, change func(rows []float64)) npz.Array {
		m, _ := good.Get(name)
		values, err := npz.Floats[float64](m.Array)
		if err != nil {
			t.Fatal(err)
		}
		change(values)
		return npz.ArrayOf(m.Array.Shape, values)
	}
	theta, _ := good.Get(thetaMember)
	weightsOf, err := npz.Floats[float32](theta.Array)
	if err != nil {
		t.Fatal(err)
	}
	weightsOf[3] = float32(math.NaN())
	for name, arrays := range map[string][]npz.Array{
		updateMember:     {whole(0), whole(at - 1), whole(at + 2), whole(1 << 53), whole(math.MaxUint64)},
		trialsMember:     {whole(0), whole(at - 1), whole(20)},
		stageMember:      {whole(4), whole(1 << 53)},
		stageBeganMember: {whole(at + 1), whole(1 << 53)},
		reasonMember:     {npz.TextOf("boredom"), whole(1)},
		thetaMember:      {npz.ArrayOf(theta.Array.Shape, weightsOf), npz.ArrayOf([]int{1}, []float32{1})},
		lossesMember: {
			rows(lossesMember, func(r []float64) { r[0] = 1.5 }),
			rows(lossesMember, func(r []float64) { r[0] = 1 << 60 }),
			rows(lossesMember, func(r []float64) { r[1] = -1 }),
			rows(lossesMember, func(r []float64) { r[lossColumns+1] = 1 }),
			rows(lossesMember, func(r []float64) { r[5] = math.NaN() }),
			npz.ArrayOf([]int{0, lossColumns}, []float64{}),
			npz.ArrayOf([]int{1, lossColumns}, []float64{2, 12, 1, 0, 1, 0}),
		},
		measurementsMember: {
			rows(measurementsMember, func(r []float64) { r[0] = at + 1 }),
			rows(measurementsMember, func(r []float64) { r[1] = math.Inf(1) }),
			rows(measurementsMember, func(r []float64) { r[2] = -1 }),
			rows(measurementsMember, func(r []float64) { r[3] = 2 }),
			rows(measurementsMember, func(r []float64) { r[4] = math.NaN() }),
			rows(measurementsMember, func(r []float64) { r[measurementColumns] = 0 }),
		},
	} {
		for k, a := range arrays {
			bad := &npz.File{Members: slices.Clone(good.Members)}
			bad.Set(npz.Member{Name: name, Array: a})
			var refused *fault.Error
			if err := newScored(t, "adam", 70).Restore(bad); !errors.As(err, &refused) {
				t.Errorf("%s, %d: %v", name, k, err)
			}
		}
	}
	if err := newScored(t, "adam", 70).Restore(good); err != nil {
		t.Error(err)
	}
}

// The powers of a run of any length are there at once.
func TestPowersOfALongRun(t *testing.T) {
	long, short := &betaPowers[float32]{one: 1, two: 1}, &betaPowers[float32]{one: 1, two: 1}
	long.raise(1<<53, 0.9, 0.999)
	for range 1 << 20 {
		short.one, short.two = short.one*0.9, short.two*0.999
	}
	if long.one != short.one || long.two != short.two || long.updates != 1<<53 {
		t.Errorf("%g, %g, want %g, %g", long.one, long.two, short.one, short.two)
	}
}
