package bundle

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/cjson"
	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// RootPlan is what a root metadata shall say.
type RootPlan struct {
	RootKeys, BundleKeys           []*Key // those listed; the private halves sign the root
	RootThreshold, BundleThreshold int    // how many of them have to sign
	Expires                        time.Time
}

// NewRoot writes the first root of an authority.
func NewRoot(p RootPlan) ([]byte, error) {
	m := metadata.Root(p.Expires.UTC())
	give(m, metadata.ROOT, p.RootThreshold, public(p.RootKeys))
	for _, role := range bundleRoles {
		give(m, role, p.BundleThreshold, public(p.BundleKeys))
	}
	return finish(m, p.RootKeys)
}

// Rotate writes the root that follows another: with new root keys, new bundle keys, or both; nil keeps those
// that are listed. It is signed by the root keys of both; have are those at hand, of either root.
func Rotate(before []byte, have, newRoot, newBundle []*Key, expires time.Time) ([]byte, error) {
	old, err := parseRoot(before)
	if err != nil {
		return nil, err
	}
	m := metadata.Root(expires.UTC())
	m.Signed.Version = old.Signed.Version + 1
	for _, role := range metadata.TOP_LEVEL_ROLE_NAMES {
		keys := public(newBundle)
		if role == metadata.ROOT {
			keys = public(newRoot)
		}
		if len(keys) == 0 {
			for _, id := range old.Signed.Roles[role].KeyIDs {
				keys = append(keys, listed{id, old.Signed.Keys[id]})
			}
		}
		give(m, role, old.Signed.Roles[role].Threshold, keys)
	}
	roles := append(slices.Clone(old.Signed.Roles[metadata.ROOT].KeyIDs), m.Signed.Roles[metadata.ROOT].KeyIDs...)
	signers := slices.DeleteFunc(append(slices.Clone(have), newRoot...), func(k *Key) bool { return !slices.Contains(roles, k.ID) })
	next, err := finish(m, signers)
	if err != nil {
		return nil, err
	}
	if _, err := chain(before, [][]byte{next}, time.Time{}); err != nil {
		return nil, fmt.Errorf("the keys at hand do not suffice to follow root %d: %w", old.Signed.Version, err)
	}
	return next, nil
}

// bundleRoles are the roles of TUF that the bundle keys have.
var bundleRoles = []string{metadata.TIMESTAMP, metadata.SNAPSHOT, metadata.TARGETS}

// listed is a public key and its ID.
type listed struct {
	id  string
	key *metadata.Key
}

func public(keys []*Key) []listed {
	var out []listed
	for _, k := range keys {
		out = append(out, listed{k.ID, k.public})
	}
	return out
}

// give lets keys sign for a role.
func give(m *metadata.Metadata[metadata.RootType], role string, threshold int, keys []listed) {
	r := m.Signed.Roles[role]
	r.Threshold = threshold
	for _, k := range keys {
		m.Signed.Keys[k.id] = k.key
		r.KeyIDs = append(r.KeyIDs, k.id)
	}
	slices.Sort(r.KeyIDs)
}

func finish(m *metadata.Metadata[metadata.RootType], keys []*Key) ([]byte, error) {
	for _, r := range m.Signed.Roles {
		if r.Threshold < 1 || r.Threshold > len(r.KeyIDs) {
			return nil, errors.New("a threshold is at least 1 and at most the number of its keys")
		}
	}
	if err := sign(m, keys); err != nil {
		return nil, err
	}
	return m.ToBytes(false)
}

// RootSays is what a root says, for people.
type RootSays struct {
	Version                        int64
	Expires                        time.Time
	RootKeys, BundleKeys           []string // IDs
	RootThreshold, BundleThreshold int
}

// DescribeRoot reads a root without trusting it.
func DescribeRoot(text []byte) (RootSays, error) {
	m, err := parseRoot(text)
	if err != nil {
		return RootSays{}, err
	}
	root, targets := m.Signed.Roles[metadata.ROOT], m.Signed.Roles[metadata.TARGETS]
	return RootSays{Version: m.Signed.Version, Expires: m.Signed.Expires, RootKeys: root.KeyIDs, RootThreshold: root.Threshold,
		BundleKeys: targets.KeyIDs, BundleThreshold: targets.Threshold}, nil
}

// sign adds the signature of each key once, in the order of their IDs.
func sign[T metadata.Roles](m *metadata.Metadata[T], keys []*Key) error {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b *Key) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	for i, k := range keys {
		if i > 0 && keys[i-1].ID == k.ID {
			continue
		}
		s, err := k.signer()
		if err != nil {
			return err
		}
		if _, err := m.Sign(s); err != nil {
			return err
		}
	}
	return nil
}

// maxKeys bounds the work that a root can ask for.
const maxKeys = 32

// parseRoot reads a root, and refuses keys of other kinds than those that a bundle may have.
func parseRoot(text []byte) (*metadata.Metadata[metadata.RootType], error) {
	m, err := parse[metadata.RootType](text)
	if err != nil {
		return nil, err
	}
	if m.Signed.Type != metadata.ROOT || m.Signed.Version < 1 {
		return nil, fmt.Errorf("%w: it is no root metadata", ErrDamaged)
	}
	if len(m.Signed.Keys) > maxKeys || len(m.Signatures) > 2*maxKeys {
		return nil, fmt.Errorf("%w: a root of more than %d keys", ErrDamaged, maxKeys)
	}
	for id, k := range m.Signed.Keys {
		if k == nil {
			return nil, fmt.Errorf("%w: the key %q is empty", ErrDamaged, short(id))
		}
		if err := usable(id, k); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	for _, name := range metadata.TOP_LEVEL_ROLE_NAMES {
		if r := m.Signed.Roles[name]; r == nil || len(r.KeyIDs) > maxKeys {
			return nil, fmt.Errorf("%w: a root without the role %s", ErrDamaged, name)
		}
	}
	return m, nil
}

// parse reads metadata that is written in its one form.
func parse[T metadata.Roles](text []byte) (*metadata.Metadata[T], error) {
	if len(text) > maxMetadata {
		return nil, fmt.Errorf("%w: metadata of more than %d bytes", ErrDamaged, maxMetadata)
	}
	m, err := new(metadata.Metadata[T]).FromBytes(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if again, err := m.ToBytes(false); err != nil || !bytes.Equal(again, text) {
		return nil, fmt.Errorf("%w: metadata not in the one form that is accepted", ErrDamaged)
	}
	return m, nil
}

// eachVerifies reports a signature that is not by one of the given roles' keys, or not good. TUF passes over
// them; here they would be bytes that nobody signed.
func eachVerifies[T metadata.Roles](m *metadata.Metadata[T], role string, roots ...*metadata.Metadata[metadata.RootType]) error {
	text, err := cjson.EncodeCanonical(m.Signed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for _, s := range m.Signatures {
		if !slices.ContainsFunc(roots, func(r *metadata.Metadata[metadata.RootType]) bool { return signedBy(r, role, s, text) }) {
			return fmt.Errorf("%w: the %s metadata has a signature of %q, which is not good", ErrUntrusted, role, short(s.KeyID))
		}
	}
	return nil
}

func signedBy(root *metadata.Metadata[metadata.RootType], role string, s metadata.Signature, text []byte) bool {
	key := root.Signed.Keys[s.KeyID]
	if key == nil || !slices.Contains(root.Signed.Roles[role].KeyIDs, s.KeyID) || len(s.UnrecognizedFields) > 0 {
		return false
	}
	public, err := hex.DecodeString(key.Value.PublicKey)
	return err == nil && len(public) == ed25519.PublicKeySize && ed25519.Verify(public, text, s.Signature)
}
