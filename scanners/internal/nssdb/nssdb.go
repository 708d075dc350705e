// Package nssdb reads the certificates in a database of NSS, the library of Firefox, Thunderbird and, on Linux, Chromium:
// cert9.db, which holds what its user or an administrator added to the authorities that came with the program, and what the
// program met on the way.
//
// What the package cannot see: authorities that came with the program, the older format cert8.db, and whether the marks of
// trust were changed by another program: they are signed only where the database has a password.
package nssdb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/sqlite"
)

// maxCertificates bounds what one database may hold.
const maxCertificates = 10_000

// ErrMany is that a database holds more certificates than are read.
var ErrMany = fmt.Errorf("there are more than %d certificates; the rest was not read", maxCertificates)

// Certificate is one certificate, and what it is trusted for.
type Certificate struct {
	DER []byte
	// Trust is "anchor" for an authority that web sites may rely on, "peer" for a single web site that is trusted, "distrusted",
	// or "" for one that is only kept.
	Trust string
}

// The classes of object, the columns that are read and the values of trust, as NSS and PKCS #11 number them. A column is
// named after the number of the attribute.
const (
	classCertificate = 1
	classTrust       = 0x0000000b // since PKCS #11 3.2
	classNSSTrust    = 0xce534353

	columnClass      = "a0"
	columnValue      = "a11"
	columnIssuer     = "a81"
	columnSerial     = "a82"
	columnServer     = "a62c" // since PKCS #11 3.2
	columnNSSServer  = "ace536358"
	trusted          = 1
	anchor           = 2
	notTrusted       = 3
	nssTrusted       = 0xce534351
	nssTrustedIssuer = 0xce534352
	nssNotTrusted    = 0xce53435a
)

// Read returns the certificates of a database in their order. The log is the file with the ending "-wal" beside it, nil for
// none. Beside an error that wraps [ErrMany] are those that were read; problems name what is damaged.
func Read(ctx context.Context, r io.ReaderAt, size int64, wal io.ReaderAt, walSize int64) (list []Certificate, problems []error, err error) {
	db, err := sqlite.Open(ctx, r, size, wal, walSize)
	if err != nil {
		return nil, nil, err
	}
	t := table{trust: map[string]string{}}
	problems, err = db.Rows(ctx, "nssPublic", t.columns(db), t.row)
	if errors.Is(err, sqlite.ErrNoTable) {
		return nil, problems, fmt.Errorf("this is no database of NSS: %w", err)
	}
	for i := range t.list {
		t.list[i].Trust = t.trust[t.keys[i]]
	}
	return t.list, append(problems, db.Problems()...), err
}

type table struct {
	has   []string // columns
	list  []Certificate
	keys  []string          // issuer and serial number of each
	trust map[string]string // by issuer and serial number
}

// columns are those that the table has: older versions lack some.
func (t *table) columns(db *sqlite.DB) []string {
	has := map[string]bool{}
	if table := db.Table("nssPublic"); table != nil {
		for _, c := range table.Columns {
			has[c] = true
		}
	}
	for _, c := range []string{columnClass, columnValue, columnIssuer, columnSerial, columnServer, columnNSSServer} {
		if has[c] {
			t.has = append(t.has, c)
		}
	}
	return t.has
}

func (t *table) row(row []any) error {
	field := map[string][]byte{}
	for i, name := range t.has {
		if b, ok := row[i].([]byte); ok {
			field[name] = b
		}
	}
	key := string(field[columnIssuer]) + "\x00" + string(field[columnSerial])
	switch number(field[columnClass]) {
	case classCertificate:
		if len(field[columnValue]) == 0 {
			return nil
		}
		if len(t.list) == maxCertificates {
			return ErrMany
		}
		t.list, t.keys = append(t.list, Certificate{DER: field[columnValue]}), append(t.keys, key)
	case classTrust:
		t.mark(key, number(field[columnServer]))
	case classNSSTrust:
		t.mark(key, number(field[columnNSSServer]))
	}
	return nil
}

// mark notes what a certificate is trusted for; distrust counts before trust.
func (t *table) mark(key string, value uint64) {
	var trust string
	switch value {
	case anchor, nssTrustedIssuer:
		trust = "anchor"
	case trusted, nssTrusted:
		trust = "peer"
	case notTrusted, nssNotTrusted:
		trust = "distrusted"
	}
	if trust != "" && t.trust[key] != "distrusted" && len(t.trust) < 2*maxCertificates {
		t.trust[key] = trust
	}
}

// number reads a number, which the database keeps in four bytes, the highest first.
func number(b []byte) uint64 {
	if len(b) != 4 {
		return 0
	}
	return uint64(binary.BigEndian.Uint32(b))
}
