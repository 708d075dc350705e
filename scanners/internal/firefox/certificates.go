package firefox

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/nssdb"
	"quaestor/scanners/inventory"
)

// certificates records the authorities that somebody added to a profile and that web sites may rely on. What the program only
// met on the way, or trusts for a single web site, is none.
func (s *scan) certificates(p place) {
	name := path.Join(p.dir, "cert9.db")
	list, err := s.database(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(name, err)
	}
	for _, c := range list {
		if c.Trust != "anchor" {
			continue
		}
		ca := iosstate.Certificate(c.DER)
		sum := sha1.Sum(c.DER)
		ca.ID = inventory.FactID("certificate", s.Device, "firefox", p.user, ca.SHA256)
		ca.Device, ca.User, ca.SHA1, ca.Store, ca.Trusted = s.Device, p.user, hex.EncodeToString(sum[:]), "firefox", "yes"
		ca.Origins = []inventory.Origin{s.Host.Origin(s.Scanner, name, 0)}
		if i, ok := s.cas[ca.ID]; ok {
			s.Inv.Certificates[i].Origins = append(s.Inv.Certificates[i].Origins, ca.Origins...)
			continue
		}
		s.cas[ca.ID] = len(s.Inv.Certificates)
		s.Inv.Certificates = append(s.Inv.Certificates, ca)
	}
}

func (s *scan) database(name string) ([]nssdb.Certificate, error) {
	f, size, err := s.Host.OpenAt(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size == 0 { // made, and not used yet
		return nil, nil
	}
	var list []nssdb.Certificate
	var problems []error
	if wal, walSize, werr := s.Host.OpenAt(name + "-wal"); werr == nil {
		defer wal.Close()
		list, problems, err = nssdb.Read(s.ctx, f, size, wal, walSize)
	} else {
		list, problems, err = nssdb.Read(s.ctx, f, size, nil, 0)
	}
	if len(problems) > 0 {
		s.Malformed(name, "The database of certificates is damaged, so added authorities may be missing.")
	}
	return list, err
}
