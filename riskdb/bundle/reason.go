package bundle

import (
	"errors"
	"fmt"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/trustedmetadata"
)

// dated is [reason] with the day on which a root or a bundle ended, or the numbers of two bundles, none of which the
// library tells. Its order stands: signatures are judged before dates. Timestamp may be nil.
func dated(err error, trusted *trustedmetadata.TrustedMetadata, timestamp *metadata.Metadata[metadata.TimestampType]) error {
	unsigned := new(metadata.ErrUnsignedMetadata)
	few := errors.As(err, &unsigned)
	err = reason(err)
	root := trusted.Root.Signed
	switch {
	case few && timestamp != nil:
		return fmt.Errorf("%w: root %d asks for good signatures of %d of its bundle keys, and it has fewer; ask who publishes it by which root it is signed",
			ErrUntrusted, root.Version, root.Roles[metadata.TIMESTAMP].Threshold)
	case errors.Is(err, ErrExpired) && root.IsExpired(trusted.RefTime):
		return fmt.Errorf("%w: the root %d of the authority ended on %s; get a bundle that brings a newer root from who publishes it",
			ErrExpired, root.Version, root.Expires.Format(time.DateOnly))
	case errors.Is(err, ErrExpired) && timestamp != nil:
		return fmt.Errorf("%w: the bundle %d is not to be relied on after %s; get a newer one from who publishes it",
			ErrExpired, timestamp.Signed.Version, timestamp.Signed.Expires.Format(time.DateOnly))
	case errors.Is(err, ErrRollback) && timestamp != nil && trusted.Timestamp != nil && timestamp.Signed.Version < trusted.Timestamp.Signed.Version:
		return rollback(timestamp.Signed.Version, trusted.Timestamp.Signed.Version)
	}
	return err
}

// rollback says that a bundle comes too late.
func rollback(got, have int64) error {
	return fmt.Errorf("%w: this is number %d, and number %d was accepted; get number %d or a later one from who publishes it", ErrRollback, got, have, have)
}

// reason says in the words of this package what TUF says.
func reason(err error) error {
	var (
		expired  *metadata.ErrExpiredMetadata
		number   *metadata.ErrBadVersionNumber
		equal    *metadata.ErrEqualVersionNumber
		length   *metadata.ErrLengthOrHashMismatch
		unsigned *metadata.ErrUnsignedMetadata
	)
	switch {
	case errors.As(err, &expired):
		return fmt.Errorf("%w: a part of it is not to be relied on any more; get a newer bundle from who publishes it", ErrExpired)
	case errors.As(err, &equal):
		return fmt.Errorf("%w: another bundle of the same number was accepted; ask who publishes it which of them is right", ErrRollback)
	case errors.As(err, &number):
		return fmt.Errorf("%w: the numbers of its parts do not follow those that are trusted; get the newest bundle from who publishes it", ErrRollback)
	case errors.As(err, &length):
		return fmt.Errorf("%w: a part is not the one that was signed; fetch the bundle again", ErrUntrusted)
	case errors.As(err, &unsigned):
		return fmt.Errorf("%w: fewer good signatures than the trusted root asks for; ask who publishes it by which root it is signed", ErrUntrusted)
	}
	return fmt.Errorf("%w: its parts cannot be followed from the trusted root (%w)", ErrUntrusted, err)
}
