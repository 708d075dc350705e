package installed

import (
	"fmt"

	"quaestor/riskdb"
	"quaestor/riskdb/overlay"
)

// fits checks in full that what is to be installed goes together, each overlay upon what lies below it: it may
// have been built on another base, and a new base may lack what an overlay names. At every later start only the
// stack is laid.
func (s *Store) fits(st *state, fresh *Entry, freshText string) error {
	base, overlays, err := s.parts(st, fresh, freshText)
	if err != nil {
		return err
	}
	for i := range overlays {
		if err := overlay.Check(&overlays[i], base); err != nil {
			return err
		}
		if base, err = riskdb.Stack(base, overlays[i]); err != nil {
			return fmt.Errorf("overlay %q: %w", overlays[i].Layer.ID, err)
		}
	}
	return nil
}
