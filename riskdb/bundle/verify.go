package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/trustedmetadata"
)

// The reasons for which a bundle that is whole is refused.
var (
	ErrUntrusted = errors.New("not signed by those who may")
	ErrExpired   = errors.New("expired")
	ErrRollback  = errors.New("older than what was accepted before")
)

// Trust is what is known before a bundle is opened.
type Trust struct {
	Root     []byte // root metadata that is trusted, of any version: that of the bundle accepted last
	Previous []byte // the bundle of the same authority that was accepted last; nil for none
	Sequence int64  // the highest that was accepted under Root's bundle keys; 0 for none
	Tool     string // the version of this program
}

// Checked is a bundle whose signatures, dates and numbers are good.
type Checked struct {
	Info
	Root        []byte // the newest root, to be trusted from now on
	RootVersion int64
	RootExpires time.Time
	Expires     time.Time
	Signers     []string // IDs of the bundle keys that signed
	FileSHA256  string

	// KeysReplaced says that its root replaces the bundle keys of the trusted one: the numbers begin anew.
	KeysReplaced bool

	database []byte
}

// Check verifies everything but the database's own form; see [Checked.Tables]. Now is the time by which
// expiry is judged; at the zero time nothing is expired.
func Check(file []byte, trust Trust, now time.Time) (*Checked, error) {
	c, err := open(file)
	if err != nil {
		return nil, err
	}
	trusted, err := chain(trust.Root, c.roots, now)
	if err != nil {
		return nil, err
	}
	old, err := parseRoot(trust.Root)
	if err != nil {
		return nil, err
	}
	out := &Checked{database: c.database, KeysReplaced: replaced(old, trusted.Root)}
	if out.KeysReplaced {
		trust.Previous, trust.Sequence = nil, 0
	}
	if err := remember(trusted, trust.Previous); err != nil {
		return nil, err
	}
	targets, err := c.follow(trusted, file, trust.Previous)
	if err != nil {
		return nil, err
	}
	if out.Info, err = described(targets, c.database); err != nil {
		return nil, err
	}
	if err := follows(out.Sequence, trust.Sequence); err != nil {
		return nil, err
	}
	if out.tooOld(trust.Tool) {
		return nil, fmt.Errorf("%w: it needs quaestor %s, this is %s; update the program", ErrFuture, out.MinTool, trust.Tool)
	}
	return out, out.describe(trusted, targets, file)
}

// describe fills in what is said of the keys.
func (k *Checked) describe(trusted *trustedmetadata.TrustedMetadata, targets *metadata.Metadata[metadata.TargetsType], file []byte) (err error) {
	if k.Root, err = trusted.Root.ToBytes(false); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	k.RootVersion, k.RootExpires, k.Expires = trusted.Root.Signed.Version, trusted.Root.Signed.Expires, targets.Signed.Expires
	for _, s := range targets.Signatures {
		k.Signers = append(k.Signers, s.KeyID)
	}
	slices.Sort(k.Signers)
	sum := sha256.Sum256(file)
	k.FileSHA256 = hex.EncodeToString(sum[:])
	return nil
}

// chain goes from the trusted root to the newest one that the bundle brings.
func chain(root []byte, offered [][]byte, now time.Time) (*trustedmetadata.TrustedMetadata, error) {
	if _, err := parseRoot(root); err != nil {
		return nil, fmt.Errorf("the trusted root cannot be used: %w", err)
	}
	trusted, err := trustedmetadata.New(root)
	if err != nil {
		return nil, fmt.Errorf("the trusted root cannot be used: %w", reason(err))
	}
	trusted.RefTime = now
	if err := unbroken(offered); err != nil {
		return nil, err
	}
	for _, text := range offered {
		next, err := parseRoot(text)
		if err != nil {
			return nil, err
		}
		have, v := trusted.Root.Signed.Version, next.Signed.Version
		switch {
		case v < have: // was followed by the trusted one
		case v == have:
			if !sameRoot(trusted.Root, text) {
				return nil, fmt.Errorf("%w: it brings another root %d than the trusted one", ErrUntrusted, v)
			}
		case v > have+1:
			return nil, fmt.Errorf("%w: it begins at root %d, and %d is trusted; the roots between are missing", ErrUntrusted, v, have)
		default:
			if err := step(trusted, next, text); err != nil {
				return nil, err
			}
		}
	}
	return trusted, nil
}

// unbroken reports roots that do not follow one another. Those before the trusted one decide nothing, and
// nobody shall be able to change them all the same.
func unbroken(offered [][]byte) error {
	var before *trustedmetadata.TrustedMetadata
	for _, text := range offered {
		next, err := parseRoot(text)
		if err != nil {
			return err
		}
		if before != nil {
			if err := step(before, next, text); err != nil {
				return err
			}
			continue
		}
		if before, err = trustedmetadata.New(text); err != nil {
			return reason(err)
		}
	}
	return nil
}

func step(trusted *trustedmetadata.TrustedMetadata, next *metadata.Metadata[metadata.RootType], text []byte) error {
	old := trusted.Root
	if _, err := trusted.UpdateRoot(text); err != nil {
		return fmt.Errorf("root %d: %w", next.Signed.Version, reason(err))
	}
	return eachVerifies(next, metadata.ROOT, old, next)
}

func sameRoot(root *metadata.Metadata[metadata.RootType], text []byte) bool {
	have, err := root.ToBytes(false)
	return err == nil && bytes.Equal(have, text)
}

// remember tells TUF which timestamp was accepted last, so that it refuses an older one. One that the keys of
// today did not sign is left out, as the specification says; the sequence is compared all the same, unless the
// keys were [replaced].
func remember(trusted *trustedmetadata.TrustedMetadata, previous []byte) error {
	if previous == nil {
		return nil
	}
	c, err := open(previous)
	if err != nil {
		return fmt.Errorf("the bundle that was accepted last: %w", err)
	}
	_, err = trusted.UpdateTimestamp(c.timestamp)
	if expired := new(metadata.ErrExpiredMetadata); errors.As(err, &expired) && trusted.Timestamp == nil {
		return dated(err, trusted, nil) // of the root
	}
	return nil
}

// follow is the rest of the client workflow of TUF: timestamp, snapshot, targets.
func (c *container) follow(trusted *trustedmetadata.TrustedMetadata, file, previous []byte) (*metadata.Metadata[metadata.TargetsType], error) {
	timestamp, err := parse[metadata.TimestampType](c.timestamp)
	if err != nil {
		return nil, err
	}
	snapshot, err := parse[metadata.SnapshotType](c.snapshot)
	if err != nil {
		return nil, err
	}
	targets, err := parse[metadata.TargetsType](c.targets)
	if err != nil {
		return nil, err
	}
	if !names(timestamp.Signed.Meta, "snapshot.json") || !names(snapshot.Signed.Meta, "targets.json") {
		return nil, fmt.Errorf("%w: its parts do not name each other", ErrDamaged)
	}
	if !bytes.Equal(file, previous) { // TUF takes nothing for an update that has the same number
		if _, err := trusted.UpdateTimestamp(c.timestamp); err != nil {
			return nil, dated(err, trusted, timestamp)
		}
	}
	if trusted.Timestamp == nil {
		if _, err := trusted.UpdateTimestamp(c.timestamp); err != nil {
			return nil, dated(err, trusted, timestamp)
		}
	}
	if _, err := trusted.UpdateSnapshot(c.snapshot, false); err != nil {
		return nil, reason(err)
	}
	if _, err := trusted.UpdateTargets(c.targets); err != nil {
		return nil, reason(err)
	}
	err = errors.Join(eachVerifies(timestamp, metadata.TIMESTAMP, trusted.Root), eachVerifies(snapshot, metadata.SNAPSHOT, trusted.Root),
		eachVerifies(targets, metadata.TARGETS, trusted.Root))
	if v := timestamp.Signed.Version; err == nil && (v != snapshot.Signed.Version || v != targets.Signed.Version) {
		err = fmt.Errorf("%w: its parts are of different bundles", ErrUntrusted)
	}
	return targets, err
}

// names reports whether metadata name one file, by its length and digest.
func names(files map[string]*metadata.MetaFiles, name string) bool {
	f := files[name]
	return len(files) == 1 && f != nil && f.Length > 0 && len(f.Hashes) > 0
}

const targetName = "riskdb.json.zst"

// described finds the one database that the targets metadata lists, and what is said of it.
func described(m *metadata.Metadata[metadata.TargetsType], database []byte) (Info, error) {
	t := m.Signed.Targets[targetName]
	if len(m.Signed.Targets) != 1 || t == nil || m.Signed.Delegations != nil || t.Custom == nil {
		return Info{}, fmt.Errorf("%w: it lists something else than one risk database", ErrFuture)
	}
	if err := t.VerifyLengthHashes(database); err != nil {
		return Info{}, fmt.Errorf("%w: the database is not the one that was signed", ErrUntrusted)
	}
	info, err := parseInfo(*t.Custom)
	if err != nil {
		return info, err
	}
	if err := info.check(); err != nil {
		return info, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if info.Sequence != m.Signed.Version {
		return info, fmt.Errorf("%w: sequence %d in metadata of version %d", ErrDamaged, info.Sequence, m.Signed.Version)
	}
	return info, nil
}

// Peek reads what a bundle says of itself, before anything is trusted: who publishes it, to find the root by
// which to check it.
func Peek(file []byte) (Info, error) {
	c, err := open(file)
	if err != nil {
		return Info{}, err
	}
	m, err := parse[metadata.TargetsType](c.targets)
	if err != nil {
		return Info{}, err
	}
	return described(m, c.database)
}

// OwnRoot is the last root that a bundle brings. Whoever trusts it because the bundle says so trusts anybody.
func OwnRoot(file []byte) ([]byte, error) {
	c, err := open(file)
	if err != nil {
		return nil, err
	}
	return c.roots[len(c.roots)-1], nil
}
