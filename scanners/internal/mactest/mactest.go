// Package mactest makes files of a Mac for tests: bundles with signed programs, lists, databases and keychains, and one whole
// Mac of them.
//
// What the package cannot see: what a real Mac writes beyond what readers here look at.
package mactest

import (
	"encoding/binary"
	"testing"

	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/machotest"
)

// Team is the team that signs what is made here.
const Team = "TEAM123456"

// Roots are the roots to which the signatures lead.
func Roots() codesign.Roots { return codesign.Roots{codesigntest.Root().Fingerprint(): true} }

// Dict is a dictionary of a property list.
type Dict = map[string]any

// List is a property list.
func List(t testing.TB, v any) string { return string(backuptest.List(t, v)) }

// Program says how a program is made.
type Program struct {
	Identifier   string
	Entitlements Dict
	Key          *codesigntest.Key // nil: Identified of Team
	AdHoc        bool
	Flags        uint32
	Info         string // Info.plist beside it
	Resources    string // _CodeSignature/CodeResources beside it
	Fat          bool   // for two processors
}

// Bytes writes the program.
func (p Program) Bytes(t testing.TB) string {
	t.Helper()
	key := codesigntest.Identified(Team)
	code := codesigntest.Code{Identifier: p.Identifier, Team: Team, Key: &key, Flags: p.Flags}
	if p.Key != nil {
		code.Key = p.Key
	}
	if p.AdHoc {
		code.Key, code.Team = nil, ""
	}
	if p.Entitlements != nil {
		code.Entitlements = []byte(List(t, p.Entitlements))
	}
	if p.Info != "" {
		code.Info = []byte(p.Info)
	}
	if p.Resources != "" {
		code.Resources = []byte(p.Resources)
	}
	image := func(cpu uint32) []byte {
		return machotest.Image{CPU: cpu, UUID: 7, SignatureN: 16 << 10, Libraries: []string{"/usr/lib/libSystem.B.dylib"}, Signature: code.Sign}.Bytes()
	}
	if p.Fat {
		return string(machotest.Fat(false, image(0x01000007), image(0x0100000c)))
	}
	return string(image(0))
}

// Bundle adds a bundle to files: its Info.plist with further keys, a signed program and the list of its sealed files.
func Bundle(t testing.TB, files map[string]string, dir, identifier string, info Dict, p Program) {
	t.Helper()
	d := Dict{"CFBundleIdentifier": identifier, "CFBundleExecutable": "Main", "CFBundlePackageType": "APPL"}
	for k, v := range info {
		d[k] = v
	}
	p.Identifier, p.Info, p.Resources = identifier, List(t, d), List(t, Dict{"files2": Dict{}})
	files[dir+"/Contents/Info.plist"] = p.Info
	files[dir+"/Contents/_CodeSignature/CodeResources"] = p.Resources
	files[dir+"/Contents/MacOS/Main"] = p.Bytes(t)
}

// Decision is a row of a list of decisions.
type Decision struct {
	Service, Client string
	Path            bool
	Value           int // 0 refused, 2 allowed
}

// TCC is a list of decisions as macOS 11 and later keep it.
func TCC(t testing.TB, decisions ...Decision) string {
	list := []backuptest.Statement{{SQL: `CREATE TABLE access (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, auth_value INTEGER NOT NULL, auth_reason INTEGER NOT NULL,
		auth_version INTEGER NOT NULL, csreq BLOB, indirect_object_identifier TEXT NOT NULL DEFAULT 'UNUSED', flags INTEGER, last_modified INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (service, client, client_type, indirect_object_identifier))`}}
	for _, d := range decisions {
		kind := 0
		if d.Path {
			kind = 1
		}
		list = append(list, backuptest.Statement{SQL: "INSERT INTO access (service, client, client_type, auth_value, auth_reason, auth_version, last_modified) VALUES (?, ?, ?, ?, 4, 1, 1710000000)",
			Args: []any{d.Service, d.Client, kind, d.Value}})
	}
	return string(backuptest.Database(t, list...))
}

// Keychain is a keychain with certificates and, ahead of them, a table of another kind.
func Keychain(certs ...[]byte) string {
	be := binary.BigEndian
	table := func(id uint32, records ...[]byte) []byte {
		head := 28 + 4*(len(records)+1)
		b := be.AppendUint32(nil, 0)
		for _, n := range []int{int(id), len(records), head, 0, 0, len(records) + 1} {
			b = be.AppendUint32(b, uint32(n))
		}
		at := head
		var body []byte
		for _, r := range records {
			b = be.AppendUint32(b, uint32(at))
			at += len(r)
			body = append(body, r...)
		}
		b = be.AppendUint32(b, 0) // a number that is free
		b = append(b, body...)
		be.PutUint32(b, uint32(len(b)))
		return b
	}
	record := func(n int, der []byte) []byte {
		b := make([]byte, 60, 60+len(der)+4)
		be.PutUint32(b[4:], uint32(n))
		be.PutUint32(b[16:], uint32(len(der)))
		b = append(b, der...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
		be.PutUint32(b, uint32(len(b)))
		return b
	}
	var records [][]byte
	for i, der := range certs {
		records = append(records, record(i, der))
	}
	tables := [][]byte{table(0x10, record(0, []byte("a key, which nobody reads"))), table(0x80001000, records...)}
	schema := be.AppendUint32(nil, 0)
	schema = be.AppendUint32(schema, uint32(len(tables)))
	at := 8 + 4*len(tables)
	for _, tb := range tables {
		schema = be.AppendUint32(schema, uint32(at))
		at += len(tb)
	}
	for _, tb := range tables {
		schema = append(schema, tb...)
	}
	be.PutUint32(schema, uint32(len(schema)))
	head := []byte("kych\x00\x01\x00\x00")
	head = be.AppendUint32(be.AppendUint32(be.AppendUint32(head, 16), 20), 0)
	return string(append(head, schema...))
}
