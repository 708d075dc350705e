package installed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// ErrBusy is wrapped by errors about a folder that another update does not let go of.
var ErrBusy = errors.New("another update is running")

// lockTime is how long another update of the same folder is waited for. One takes seconds.
const lockTime = 30 * time.Second

// lock waits for other updates of the same folder, until the context or the patience ends. The wait in the system
// cannot be ended: who comes too late to be wanted lets go at once.
func (s *Store) lock(ctx context.Context) (func(), error) {
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("%w: %w; name another with --db-dir", ErrFolder, err)
	}
	type held struct {
		unlock func()
		err    error
	}
	got, gone := make(chan held), make(chan struct{})
	defer close(gone)
	go func() {
		unlock, err := lockedfile.MutexAt(s.path("lock")).Lock()
		select {
		case got <- held{unlock, err}:
		case <-gone:
			if err == nil {
				unlock()
			}
		}
	}()
	patience := time.NewTimer(s.patience())
	defer patience.Stop()
	select {
	case h := <-got:
		if h.err != nil {
			return nil, fmt.Errorf("%w: %w; name another with --db-dir", ErrFolder, h.err)
		}
		return h.unlock, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%w in %s, and waiting for it was ended: %w", ErrBusy, s.Dir, ctx.Err())
	case <-patience.C:
		return nil, fmt.Errorf("%w in %s; try again when it has ended", ErrBusy, s.Dir)
	}
}

func (s *Store) patience() time.Duration {
	if s.wait > 0 {
		return s.wait
	}
	return lockTime
}
