package saved

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// linesOf writes inventories of n devices, one a line.
func linesOf(t testing.TB, n int) (text []byte, all *inventory.Inventory) {
	t.Helper()
	var b bytes.Buffer
	all = inventory.New()
	for i := range n {
		inv := inventory.New()
		id := inventory.DeviceID(inventory.Android, fmt.Sprint(i))
		inv.Devices = []inventory.Device{{ID: id, Platform: inventory.Android, Name: fmt.Sprintf("phone\u202e %d", i)}}
		inv.Apps = []inventory.App{{ID: inventory.AppID(id, inventory.AndroidPackage, "a.b"), Device: id, Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "a.b"}}
		if err := WriteLine(&b, inv); err != nil {
			t.Fatal(err)
		}
		all.Merge(inv)
	}
	rest := inventory.New()
	rest.Runs = []inventory.Run{{Scanner: "mdm/x", Target: "export.json", Status: inventory.RunSucceeded, Facts: n}}
	if err := WriteLine(&b, rest); err != nil {
		t.Fatal(err)
	}
	all.Merge(rest)
	all.Sort()
	return b.Bytes(), all
}

// split reads a file and counts its parts.
func split(t testing.TB, data []byte) (inv *inventory.Inventory, parts int, err error) {
	t.Helper()
	src := openBytes(t, data, "")
	if !(Scanner{}).Recognise(src) {
		t.Fatal("not recognised")
	}
	inv = inventory.New()
	rest, err := Scanner{}.Split(t.Context(), []*source.Source{src}, func(p scanners.Part) error {
		parts++
		inv.Merge(p())
		return nil
	})
	inv.Merge(rest)
	inv.Sort()
	return inv, parts, err
}

func TestLines(t *testing.T) {
	text, want := linesOf(t, 30)
	if n := bytes.Count(text, []byte("\n")); n != 31 {
		t.Fatalf("%d lines", n)
	}
	for name, data := range map[string][]byte{
		"as written": text, "gzip": gzipped(text), "byte order mark": append([]byte("\xef\xbb\xbf"), text...),
		"blank lines": bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n\n")), "no end of line": bytes.TrimSpace(text),
	} {
		got, parts, err := split(t, data)
		if d := cmp.Diff(want, got); err != nil || parts != 31 || d != "" {
			t.Errorf("%s: error %v, %d parts, %s", name, err, parts, d)
		}
	}
	if _, parts, err := split(t, written(t, want)); parts != 1 || err != nil {
		t.Errorf("one document: %d parts, error %v", parts, err)
	}
}

// TestBrokenLines: the other lines are read, and the broken one is named.
func TestBrokenLines(t *testing.T) {
	whole, _ := linesOf(t, 30)
	for _, c := range []struct {
		name   string
		broken func(line string) string
		want   string
		left   int
	}{
		{"cut", func(l string) string { return l[:len(l)/2] }, "Line 12 was not read to its end", 30},
		{"no JSON", func(string) string { return "device,app" }, "line 12: it is no JSON object", 29},
		{"of a later model", func(l string) string { return strings.Replace(l, "inventory/1", "inventory/9", 1) }, "update Quaestor", 29},
		{"a wrong type", func(l string) string { return strings.Replace(l, `"identifier":"a.b"`, `"identifier":[]`, 1) }, "Line 12", 30},
		{"two documents", func(l string) string { return l + l }, "", 30},
	} {
		lines := strings.Split(string(whole), "\n")
		lines[11] = c.broken(lines[11])
		got, _, err := split(t, []byte(strings.Join(lines, "\n")))
		told := fmt.Sprint(got.Gaps)
		if err != nil || len(got.Devices) != c.left || !strings.Contains(told, c.want) || c.want == "" && len(got.Gaps) > 0 {
			t.Errorf("%s: error %v, %d devices, %s", c.name, err, len(got.Devices), told)
		}
	}
	lines := strings.SplitAfter(string(whole), "\n")
	lines[0] = "{}}\n"
	if got, _, err := split(t, []byte(`{"schema":"quaestor.inventory/1.0.5"`+"}\n"+strings.Join(lines[1:], ""))); err != nil || len(got.Devices) != 29 || len(got.Gaps) == 0 {
		t.Errorf("an empty first line: error %v, %d devices, %v", err, len(got.Devices), got.Gaps)
	}
	got, _, err := split(t, whole[:len(whole)-200])
	if err == nil || !strings.Contains(err.Error(), "in the middle") || len(got.Devices) != 29 && len(got.Devices) != 30 {
		t.Errorf("cut off: error %v, %d devices", err, len(got.Devices))
	}
}

// TestLongLine: a line that is too long is passed over.
func TestLongLine(t *testing.T) {
	whole, _ := linesOf(t, 3)
	at := bytes.IndexByte(whole, '\n') + 1
	data := append(bytes.Clone(whole[:at]), `{"x":"`+strings.Repeat("x", maxLine+1<<20)+"\"}\n"...)
	got, parts, err := split(t, append(data, whole[at:]...))
	if err != nil || parts != 4 || len(got.Devices) != 3 || len(got.Gaps) != 1 || got.Gaps[0].Samples[0] != "line 2: it is longer than 32 MiB" {
		t.Errorf("error %v, %d parts, %d devices, %v", err, parts, len(got.Devices), got.Gaps)
	}
}

func FuzzSplit(f *testing.F) {
	text, _ := linesOf(f, 3)
	f.Add(text)
	f.Add(written(f, sample()))
	f.Fuzz(func(t *testing.T, data []byte) {
		src := openBytes(t, data, Kind)
		once, err := Scanner{}.Scan(t.Context(), src)
		again, err2 := Scanner{}.Scan(t.Context(), src)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%v, then %v", err, err2)
		}
		if d := cmp.Diff(once, again); d != "" {
			t.Error(d)
		}
	})
}
