package bundle

import (
	"errors"
	"fmt"
	"slices"

	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// MaxSequence is the highest number of a bundle, and MaxLeap how far one may lie above the one that was accepted
// before it. Without them one bundle of a stolen key could take the highest number there is, and no reader would
// accept another one. A number per bundle fits, and so does a date or a time in seconds.
const (
	MaxSequence = 1_000_000_000_000
	MaxLeap     = 100_000_000
)

// ErrLeap is wrapped by errors about a bundle whose number is too far above the one that was accepted.
var ErrLeap = errors.New("too far ahead of what was accepted before")

// follows reports a sequence that may not come after the one that was accepted; 0 for none.
func follows(next, accepted int64) error {
	switch {
	case next < accepted:
		return rollback(next, accepted)
	case accepted > 0 && next-accepted > MaxLeap:
		return fmt.Errorf("%w: number %d after number %d; %d at a time is the most. Ask who publishes it: somebody else may have its keys", ErrLeap, next, accepted, MaxLeap)
	}
	return nil
}

// replaced reports whether a root leaves fewer bundle keys of an older root than have to sign. Nothing that was
// accepted by the older root can be accepted by the newer one then, so that the numbers of before guard nothing:
// whoever stole the old keys chose some of them. TUF calls it the recovery from a fast-forward attack. Where
// enough of the old keys stay, an old bundle could come back, and the numbers stand.
func replaced(old, now *metadata.Metadata[metadata.RootType]) bool {
	before, after := old.Signed.Roles[metadata.TIMESTAMP], now.Signed.Roles[metadata.TIMESTAMP]
	left := map[string]bool{}
	for _, id := range after.KeyIDs {
		if slices.Contains(before.KeyIDs, id) {
			left[id] = true
		}
	}
	return now.Signed.Version > old.Signed.Version && len(left) < after.Threshold
}
