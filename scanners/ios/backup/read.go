package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"

	"quaestor/scanners"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/keybag"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// backup is one backup that is being read.
type backup struct {
	*iosfacts.Phone
	src *source.Source
	dir string // inside src

	info, manifest, status any // property lists, nil where missing or damaged
	sums                   []byte
	keys                   *keybag.Keys // nil for a backup that is not encrypted, or not opened
	index                  *index

	installed map[string]bool // the apps that Info.plist lists
}

func newBackup(src *source.Source, dir string) *backup {
	return &backup{Phone: iosfacts.New(id), src: src, dir: dir, installed: map[string]bool{}}
}

// name is a file of the backup as its user would find it.
func (b *backup) name(file string) string { return b.src.Join(path.Join(b.dir, file)) }

// read reads everything. What the backup tells without its list of files is told even where that cannot be read.
func (b *backup) read(ctx context.Context, passwords scanners.Passwords) (*inventory.Inventory, error) {
	b.readLists()
	b.device()
	b.apps()
	err := b.readFiles(ctx, passwords)
	if err == nil && b.info == nil && b.index == nil {
		err = fmt.Errorf("no file of the backup %q can be read; make it again", b.src.Join(b.dir))
	}
	inv := b.Inventory(path.Base(b.src.Join(b.dir)), b.src.Join(b.dir), hex.EncodeToString(b.sums))
	nameProfiles(inv)
	return inv, err
}

// maxList is the most bytes of a property list that are read. Info.plist holds the icons of all apps.
const maxList = 48 << 20

// readLists reads the property lists at the top of the backup.
func (b *backup) readLists() {
	for _, l := range []struct {
		file string
		to   *any
		lost string
	}{
		{infoPlist, &b.info, "which apps are installed, and what device it is, is not known"},
		{manifestPlist, &b.manifest, "whether the backup is encrypted is not known, and encrypted files cannot be read"},
		{statusPlist, &b.status, "whether the backup was finished is not known"},
	} {
		v, err := b.list(l.file)
		if err != nil {
			b.Gap(inventory.Gap{Subject: b.name(l.file), Kind: problemKind(err), Detail: fmt.Sprintf("%s of the backup cannot be read (%v): %s.", l.file, err, l.lost),
				Next: "Make the backup again, or get a whole copy of it."})
		}
		*l.to = v
	}
}

func (b *backup) list(file string) (any, error) {
	r, err := b.src.OpenFile(path.Join(b.dir, file))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxList+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxList {
		return nil, &source.LimitError{Name: b.name(file), What: "size", Limit: maxList}
	}
	sum := sha256.Sum256(data)
	b.hashed(b.name(file), hex.EncodeToString(sum[:]))
	v, err := plist.Decode(data)
	if err != nil {
		return nil, &malformed{err}
	}
	if plist.Dict(v) == nil {
		return nil, &malformed{errors.New("it is no dictionary")}
	}
	return v, nil
}

// malformed is that a file was read and does not parse.
type malformed struct{ err error }

func (m *malformed) Error() string { return m.err.Error() }
func (m *malformed) Unwrap() error { return m.err }

// problemKind sorts an error into the kinds of gap.
func problemKind(err error) inventory.GapKind {
	var limit *source.LimitError
	var bad *malformed
	switch {
	case errors.As(err, &limit), errors.Is(err, keybag.ErrLimit), errors.Is(err, plist.ErrLimit):
		return inventory.GapLimit
	case errors.As(err, &bad):
		return inventory.GapMalformed
	}
	return inventory.GapUnreadable
}

// hashed keeps the hash of a file for origins, and of all for the identity of a device that tells no serial number.
func (b *backup) hashed(name, sum string) {
	b.Hashed(name, sum)
	next := sha256.Sum256(append(b.sums, sum...))
	b.sums = next[:]
}

// nameProfiles puts the IDs of profiles into the facts that name a profile by its identifier. Profiles that are not told
// are not named.
func nameProfiles(inv *inventory.Inventory) {
	ids := map[string]string{}
	for _, p := range inv.Profiles {
		ids[p.Identifier] = p.ID
	}
	for i := range inv.Certificates {
		inv.Certificates[i].Profile = ids[inv.Certificates[i].Profile]
	}
	for i := range inv.VPNs {
		inv.VPNs[i].Profile = ids[inv.VPNs[i].Profile]
	}
}
