package apk

import (
	"cmp"
	"slices"
	"sync"
)

// job is a piece of the work on one container.
type job struct {
	cost int64  // the dearest come first, so that all workers end at about the same time
	name string // what it reads, for the gap when that fails
	do   func(*result)
	out  result
}

// queue hands out jobs. What they found is gathered in the order in which they were added, whatever the order
// in which they were done.
type queue struct {
	mu   sync.Mutex
	all  []*job
	todo []*job
}

func (q *queue) add(j *job) { q.all = append(q.all, j) }

// sort puts the dearest jobs first. It is called once, after the last add.
func (q *queue) sort() {
	q.todo = slices.Clone(q.all)
	slices.SortStableFunc(q.todo, func(a, b *job) int { return cmp.Compare(b.cost, a.cost) })
}

// next takes a job, nil when there is none.
func (q *queue) next() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.todo) == 0 {
		return nil
	}
	j := q.todo[0]
	q.todo = q.todo[1:]
	return j
}

// clear drops what was not begun.
func (q *queue) clear() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.todo = nil
}
