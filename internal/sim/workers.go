package sim

// Workers that do jobs side by side. Which one does which job changes nothing.

import (
	"sync"
	"sync/atomic"
)

// Workers are goroutines that live as long as a run and share numbered jobs.
type Workers struct {
	start []chan struct{}
	ended sync.WaitGroup // workers that are still alive

	do   func(worker, job int)
	jobs int64
	next atomic.Int64
	busy sync.WaitGroup // workers that have not finished this run of jobs
}

// NewWorkers starts n workers; Close ends them.
func NewWorkers(n int) *Workers {
	w := &Workers{}
	for k := range n {
		start := make(chan struct{})
		w.start = append(w.start, start)
		w.ended.Go(func() {
			for range start {
				for job := w.next.Add(1) - 1; job < w.jobs; job = w.next.Add(1) - 1 {
					w.do(k, int(job))
				}
				w.busy.Done()
			}
		})
	}
	return w
}

// Len is the number of workers.
func (w *Workers) Len() int { return len(w.start) }

// Run calls do for every job 0..jobs-1 and returns when all are done. Which
// worker takes a job is left to chance, so a job's result must not depend on
// it. Run is not to be called by two goroutines at once.
func (w *Workers) Run(jobs int, do func(worker, job int)) {
	w.do, w.jobs = do, int64(jobs)
	w.next.Store(0)
	w.busy.Add(len(w.start))
	for _, start := range w.start {
		start <- struct{}{}
	}
	w.busy.Wait()
}

// Close ends the workers and waits for them.
func (w *Workers) Close() {
	for _, start := range w.start {
		close(start)
	}
	w.ended.Wait()
}
