package apk

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// TestBudget checks that buffers in use never exceed the budget, and that everybody gets one.
func TestBudget(t *testing.T) {
	b := newBudget(10 * bufferStep)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			n := int64(i%9)*bufferStep + 1
			if !b.fits(n) {
				t.Errorf("%d does not fit", n)
				return
			}
			buf, err := b.take(context.Background(), n)
			if err != nil || int64(len(buf)) < n {
				t.Errorf("%d bytes for %d, %v", len(buf), n, err)
				return
			}
			b.give(buf)
		})
	}
	wg.Wait()
	if b.left != b.size || b.peak() > b.size || b.peak() == 0 || b.idle > b.size {
		t.Errorf("%d of %d left, at most %d in use, %d idle", b.left, b.size, b.peak(), b.idle)
	}
	if b.fits(10 * bufferStep) {
		t.Error("a buffer as large as the budget leaves no room for the byte that tells a longer entry")
	}
}

func TestBudgetWaitsForContext(t *testing.T) {
	b := newBudget(2 * bufferStep)
	buf, err := b.take(context.Background(), bufferStep)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := b.take(ctx, bufferStep); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if b.takeNow(bufferStep) != nil {
		t.Error("took what is not there")
	}
	b.give(buf)
	if b.takeNow(bufferStep) == nil {
		t.Error("did not get what was given back")
	}
}

// TestBudgetIdle: buffers that wait to be used again make room for another that none of them suits.
func TestBudgetIdle(t *testing.T) {
	b := newBudget(100 * bufferStep)
	large, small := b.takeNow(60*bufferStep-1), b.takeNow(40*bufferStep-1)
	b.give(large)
	b.give(small)
	if b.idle != b.size {
		t.Fatalf("%d of %d wait", b.idle, b.size)
	}
	other := b.takeNow(5*bufferStep - 1)
	if used := b.size - b.left; other == nil || used != 5*bufferStep || b.idle != 60*bufferStep {
		t.Errorf("%d in use, %d wait", used, b.idle)
	}
	if again := b.takeNow(50*bufferStep - 1); len(again) != len(large) || b.idle != 0 {
		t.Errorf("%d bytes and not those that wait, %d", len(again), b.idle)
	}
}
