// Package keychain finds the certificates in a keychain of macOS, the file format that Apple's CDSA library introduced
// (System.keychain, login.keychain-db). Certificates are kept there without encryption; nothing else is looked at.
//
// What the package cannot see: passwords and keys, which it never touches; the keychain of newer systems that is a SQLite
// database (keychain-2.db), in which certificates are encrypted too.
package keychain

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The limits of what is read.
const (
	maxTables  = 1000
	maxRecords = 100_000
	MaxCerts   = 10_000
)

const (
	magic      = "kych"
	certTable  = 0x80001000 // certificates of X.509
	recordHead = 24         // before the places of a record's attributes
	certHead   = recordHead + 9*4
)

// ErrFormat is for a file that is no keychain.
var ErrFormat = errors.New("it is no keychain of the form that is read")

// Looks reports whether the first bytes of a file are those of a keychain.
func Looks(head []byte) bool { return len(head) >= 4 && string(head[:4]) == magic }

// Certificates are the certificates in a keychain, in DER, in the order of the file. The bytes share the memory of data. What
// could be read of a damaged one comes with an error.
func Certificates(data []byte) (certs [][]byte, err error) {
	if !Looks(data) || len(data) < 20 {
		return nil, ErrFormat
	}
	schema := at(data, int64(binary.BigEndian.Uint32(data[12:])))
	if len(schema) < 8 {
		return nil, fmt.Errorf("%w: its list of tables lies outside", ErrFormat)
	}
	n := int64(binary.BigEndian.Uint32(schema[4:]))
	if n > maxTables || 8+4*n > int64(len(schema)) {
		return nil, fmt.Errorf("%w: it says that it has %d tables", ErrFormat, n)
	}
	for i := range n {
		table := at(schema, int64(binary.BigEndian.Uint32(schema[8+4*i:])))
		if len(table) < 28 || binary.BigEndian.Uint32(table[4:]) != certTable {
			continue
		}
		found, terr := certificates(table)
		certs, err = append(certs, found...), errors.Join(err, terr)
		if len(certs) >= MaxCerts {
			return certs[:MaxCerts], errors.Join(err, fmt.Errorf("it has more than %d certificates, and the rest was not read", MaxCerts))
		}
	}
	return certs, err
}

func at(b []byte, offset int64) []byte {
	if offset < 0 || offset >= int64(len(b)) {
		return nil
	}
	return b[offset:]
}

// certificates reads the table of certificates.
func certificates(table []byte) (certs [][]byte, err error) {
	n := int64(binary.BigEndian.Uint32(table[24:]))
	if n > maxRecords || 28+4*n > int64(len(table)) {
		return nil, fmt.Errorf("its table of certificates says that it has %d", n)
	}
	bad := 0
	for i := range n {
		offset := int64(binary.BigEndian.Uint32(table[28+4*i:]))
		if offset == 0 || offset%4 != 0 { // a number that is free, or a link to the next free one
			continue
		}
		record := at(table, offset)
		if len(record) < certHead {
			bad++
			continue
		}
		size := int64(binary.BigEndian.Uint32(record[16:]))
		if size == 0 || size > int64(len(record)-certHead) {
			bad++
			continue
		}
		certs = append(certs, record[certHead:certHead+size])
		if len(certs) >= MaxCerts {
			break
		}
	}
	if bad > 0 {
		err = fmt.Errorf("%d of its certificates cannot be read", bad)
	}
	return certs, err
}
