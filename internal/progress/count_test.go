package progress

import (
	"bytes"
	"testing"
	"time"
)

// Where there is no terminal a line stands for a tenth, a second apart at least.
func TestCounted(t *testing.T) {
	for _, c := range []struct {
		step time.Duration // that a trial takes
		json bool
		want string
	}{
		{time.Millisecond, false, ""},
		{time.Second, false, "4 of 40 trials\n8 of 40 trials\n12 of 40 trials\n16 of 40 trials\n20 of 40 trials\n24 of 40 trials\n28 of 40 trials\n32 of 40 trials\n36 of 40 trials\n40 of 40 trials\n"},
		{100 * time.Millisecond, false, "10 of 40 trials\n20 of 40 trials\n30 of 40 trials\n40 of 40 trials\n"},
		{50 * time.Millisecond, true, `{"done":20,"event":"progress","of":40,"unit":"trials"}` + "\n" + `{"done":40,"event":"progress","of":40,"unit":"trials"}` + "\n"},
	} {
		var out bytes.Buffer
		now := time.Unix(0, 0)
		counted := NewCounted(&out, c.json, 40, "trials", func() time.Time { return now })
		for done := 1; done <= 40; done++ {
			now = now.Add(c.step)
			counted.Count(done)
		}
		counted.Close()
		if out.String() != c.want {
			t.Errorf("%v a trial: %q, want %q", c.step, out.String(), c.want)
		}
	}
}
