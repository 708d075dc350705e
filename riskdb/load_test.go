package riskdb

import (
	"runtime"
	"strings"
	"testing"

	"quaestor/riskdb/data"
	"quaestor/riskdb/internal/tablecodec"
)

// loaded is the built-in database, read once.
var loaded = func() *DB {
	db, err := Load()
	if err != nil {
		panic(err)
	}
	return db
}()

func TestLoadHoldsTheKnowledge(t *testing.T) {
	s := loaded.Stats()
	for _, c := range []struct {
		what      string
		have, min int
	}{
		{"products", s.Products, 590}, {"security products", s.SecurityProducts, 60}, {"identifiers", s.Identifiers, 1400},
		{"vendors", s.Vendors, 300}, {"entities", s.Entities, 230}, {"edges", s.Edges, 265}, {"measures", s.Bans, 140},
		{"jurisdictions", s.Jurisdictions, 70}, {"laws", s.Laws, 30}, {"permissions", s.Permissions, 160}, {"combinations", s.Combinations, 20},
		{"signers", s.Signers, 1220}, {"certificates", s.Certificates, 1300}, {"test keys", s.TestKeys, 9}, {"policies", s.Policies, 60},
		{"sources", s.Sources, 400}, {"installers", s.Installers, 20},
	} {
		if c.have < c.min {
			t.Errorf("%d %s, want at least %d", c.have, c.what, c.min)
		}
	}
	if v := loaded.Version(); v.Date != "2026-11-22" || len(v.SHA256) != 64 || !strings.HasPrefix(v.String(), "2026-11-22 (sha256:") {
		t.Errorf("version %+v", v)
	}
}

// TestBuiltInIsWhole checks what Load takes for checked: the bytes of every section.
func TestBuiltInIsWhole(t *testing.T) {
	db, err := Decode(data.Compiled)
	if err != nil {
		t.Fatal(err)
	}
	if db.Version().String() != loaded.Version().String() {
		t.Errorf("version %v, and %v of the same bytes", loaded.Version(), db.Version())
	}
}

func TestLoadIsSmall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	db, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 40<<20 {
		t.Errorf("loading allocates %d bytes, want at most 40 MB", got)
	}
	runtime.KeepAlive(db)
}

func TestDecodeRefusesDamage(t *testing.T) {
	for name, in := range map[string]string{
		"empty": "", "other file": "PK\x03\x04 not a database", "head alone": data.Compiled[:13],
		"cut short": data.Compiled[:len(data.Compiled)/2], "one byte short": data.Compiled[:len(data.Compiled)-1],
		"trailing": data.Compiled + "x", "other tables": data.Compiled[:6] + "\xff" + data.Compiled[7:],
	} {
		if _, err := Decode(in); err == nil {
			t.Errorf("%s: no error", name)
		} else if !strings.Contains(err.Error(), "go run ./riskdb/compile") {
			t.Errorf("%s: %v does not say what to do", name, err)
		}
	}
}

func TestCompiledFormIsItsOwnRoundTrip(t *testing.T) {
	all := loaded.AllTables()
	again, err := tablecodec.Marshal(&all)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != data.Compiled {
		t.Error("encoding the decoded tables gives other bytes")
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	part := Tables{Version: loaded.Tables.Version, Sources: loaded.Sources[:3], Jurisdictions: loaded.Jurisdictions[:3], Vendors: loaded.Vendors[:9],
		Entities: loaded.Entities[:3], Edges: loaded.Edges[:9], Products: loaded.Products[:3], Bans: loaded.Bans[:3], Signers: loaded.Signers[:2]}
	for _, t := range []Tables{{}, part} {
		raw, err := tablecodec.Marshal(&t)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, in string) {
		db, err := Decode(in)
		if err != nil {
			return
		}
		for i := range db.Vendors { // what decodes can be asked anything
			db.Chain(db.Vendors[i].ID, "2026-01-01")
		}
		db.Search("a")
		db.Stats()
	})
}
