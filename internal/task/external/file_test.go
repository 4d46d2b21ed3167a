package external

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"psychrnn/internal/npz"
)

// fromFile is the supply of a file with so many trials.
func fromFile(t *testing.T, trials int, order string) Supply {
	t.Helper()
	var f npz.File
	f.Set(npz.Member{Name: "x", Array: npz.ArrayOf([]int{trials, 1, 1}, make([]float32, trials))})
	for _, name := range []string{"y", "mask"} {
		f.Set(npz.Member{Name: name, Array: npz.ArrayOf([]int{trials, 1, 2}, make([]float32, 2*trials))})
	}
	var content bytes.Buffer
	if err := f.Write(&content); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("{kind: file, path: trials.npz, order: %s, dt: 10, tau: 100, N_batch: 4}", order)
	p, files, err := loadTask(text, content.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	supply, err := OpenSupply(p, files, nil, 3, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return supply
}

func rowsOf(t *testing.T, s Supply, purpose string, first uint64, trials int) []int {
	t.Helper()
	_, rows, err := s.Batch(purpose, first, 0, trials)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestGivenOrder(t *testing.T) {
	for _, c := range []struct {
		in     int
		first  uint64
		trials int
		want   []int
	}{
		{10, 0, 4, []int{0, 1, 2, 3}},
		{10, 8, 4, []int{8, 9, 0, 1}},
		{3, 2, 8, []int{2, 0, 1, 2, 0, 1, 2, 0}},
		{1, 5, 3, []int{0, 0, 0}},
		{7, 1 << 40, 2, []int{1 << 40 % 7, (1<<40 + 1) % 7}},
	} {
		if got := rowsOf(t, fromFile(t, c.in, "given"), "train", c.first, c.trials); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// Every pass is all trials in an order of its own, whatever was asked before.
func TestShuffledOrder(t *testing.T) {
	const in = 50
	s := fromFile(t, in, "shuffled")
	all := rowsOf(t, s, "train", 0, 4*in)
	for pass := range 4 {
		rows := all[pass*in : (pass+1)*in]
		sorted := slices.Sorted(slices.Values(rows))
		for k, v := range sorted {
			if k != v {
				t.Fatalf("pass %d is not all trials: %v", pass, sorted)
			}
		}
		if pass > 0 && slices.Equal(rows, all[:in]) || slices.IsSorted(rows) {
			t.Errorf("pass %d has no order of its own", pass)
		}
	}
	if slices.Equal(all[:in], rowsOf(t, s, "performance", 0, in)) {
		t.Error("two purposes have the same order")
	}
	again := fromFile(t, in, "shuffled")
	for _, first := range []int{130, 40, 95, 0, 180, 44} { // across passes, back and forth
		if got := rowsOf(t, again, "train", uint64(first), 15); !slices.Equal(got, all[first:first+15]) {
			t.Errorf("trials from %d on are others when asked for alone: %v, want %v", first, got, all[first:first+15])
		}
	}
	first := map[int]int{} // where trial 0 comes in the pass
	for pass := range 2000 {
		first[slices.Index(rowsOf(t, s, "train", uint64(in*pass), in), 0)]++
	}
	for at := range in { // 40 expected, s.d. 6.3; beyond 5 s.d. one test in 30000
		if n := first[at]; n < 8 || n > 72 {
			t.Errorf("trial 0 comes at %d in %d of 2000 passes", at, n)
		}
	}
}
