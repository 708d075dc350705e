package saved

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Scanner = Scanner{}

// sample has a fact of every kind, with text that must survive although it could fool a terminal.
func sample() *inventory.Inventory {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	origins := []inventory.Origin{{Scanner: "host/dpkg", Path: "host:/var/lib/dpkg/status", Line: 7}}
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "linux-1", Platform: inventory.Linux, Name: "desk", Properties: map[string]string{"os-release.ID": "debian"}, CollectedAt: &at}}
	inv.Apps = []inventory.App{{ID: "app-1", Device: "linux-1", Platform: inventory.Linux, IdentifierKind: inventory.DebPackage, Identifier: "adb",
		Name: "<b>\x1b[31m\u009b\u202ecod.exe\u2066\x7f\U000E0041\u115f\u1160\u3164\uffa0\u2800\u034f\ufe0f&é 中", Permissions: []inventory.Permission{{Name: "p", Granted: true}}, Origins: origins}}
	inv.Binaries = []inventory.Binary{{SHA256: "aa", Size: 4, Format: "elf", Labels: map[string]string{"": "x", "nl": "y"}}}
	inv.Components = []inventory.Component{{ID: "c-1", PURL: "pkg:deb/debian/adb@1", Name: "adb"}}
	inv.SecurityProducts = []inventory.SecurityProduct{{ID: "s-1", Device: "linux-1", Kind: "lsm", Name: "apparmor"}}
	inv.Profiles = []inventory.Profile{{ID: "p-1", Device: "linux-1", Kind: "device-owner"}}
	inv.Certificates = []inventory.Certificate{{ID: "k-1", Device: "linux-1", SHA256: "bb"}}
	inv.VPNs = []inventory.VPN{{ID: "v-1", Device: "linux-1", AlwaysOn: true}}
	inv.Gaps = []inventory.Gap{{Scanner: "host/rpm", Subject: "db", Kind: inventory.GapMalformed, Detail: "d", Samples: []string{"s"}}}
	inv.Runs = []inventory.Run{{Scanner: "host/dpkg", Target: "host:/", Status: inventory.RunSucceeded, Facts: 1}}
	return inv
}

func written(t testing.TB, inv *inventory.Inventory) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, inv); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openBytes(t testing.TB, data []byte, kind string) *source.Source {
	t.Helper()
	p := filepath.Join(t.TempDir(), "inventory.json")
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(source.Target{Kind: kind, Path: p}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	zw.Write(data)
	zw.Close()
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	data := written(t, sample())
	for name, file := range map[string][]byte{
		"as written": data, "gzip": gzipped(data), "byte order mark": append([]byte("\xef\xbb\xbf"), data...),
		"twice in one file": append(bytes.Clone(data), data...),
	} {
		t.Run(name, func(t *testing.T) {
			src := openBytes(t, file, "")
			if !(Scanner{}).Recognise(src) {
				t.Fatal("not recognised")
			}
			got, err := Scanner{}.Scan(context.Background(), src)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(sample(), got); d != "" {
				t.Error(d)
			}
			if again := written(t, got); !bytes.Equal(again, data) {
				t.Errorf("written again:\n%s", cmp.Diff(string(data), string(again)))
			}
		})
	}
}

func TestWrittenTextIsHarmless(t *testing.T) {
	data := string(written(t, sample()))
	for _, bad := range []string{"\x1b", "\u009b", "\u202e", "\u2066", "\x7f", "\U000E0041", "\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f", "\ufe0f"} {
		if strings.Contains(data, bad) {
			t.Errorf("%+q is written as it is", bad)
		}
	}
	for _, good := range []string{"<b>", "&é 中", `\udb40\udc41`} {
		if !strings.Contains(data, good) {
			t.Errorf("%q is not written as it is", good)
		}
	}
	if !strings.HasSuffix(data, "}\n") {
		t.Error("no newline at the end")
	}
}

func TestNDJSON(t *testing.T) {
	text := `{"schema":"quaestor.inventory/1.0.1","apps":[{"id":"a","identifier":"x"}]}
{"apps":[{"id":"b"},{"id":"a","version":"2"}],"schema":"quaestor.inventory/1.7.2"}
`
	inv, err := Read(context.Background(), strings.NewReader(text), "f")
	if err != nil {
		t.Fatal(err)
	}
	want := []inventory.App{{ID: "a", Identifier: "x", Version: "2"}, {ID: "b"}}
	if d := cmp.Diff(want, inv.Apps); d != "" || inv.Schema != inventory.Schema {
		t.Error(inv.Schema, d)
	}
}

func TestUnknownFields(t *testing.T) {
	text := `{"schema":"quaestor.inventory/1.9.0","mood":{"x":[1,{"y":2}]},"apps":[
		{"id":"a","identifier":"x","identifier_kind":"deb","colour":"red","users":[{"user":"0","shoe":1}],"first_installed":"2026-01-02T03:04:05Z"},{"id":"b","identifier":"y","identifier_kind":"deb","colour":1}]}`
	inv, err := Read(context.Background(), strings.NewReader(text), "f")
	if err != nil {
		t.Fatal(err)
	}
	want := []inventory.Gap{{Scanner: ID, Subject: "f", Kind: inventory.GapSkipped, Count: 4,
		Detail:  "The inventory has fields that this version does not know; they were left out.",
		Next:    "Update Quaestor to the version that wrote the file.",
		Samples: []string{"apps.colour", "apps.users.shoe", "mood"}}}
	if d := cmp.Diff(want, inv.Gaps); d != "" {
		t.Error(d)
	}
	if len(inv.Apps) != 2 || inv.Apps[0].Users[0].User != "0" || inv.Apps[0].FirstInstalled == nil {
		t.Errorf("apps %+v", inv.Apps)
	}
}

func TestRefused(t *testing.T) {
	deep := strings.Repeat("[", 200) + strings.Repeat("]", 200)
	const schema = `{"schema":"quaestor.inventory/1.0.1",`
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"newer model", `{"schema":"quaestor.inventory/2.0.0"}`, "update Quaestor"},
		{"newer model last", `{"apps":[],"schema":"quaestor.inventory/99.0.0"}`, "update Quaestor"},
		{"other schema", `{"schema":"quaestor.report/1.0.0"}`, "name a file that was written with -o inventory"},
		{"no schema", `{"apps":[]}`, `the schema is ""`},
		{"bad version", `{"schema":"quaestor.inventory/one"}`, "no version"},
		{"zero model", `{"schema":"quaestor.inventory/0.1.0"}`, "no version"},
		{"not an object", `[1]`, "a JSON object was expected"},
		{"wrong list", schema + `"apps":{}}`, "apps: a list was expected"},
		{"wrong type", schema + "\"apps\":[{\"id\":\"a\"},\n{\"id\":\"b\",\"min_sdk\":\"x\"}]}", "apps[1]: json: cannot unmarshal string"},
		{"wrong type and unknown field", schema + `"apps":[{"colour":1,"id":7}]}`, "apps[0]: json: cannot unmarshal number"},
		{"cut", schema + `"apps":[{"id":"a"}`, "ends in the middle"},
		{"cut in a fact", schema + `"apps":[{"id":"a`, "ends in the middle"},
		{"garbage after", schema + `"apps":[]} x`, "document 2, before byte 48"},
		{"deep fact", schema + `"apps":[` + `{"id":"a","x":` + deep + `}]}`, "nested deeper"},
		{"deep unknown", schema + `"x":` + deep + `}`, "nested deeper"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(context.Background(), strings.NewReader(tt.text), "f")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err %v, want %q", err, tt.want)
			}
		})
	}
}

func TestForeignText(t *testing.T) {
	long := strings.Repeat("x", 3*inventory.MaxText)
	text := `{"schema":"quaestor.inventory/1.0.1","devices":[{"id":"d","properties":{"k":"` + long + `"},"users":[{"id":"` + long + `"}]},{"name":"nameless"}],"runs":[{}]}`
	inv, err := Read(context.Background(), strings.NewReader(text), "f")
	if err != nil {
		t.Fatal(err)
	}
	if d := inv.Devices[0]; len(d.Properties["k"]) > inventory.MaxText || len(d.Users[0].ID) > inventory.MaxText {
		t.Error("long text was kept")
	}
	if len(inv.Devices) != 1 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
		t.Errorf("%d devices, gaps %+v", len(inv.Devices), inv.Gaps)
	}
}

func TestMeasure(t *testing.T) {
	for in, want := range map[string]struct {
		depth  int
		weight int64
	}{
		`1`:                   {0, 1},
		`"[{,\\\"[{,"`:        {0, 12},
		`{"a":[{},{}],"b":1}`: {3, 19 + 4*objectBytes + 2*memberBytes},
	} {
		if depth, weight := measure([]byte(in)); depth != want.depth || weight != want.weight {
			t.Errorf("%s: %d, %d", in, depth, weight)
		}
	}
}

// TestMemory has facts that are small as text and large in memory.
func TestMemory(t *testing.T) {
	for name, text := range map[string]string{
		"many facts": `{"schema":"quaestor.inventory/1.0.1","apps":[` + strings.Repeat(`{"id":"a"},`, 5000) + `{"id":"a"}]}`,
		"many parts": `{"schema":"quaestor.inventory/1.0.1","apps":[{"id":"a","users":[` + strings.Repeat(`{},`, 9000) + `{}]}]}`,
	} {
		r := &reader{ctx: context.Background(), left: 1 << 20, dec: json.NewDecoder(strings.NewReader(text))}
		if err := r.documentsUntilEOF(); !errors.Is(err, errTooMuch) {
			t.Errorf("%s: err %v", name, err)
		}
		if _, err := Read(context.Background(), strings.NewReader(text), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCap(t *testing.T) {
	endless := &capReader{r: strings.NewReader("12345"), left: 3}
	got := make([]byte, 10)
	if n, err := endless.Read(got); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := endless.Read(got); err != errTooLarge {
		t.Errorf("err %v", err)
	}
	exact := &capReader{r: strings.NewReader("123"), left: 3}
	exact.Read(got)
	if _, err := exact.Read(got); err == errTooLarge {
		t.Error("a file of exactly the limit is refused")
	}
}

func TestRecognise(t *testing.T) {
	for name, tt := range map[string]struct {
		data []byte
		kind string
		want bool
	}{
		"report":          {[]byte(`{"schema":"quaestor.report/1.0.0"}`), "", false},
		"prose":           {[]byte(`see "quaestor.inventory/1.0.1"`), "", false},
		"forced":          {[]byte(`nothing of the kind`), Kind, true},
		"other gzip":      {gzipped([]byte("text")), "", false},
		"broken gzip":     {[]byte("\x1f\x8bxxxx"), "", false},
		"schema at last":  {[]byte(`{"apps":[],"schema":"quaestor.inventory/1.0.1"}`), "", true},
		"schema far away": {[]byte(`{"apps":[` + strings.Repeat(" ", source.HeadBytes) + `],"schema":"quaestor.inventory/1.0.1"}`), "", true},
		"long report":     {[]byte(`{"apps":[` + strings.Repeat(" ", source.HeadBytes) + `],"schema":"quaestor.report/1.0.0"}`), "", false},
		"gzip of written": {gzipped(written(t, sample())), "", true},
	} {
		if got := (Scanner{}).Recognise(openBytes(t, tt.data, tt.kind)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestBrokenGzip(t *testing.T) {
	z := gzipped(written(t, sample()))
	for name, data := range map[string][]byte{"header": []byte("\x1f\x8bxxxxxxxxxxxx"), "cut": z[:len(z)-20]} {
		if _, err := (Scanner{}).Scan(context.Background(), openBytes(t, data, Kind)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(written(f, sample()))
	f.Add([]byte(`{"schema":"quaestor.inventory/1.9.0","apps":[{"id":"a","colour":[{}]}],"gaps":[{}],"x":null}` + "\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		inv, err := Read(context.Background(), bytes.NewReader(data), "f")
		if err != nil {
			return
		}
		first := written(t, inv)
		again, err := Read(context.Background(), bytes.NewReader(first), "f")
		if err != nil {
			t.Fatalf("what was written does not read: %v\n%s", err, first)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Errorf("written twice:\n%s", cmp.Diff(string(first), string(second)))
		}
	})
}
