package adb

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	client "quaestor/scanners/internal/adb"
)

// streams is how many questions a phone is asked at the same time. More make a phone no faster.
const streams = 6

// patience is how long one question may take. A phone that says nothing is given up sooner, see [client.Server].
const patience = 2 * time.Minute

// answer is what came of a question.
type answer struct {
	question
	out *client.Output
	err error // no answer, or not all of it
}

// phone is what is asked of one: a [client.Phone].
type phone interface {
	RunTo(ctx context.Context, w io.Writer, argv ...string) (*client.Output, error)
}

// asking is a round of questions that go on at the same time.
type asking struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	phone    phone
	left     atomic.Int64 // bytes that all answers together may still have
	slots    chan struct{}
	wg       sync.WaitGroup
	asked    atomic.Int64
	answered atomic.Int64
	progress func(done, total int)
}

func newAsking(ctx context.Context, p phone, progress func(done, total int)) *asking {
	a := &asking{phone: p, slots: make(chan struct{}, streams), progress: progress}
	a.ctx, a.cancel = context.WithCancelCause(ctx)
	a.left.Store(maxAnswers)
	return a
}

// begin asks questions and returns before they are answered: the answers are complete after wait.
func (a *asking) begin(list []question) []*answer {
	out := make([]*answer, len(list))
	a.asked.Add(int64(len(list)))
	for i, q := range list {
		out[i] = &answer{question: q}
		a.wg.Go(func() { a.one(out[i]) })
	}
	return out
}

// ask asks one question after the other until an answer names users.
func (a *asking) ask(list []question) (out []*answer) {
	for _, q := range list {
		a.asked.Add(1)
		r := &answer{question: q}
		out = append(out, r)
		if a.one(r); r.err != nil || len(usersIn(r)) > 0 {
			break
		}
	}
	return out
}

func (a *asking) wait() {
	a.wg.Wait()
	a.cancel(nil)
}

// one asks. When the phone is gone the others need not wait for it.
func (a *asking) one(r *answer) {
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	case <-a.ctx.Done():
		r.err = context.Cause(a.ctx)
		return
	}
	r.out, r.err = a.run(r.argv, r.limit())
	if r.err == nil && r.other != nil && r.unknownOption() {
		r.argv = r.other
		r.out, r.err = a.run(r.argv, r.limit())
	}
	if gone(r.err) {
		a.cancel(r.err)
	}
	if a.progress != nil {
		a.progress(int(a.answered.Add(1)), int(a.asked.Load()))
	}
}

func (a *asking) run(argv []string, limit int) (*client.Output, error) {
	if a.ctx.Err() != nil {
		return nil, context.Cause(a.ctx)
	}
	ctx, cancel := context.WithTimeoutCause(a.ctx, patience, errPatience)
	defer cancel()
	out, err := runUpTo(ctx, a.phone, limit, &a.left, argv)
	if err != nil && a.ctx.Err() != nil {
		return out, context.Cause(a.ctx)
	}
	if err != nil && ctx.Err() != nil {
		return out, errPatience
	}
	return out, err
}

var errPatience = errors.New("the phone took too long to answer")

// gone reports whether an error means that the phone will answer nothing more.
func gone(err error) bool {
	for _, e := range []error{client.ErrGone, client.ErrNoPhone, client.ErrNoServer, client.ErrServer, client.ErrServerSilent, client.ErrOffline, client.ErrUnauthorized, client.ErrDenied, client.ErrSilent} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
