// Package backuptest writes backups of iPhones for tests, plain and encrypted, as iOS and Finder do: after Apple's Platform
// Security Guide ("Keybags for Data Protection"), RFC 3394 and RFC 8018, and what the literature on phone forensics tells of the
// files. Only tests import it.
//
// What the package cannot see: anything that a phone writes and the tests do not ask for.
package backuptest

import (
	"crypto/sha1"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"howett.net/plist"
)

// Made is when all backups were made.
var Made = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)

// File is a file, folder or link in a backup.
type File struct {
	Domain, Path string
	Content      []byte
	// ID is the name of the file in the backup and in its list, in place of the one that iOS gives.
	ID string
	// Flags are 0 for a file, which becomes 1, 2 for a folder, 4 for a link.
	Flags int
	// Lost leaves the file out of the backup, and not out of its list.
	Lost bool
}

// id is the name that iOS gives a file: the hash of its domain and path.
func (f File) id() string {
	if f.ID != "" {
		return f.ID
	}
	sum := sha1.Sum([]byte(f.Domain + "-" + f.Path))
	return hex.EncodeToString(sum[:])
}

// Backup is what to write. The property lists get what every backup has.
type Backup struct {
	Info, Manifest, Status map[string]any
	Files                  []File
	Password               string // encrypts the backup
	// Before and Rounds are how often the password is stretched with SHA-256 and then with SHA-1. Before 0 is iOS before 10.2, where
	// the list of files is not encrypted.
	Before, Rounds uint32
	Old            bool // Manifest.mbdb of iOS up to 9, and all files in one folder
}

// Write writes the backup into a folder, which it makes.
func (b *Backup) Write(t testing.TB, dir string) {
	t.Helper()
	info := map[string]any{"Device Name": "Member's iPhone", "Display Name": "Member's iPhone", "Product Type": "iPhone14,5", "Product Version": "17.6.1", "Build Version": "21G93",
		"Serial Number": "F17EXAMPLE01", "Unique Identifier": "00008110-000A1D0E3E38801E", "Last Backup Date": Made,
		"Phone Number": "+32 470 00 00 00", "IMEI": "356938035643809", "ICCID": "8932000000000000000"}
	maps.Copy(info, b.Info)
	manifest := map[string]any{"Version": "10.0", "Date": Made, "IsEncrypted": b.Password != "", "WasPasscodeSet": true,
		"Lockdown": map[string]any{"DeviceName": "Member's iPhone", "ProductType": "iPhone14,5", "ProductVersion": "17.6.1"}}
	status := map[string]any{"BackupState": "new", "Date": Made, "IsFullBackup": true, "SnapshotState": "finished", "UUID": "6B2F", "Version": "3.3"}
	maps.Copy(status, b.Status)
	var k *keys
	if b.Password != "" {
		k = newKeys(t, b.Password, b.Before, max(b.Rounds, 1))
		manifest["BackupKeyBag"] = k.bag
		if b.Before > 0 {
			manifest["ManifestKey"] = k.wrapped(t, 4)
		}
	}
	maps.Copy(manifest, b.Manifest)
	write(t, dir, "Info.plist", List(t, info))
	write(t, dir, "Manifest.plist", List(t, manifest))
	write(t, dir, "Status.plist", List(t, status))
	b.list(t, dir, k)
	for _, f := range b.Files {
		b.file(t, dir, f, k)
	}
}

func (b *Backup) file(t testing.TB, dir string, f File, k *keys) {
	if f.Flags != 0 && f.Flags != 1 || f.Lost || len(f.id()) < 2 || filepath.IsAbs(f.id()) {
		return
	}
	content := f.Content
	if k != nil {
		content = Encrypt(t, k.file, content)
	}
	at := filepath.Join(f.id()[:2], f.id())
	if b.Old {
		at = f.id()
	}
	write(t, dir, at, content)
}

func write(t testing.TB, dir, name string, content []byte) {
	t.Helper()
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// List is a binary property list.
func List(t testing.TB, v any) []byte {
	t.Helper()
	data, err := plist.Marshal(v, plist.BinaryFormat)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Archive is what NSKeyedArchiver makes of objects: the root is the first, and plist.UID refers to others by their
// number, which counts from 1.
func Archive(t testing.TB, objects ...any) []byte {
	t.Helper()
	return List(t, map[string]any{"$version": 100000, "$archiver": "NSKeyedArchiver", "$top": map[string]any{"root": Ref(1)},
		"$objects": append([]any{"$null"}, objects...)})
}

// Ref refers to an object of an archive.
func Ref(n uint64) plist.UID { return plist.UID(n) }

// Class is the object by which an archive names a class.
func Class(name string) map[string]any {
	return map[string]any{"$classname": name, "$classes": []any{name, "NSObject"}}
}
