package external

// Which answer belongs to which request.

import (
	"slices"
	"sync"

	"psychrnn/internal/random"
)

// ledger holds the answers that a program owes, in the order of the requests. One
// goroutine asks and another reads, so a request is entered before it is written:
// an answer that is not owed was not asked for.
type ledger struct {
	mutex sync.Mutex
	count uint64 // of requests so far
	owed  []debt
	paid  int // number of the answer that came last, 0: none
}

// debt is the number of an answer and the most bytes that it may have.
type debt struct {
	number int
	most   int64
}

// enter gives a request its number. A program that counts for itself does not
// come to the same: it would give the answer to one request for that to another.
// Numbers fit into 32 bits for languages that have no more.
func (l *ledger) enter(most int64) (number int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	draws := random.NewKey(l.count).Text("request").Draws()
	l.count++
	number = 1 + draws.Index(1<<31-1)
	l.owed = append(l.owed, debt{number, most})
	return number
}

// once is what to do about answers with other numbers.
const once = `answer every request once, in its order, and give its number back: {"number": asked["number"], "bytes": ...}, see docs/own-trials.md`

// pay gives the most bytes that an answer may have, if it is the one that is owed next.
func (l *ledger) pay(h answerHeader) (most int64, err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	switch {
	case h.Number != 0 && h.Number == l.paid:
		return 0, malformed(once, "answered a request twice")
	case len(l.owed) == 0:
		return 0, malformed(once, "announced an answer before it was asked for one")
	case h.Number == 0:
		return 0, malformed(once, "gave no number with its answer")
	case h.Number != l.owed[0].number && slices.ContainsFunc(l.owed, func(d debt) bool { return d.number == h.Number }):
		return 0, malformed(once, "answered a request before one that came earlier")
	case h.Number != l.owed[0].number:
		return 0, malformed(once, "gave its answer the number %d, but the request has %d", h.Number, l.owed[0].number)
	}
	most, l.paid = l.owed[0].most, h.Number
	l.owed = l.owed[1:]
	return most, nil
}

// square says that no answer is owed.
func (l *ledger) square() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return len(l.owed) == 0
}
