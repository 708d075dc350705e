package scanners

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// aheadOf is how many devices for each worker may be read and not yet handed on.
const aheadOf = 4

// piece is one part on its way.
type piece struct {
	part   Part
	done   chan struct{}
	inv    *inventory.Inventory // nil when it was not read
	value  any                  // what the stream's work made of it
	worked bool
	packed []byte // what is kept of it, where more of its device is to come
	panics any
}

// pipe reads the parts of one export beside each other, and hands what they told to the stream in their order.
type pipe struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	scanner string
	people  bool // its texts may name people
	sources []string
	saved   bool // a saved inventory, which was looked through when it was made
	stream  *stream
	roll    *roll
	open    atomic.Bool // the stream hands on: workers do its work
	jobs    chan *piece
	queue   chan *piece // the same, in order
	quit    chan struct{}

	watch    *time.Timer
	timeout  time.Duration
	yielding atomic.Bool // the reader of the results is slow, and no scanner
}

func newPipe(ctx context.Context, info Info, s *stream, o Options) *pipe {
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := &pipe{scanner: info.ID, saved: info.Kind == KindInventory, stream: s, roll: s.roll, timeout: o.Timeout, jobs: make(chan *piece), queue: make(chan *piece, workers*aheadOf), quit: make(chan struct{})}
	if p.timeout <= 0 {
		p.timeout = DefaultTimeout
	}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.open.Store(s.open)
	p.watch = time.AfterFunc(p.timeout, p.late)
	for range workers {
		go p.work()
	}
	return p
}

// late ends what made no progress for too long.
func (p *pipe) late() {
	if p.yielding.Load() {
		p.watch.Reset(p.timeout)
		return
	}
	p.cancel(errTimeout)
}

// close lets the workers go. One that hangs in a part is left behind.
func (p *pipe) close() {
	p.watch.Stop()
	close(p.quit)
	p.cancel(context.Canceled)
}

// emit is what a Split calls with each part.
func (p *pipe) emit(part Part) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	p.watch.Reset(p.timeout)
	one := &piece{part: part, done: make(chan struct{})}
	select {
	case p.queue <- one:
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
	select {
	case p.jobs <- one:
		return nil
	case <-p.ctx.Done():
		close(one.done)
		return p.ctx.Err()
	}
}

func (p *pipe) work() {
	for {
		select {
		case one := <-p.jobs:
			p.read(one)
		case <-p.quit:
			return
		}
	}
}

// read reads one part, and does the work of the stream on it where that will be wanted.
func (p *pipe) read(one *piece) {
	defer close(one.done)
	if one.inv, one.panics = called(one.part); one.inv != nil && p.people {
		impersonal(one.inv)
		for i := range one.inv.Gaps {
			impersonalSubject(&one.inv.Gaps[i], p.sources)
		}
	}
	one.part = nil
	if one.inv == nil {
		return
	}
	for i := range one.inv.Gaps {
		if one.inv.Gaps[i].Scanner == "" {
			one.inv.Gaps[i].Scanner = p.scanner
		}
	}
	if !p.saved {
		placeholders(one.inv)
	}
	switch {
	case p.roll != nil && p.roll.calling:
		one.inv = identities(one.inv)
	case p.roll != nil && p.roll.many(one.inv):
		if len(one.inv.Devices) == 1 {
			one.packed = packed(one.inv)
		}
	case p.open.Load() && len(one.inv.Devices) > 0:
		one.value, one.worked = p.stream.works(one.inv), true
	}
}

// called calls a part so that no panic gets out.
func called(part Part) (inv *inventory.Inventory, panics any) {
	defer func() {
		if r := recover(); r != nil {
			inv, panics = nil, r
		}
	}()
	if inv = part(); inv == nil {
		inv = inventory.New()
	}
	return inv, nil
}

// split calls the scanner and takes what it emits until it ends, or until it is left behind. Each is told of every part in order.
func (p *pipe) split(f Fleet, srcs []*source.Source, each func(*piece) error) (rest *inventory.Inventory, abandoned bool, err error) {
	type result struct {
		rest *inventory.Inventory
		err  error
	}
	ended := make(chan result, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				ended <- result{nil, fmt.Errorf("the scanner panicked: %v", r)}
			}
		}()
		rest, err := f.Split(p.ctx, srcs, p.emit)
		ended <- result{rest, err}
	}()
	var r result
	for running := true; running; {
		select {
		case one := <-p.queue:
			abandoned = p.take(one, each) || abandoned
		case r = <-ended:
			running = false
		case <-p.ctx.Done():
			running = false
			select {
			case r = <-ended:
			case <-time.After(grace):
				r, abandoned = result{nil, context.Cause(p.ctx)}, true
			}
		}
	}
	for { // what was emitted before the end
		select {
		case one := <-p.queue:
			abandoned = p.take(one, each) || abandoned
		default:
			return r.rest, abandoned, p.cause(r.err)
		}
	}
}

// take waits for one part and hands it to each. It tells whether the part had to be left behind.
func (p *pipe) take(one *piece, each func(*piece) error) (abandoned bool) {
	select {
	case <-one.done:
	case <-p.ctx.Done():
		select {
		case <-one.done:
		case <-time.After(grace):
			return true
		}
	}
	p.yielding.Store(true)
	err := each(one)
	p.yielding.Store(false)
	p.open.Store(p.stream.open)
	if err != nil {
		p.cancel(err)
		return false
	}
	p.watch.Reset(p.timeout)
	return false
}

// cause is why the scanner stopped, where it only says that it was told to.
func (p *pipe) cause(err error) error {
	switch {
	case errors.Is(context.Cause(p.ctx), errTimeout):
		return fmt.Errorf("%w after %v", errTimeout, p.timeout)
	case errors.Is(err, context.Canceled):
		return errInterrupted
	}
	return err
}
