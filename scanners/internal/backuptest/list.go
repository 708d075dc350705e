package backuptest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// class is the protection class of all files here.
const class = 3

// list writes the list of files.
func (b *Backup) list(t testing.TB, dir string, k *keys) {
	t.Helper()
	if b.Old {
		write(t, dir, "Manifest.mbdb", b.oldList(t, k))
		return
	}
	statements := []Statement{{SQL: "CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB)"},
		{SQL: "CREATE INDEX FilesDomainIdx ON Files(domain)"}, {SQL: "CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB)"}}
	for _, f := range b.Files {
		flags := f.Flags
		if flags == 0 {
			flags = 1
		}
		statements = append(statements, Statement{"INSERT INTO Files VALUES (?, ?, ?, ?, ?)", []any{f.id(), f.Domain, f.Path, flags, b.meta(t, f, k)}})
	}
	data := Database(t, statements...)
	if k != nil && b.Before > 0 {
		data = Encrypt(t, k.file, data)
	}
	write(t, dir, "Manifest.db", data)
}

// meta is what the list says of a file: a keyed archive of an MBFile.
func (b *Backup) meta(t testing.TB, f File, k *keys) []byte {
	fields := map[string]any{"$class": Ref(3), "RelativePath": Ref(2), "Size": len(f.Content), "Mode": 0o100644, "ProtectionClass": class, "UserID": 501, "GroupID": 501,
		"Birth": Made.Unix(), "LastModified": Made.Unix(), "LastStatusChange": Made.Unix(), "InodeNumber": 7, "Flags": 0}
	objects := []any{fields, f.Path, Class("MBFile")}
	if k != nil && (f.Flags == 0 || f.Flags == 1) {
		fields["EncryptionKey"] = Ref(4)
		objects = append(objects, map[string]any{"$class": Ref(5), "NS.data": k.wrapped(t, class)}, Class("NSMutableData"))
	}
	return Archive(t, objects...)
}

// oldList is Manifest.mbdb.
func (b *Backup) oldList(t testing.TB, k *keys) []byte {
	out := []byte("mbdb\x05\x00")
	text := func(s []byte) []byte {
		if len(s) == 0 {
			return []byte{0xff, 0xff}
		}
		return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
	}
	for _, f := range b.Files {
		mode := uint16(0o100644)
		if f.Flags == 2 {
			mode = 0o040755
		}
		var key []byte
		if k != nil {
			key = k.wrapped(t, class)
		}
		out = append(out, bytes.Join([][]byte{text([]byte(f.Domain)), text([]byte(f.Path)), text(nil), text(nil), text(key)}, nil)...)
		out = binary.BigEndian.AppendUint16(out, mode)
		out = append(out, make([]byte, 28)...)
		out = binary.BigEndian.AppendUint64(out, uint64(len(f.Content)))
		out = append(out, class, 0)
	}
	return out
}

// Statement is one of SQL with its arguments.
type Statement struct {
	SQL  string
	Args []any
}

// made are databases by what made them, since making one takes longer than most tests.
var made sync.Map

// Database is a SQLite database that holds what the statements make.
func Database(t testing.TB, statements ...Statement) []byte {
	t.Helper()
	key := fmt.Sprintf("%q", statements)
	if data, ok := made.Load(key); ok {
		return bytes.Clone(data.([]byte))
	}
	dir, err := os.MkdirTemp("", "backuptest")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "db")
	execute(t, name, statements)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	made.Store(key, bytes.Clone(data))
	return data
}
