package bundle

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"

	"quaestor/riskdb"
)

// Draft is what a bundle is made of.
type Draft struct {
	Info    Info // Facts, Schema, Size and SHA256 are filled in
	Tables  *riskdb.Tables
	Expires time.Time
	Roots   [][]byte // from the first to the newest
	Keys    []*Key   // those that the newest root does not list are passed over
}

// Build writes a bundle, and checks it as a reader would.
func Build(d Draft) ([]byte, error) {
	if len(d.Roots) == 0 || len(d.Roots) > maxRoots {
		return nil, fmt.Errorf("%d roots; a bundle brings 1 to %d", len(d.Roots), maxRoots)
	}
	text, err := jsonOf(d.Tables, &d.Info)
	if err != nil {
		return nil, err
	}
	if err := d.Info.check(); err != nil {
		return nil, err
	}
	c := &container{roots: d.Roots}
	if c.database, err = pack(text); err != nil {
		return nil, err
	}
	if err := d.sign(c); err != nil {
		return nil, err
	}
	file := c.write()
	checked, err := Check(file, Trust{Root: d.Roots[0]}, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("the bundle would be refused: %w", err)
	}
	_, err = checked.Tables()
	return file, err
}

// sign writes the metadata, each naming the length and digest of the one below it.
func (d *Draft) sign(c *container) error {
	keys, err := d.keys()
	if err != nil {
		return err
	}
	custom, err := json.Marshal(d.Info)
	if err != nil {
		return err
	}
	expires := d.Expires.UTC()
	targets := metadata.Targets(expires)
	targets.Signed.Version = d.Info.Sequence
	sum := sha256.Sum256(c.database)
	targets.Signed.Targets[targetName] = &metadata.TargetFiles{Length: int64(len(c.database)), Hashes: metadata.Hashes{"sha256": sum[:]}, Custom: (*json.RawMessage)(&custom)}
	if c.targets, err = signed(targets, keys); err != nil {
		return err
	}
	snapshot := metadata.Snapshot(expires)
	snapshot.Signed.Version = d.Info.Sequence
	snapshot.Signed.Meta["targets.json"] = fileOf(c.targets, d.Info.Sequence)
	if c.snapshot, err = signed(snapshot, keys); err != nil {
		return err
	}
	timestamp := metadata.Timestamp(expires)
	timestamp.Signed.Version = d.Info.Sequence
	timestamp.Signed.Meta["snapshot.json"] = fileOf(c.snapshot, d.Info.Sequence)
	c.timestamp, err = signed(timestamp, keys)
	return err
}

// keys are those that the newest root lists for bundles.
func (d *Draft) keys() ([]*Key, error) {
	root, err := parseRoot(d.Roots[len(d.Roots)-1])
	if err != nil {
		return nil, err
	}
	role := root.Signed.Roles[metadata.TARGETS]
	var out []*Key
	for _, k := range d.Keys {
		if slices.Contains(role.KeyIDs, k.ID) {
			out = append(out, k)
		}
	}
	if len(out) < role.Threshold {
		return nil, fmt.Errorf("root %d asks for %d bundle keys, and %d of them are here", root.Signed.Version, role.Threshold, len(out))
	}
	return out, nil
}

func signed[T metadata.Roles](m *metadata.Metadata[T], keys []*Key) ([]byte, error) {
	if err := sign(m, keys); err != nil {
		return nil, err
	}
	return m.ToBytes(false)
}

func fileOf(text []byte, version int64) *metadata.MetaFiles {
	sum := sha256.Sum256(text)
	return &metadata.MetaFiles{Length: int64(len(text)), Hashes: metadata.Hashes{"sha256": sum[:]}, Version: version}
}
