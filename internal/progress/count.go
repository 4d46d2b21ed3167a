package progress

// Progress of what is no training: so much is done of all.

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Counter shows how far something is that is no training. Workers call Count
// side by side.
type Counter interface {
	Count(done int)
	Close() // nothing more will be shown
}

// Count shows nothing.
func (Silent) Count(int) {}

// Counted prints how much is done of all, at every tenth of it, but a second
// apart at least: nothing where all is quickly done.
type Counted struct {
	To   io.Writer
	JSON bool // objects, one a line
	All  int
	Unit string
	now  func() time.Time

	mutex  sync.Mutex
	told   time.Time
	tenths int
}

// NewCounted returns a Counted that begins now.
func NewCounted(to io.Writer, json bool, all int, unit string, now func() time.Time) *Counted {
	return &Counted{To: to, JSON: json, All: all, Unit: unit, now: now, told: now()}
}

// Count prints what is done, if it is time.
func (c *Counted) Count(done int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	tenths := int(10 * float64(done) / float64(c.All))
	if now := c.now(); tenths > c.tenths && now.Sub(c.told) >= time.Second {
		c.tenths, c.told = tenths, now
		if c.JSON {
			JSONLines{To: c.To}.line(map[string]any{"event": "progress", "done": done, "of": c.All, "unit": c.Unit})
		} else {
			fmt.Fprintf(c.To, "%d of %d %s\n", done, c.All, c.Unit)
		}
	}
}

// Close does nothing.
func (*Counted) Close() {}
