package apksign

import (
	"fmt"

	"quaestor/scanners/internal/apkfile"
)

// wants reports whether the content of an entry counts, and is not known yet.
func (s *slot) wants() bool {
	return s.end != 0 && covered(s.entry.Name) && s.signers != 0 && s.digestErr == nil &&
		(s.digests.early.hash != 0 || s.digests.late.hash != 0) && s.state.Load() == 0
}

// slot finds the slot of an entry, nil when there is none.
func (v *v1) slot(e *apkfile.Entry) *slot {
	if i, ok := v.byName[e.Name]; ok && v.slots[i].entry == e {
		return &v.slots[i]
	}
	return nil
}

// add compares the content of an entry with its digests.
func (s *slot) add(content []byte) {
	state := uint32(seen)
	early, late := &s.digests.early, &s.digests.late
	if late.hash != 0 && late.matches(content) {
		state |= lateHolds
	}
	switch {
	case early.hash == 0:
	case *early == *late:
		if state&lateHolds != 0 {
			state |= earlyHolds
		}
	case early.matches(content):
		state |= earlyHolds
	}
	s.state.Store(state)
}

// holds reports whether the content matches what counts from sdk on.
func (s *slot) holds(sdk int) bool {
	state := s.state.Load()
	if sdk >= firstStrongest {
		return state&lateHolds != 0
	}
	return state&earlyHolds != 0 && (s.digests.late.hash == 0 || state&lateHolds != 0)
}

// check checks one entry. All entries have to be signed by the same signers as the first.
func (s *slot) check(sdk int, counting uint16, first *slot) error {
	name := clip(s.entry.Name)
	switch {
	case s.end == 0:
		return fmt.Errorf("%q is not in %s", name, metaManifest)
	case s.signers&counting == 0:
		return fmt.Errorf("%q is not signed", name)
	case first != nil && s.signers&counting != first.signers&counting:
		return fmt.Errorf("%q and %q are signed by different signers", clip(first.entry.Name), name)
	case s.digestErr != nil:
		return fmt.Errorf("the digest of %q in %s is malformed: %w", name, metaManifest, s.digestErr)
	case !s.digests.known(sdk):
		return fmt.Errorf("%s holds no digest of %q that counts", metaManifest, name)
	case s.state.Load()&unreadable != 0:
		return fmt.Errorf("%q cannot be unpacked", name)
	case !s.holds(sdk):
		return fmt.Errorf("the content of %q does not match its digest in %s", name, metaManifest)
	}
	return nil
}
