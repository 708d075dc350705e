package keybag

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
)

// MaxTotal is how many times passwords are stretched for one keybag, all that are tried together: about a minute of a
// processor. It is enough for twenty passwords of a backup of today.
const MaxTotal = 220_000_000

// OpenAny opens the keybag with the first of the passwords that fits, several of which are tried at the same time. When
// none does the error is [ErrWrongPassword]; when some could not be tried for the time that it would take, it is
// [ErrLimit] too.
func (k *Keybag) OpenAny(ctx context.Context, passwords []string) (*Keys, error) {
	return k.openAny(ctx, passwords, MaxTotal)
}

func (k *Keybag) openAny(ctx context.Context, passwords []string, total uint64) (*Keys, error) {
	most := max(1, int(total/max(1, k.Rounds())))
	tried := passwords[:min(len(passwords), most)]
	for len(tried) > 0 {
		several := tried[:min(len(tried), runtime.GOMAXPROCS(0))]
		tried = tried[len(several):]
		keys, err := k.together(ctx, several)
		if keys != nil || err != nil {
			return keys, err
		}
	}
	if len(passwords) > most {
		return nil, fmt.Errorf("%w: %w: the first %d of %d passwords were tried, none of which fits", ErrWrongPassword, ErrLimit, most, len(passwords))
	}
	return nil, ErrWrongPassword
}

// together tries passwords at the same time. Neither keys nor an error means that none fits.
func (k *Keybag) together(ctx context.Context, passwords []string) (*Keys, error) {
	keys, errs := make([]*Keys, len(passwords)), make([]error, len(passwords))
	var wg sync.WaitGroup
	for i, p := range passwords {
		wg.Go(func() { keys[i], errs[i] = k.Open(ctx, p) })
	}
	wg.Wait()
	for i := range passwords {
		switch {
		case errs[i] == nil:
			return keys[i], nil
		case !errors.Is(errs[i], ErrWrongPassword):
			return nil, errs[i]
		}
	}
	return nil, nil
}
