package sim

import (
	"errors"
	"fmt"
	"testing"

	"psychrnn/internal/model"
)

// fetcher is a source that must hear of a batch first.
type fetcher struct {
	batches []string
	fail    error
}

func (*fetcher) Shape() (t, i, o int) { return 2, 1, 1 }

func (*fetcher) Period(*model.Trials[float64], string) ([][2]int, error) { return nil, nil }

func (f *fetcher) Fetch(purpose string, first, origin uint64, trials int) error {
	f.batches = append(f.batches, fmt.Sprint(purpose, first, " since ", origin, " ", trials))
	return f.fail
}

func (f *fetcher) Trials(dst *model.Trials[float64], purpose string) error {
	if len(f.batches) == 0 {
		return errors.New("nothing was fetched")
	}
	dst.X[0] = float64(dst.First)
	return nil
}

// A source that gets whole batches is told of each once, before its parts are
// asked for; what it cannot get is not asked for.
func TestFetch(t *testing.T) {
	workers := NewWorkers(2)
	defer workers.Close()
	source := &fetcher{}
	batch := NewBatch(40, 10, TrialSource[float64](source))
	batch.Origin = 5
	if err := batch.Draw(workers, "test", 7); err != nil {
		t.Fatal(err)
	}
	if want := "[test7 since 5 40]"; fmt.Sprint(source.batches) != want {
		t.Errorf("fetched %v, want %s", source.batches, want)
	}
	if got := batch.Groups[1]; got.X[0] != 23 || got.Origin != 5 {
		t.Errorf("the second group begins with trial %v, in batches since %d", got.X[0], got.Origin)
	}
	source.fail = errors.New("no trials")
	if err := batch.Draw(workers, "test", 100); !errors.Is(err, source.fail) || batch.Groups[1].X[0] != 23 {
		t.Errorf("%v, and trials were asked for", err)
	}
}
