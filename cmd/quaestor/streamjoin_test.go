package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quaestor/scanners"
	"quaestor/scanners/all"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// systemsFiles are the exports of two management systems of one fleet, which know half of the devices by different identifiers.
func systemsFiles(t *testing.T, n int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	var records []map[string]any
	for i := range n {
		r := map[string]any{"id": fmt.Sprintf("%08d-0000-4000-8000-000000000000", i), "deviceName": fmt.Sprintf("LAP-%d", i), "operatingSystem": "Windows", "osVersion": "10.0.22631.1",
			"serialNumber": fmt.Sprintf("PF%06d", i), "lastSyncDateTime": "2026-11-10T08:00:00Z", "managedDeviceOwnerType": "company", "jailBroken": "False"}
		switch {
		case i%5 == 0:
			r["operatingSystem"], r["osVersion"], r["jailBroken"] = "iOS", "17.5", "True"
		case i%7 == 0:
			r["serialNumber"] = "To be filled by O.E.M."
		}
		records = append(records, r)
	}
	records = append(records, records[1], records[n-1]) // enrolled again
	text, _ := json.Marshal(map[string]any{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices", "value": records})
	writeTest(t, filepath.Join(dir, "intune.json"), text)
	var lines bytes.Buffer
	for i := n / 2; i < n+n/2; i++ {
		h := map[string]any{"id": i, "hostname": fmt.Sprintf("lap-%d.local", i), "computer_name": fmt.Sprintf("Laptop %d", i), "platform": "windows", "os_version": "Microsoft Windows 11 Pro 23H2",
			"hardware_serial": fmt.Sprintf("PF%06d", i), "uuid": fmt.Sprintf("%08X-1111-4111-8111-111111111111", i), "seen_time": "2026-11-19T08:00:00Z", "detail_updated_at": "2026-11-19T08:00:00Z",
			"software": []map[string]any{{"id": 1, "name": "TikTok", "version": "1.2", "source": "programs"}, {"id": 2, "name": "Example", "version": "3", "source": "programs"}}}
		if i%5 == 0 {
			h["platform"], h["os_version"], h["uuid"] = "ios", "iOS 18.1", fmt.Sprintf("00008110-%016X", i)
			h["software"] = []map[string]any{{"id": 1, "name": "TikTok", "version": "1.2", "source": "ios_apps", "bundle_identifier": "com.zhiliaoapp.musically"}}
		}
		line, _ := json.Marshal(map[string]any{"host": h})
		lines.Write(append(line, '\n'))
	}
	writeTest(t, filepath.Join(dir, "fleet.ndjson"), lines.Bytes())
	return dir
}

func writeTest(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSystemsFewAndMany: the devices and lines of a fleet that two systems tell of are the same whether they are read together or one
// by one, and what both tell of one device is told of one.
func TestSystemsFewAndMany(t *testing.T) {
	dir := systemsFiles(t, 60)
	var few, many bytes.Buffer
	fewCode, fewSaid := scannedWhile(t, t.Context(), 1_000_000, nil, &few, []string{dir}, "ndjson")
	manyCode, manySaid := scannedWhile(t, t.Context(), 1, nil, &many, []string{dir}, "ndjson")
	if manyCode != fewCode || manySaid != fewSaid {
		t.Errorf("exit code %d %q, and %d %q", fewCode, fewSaid, manyCode, manySaid)
	}
	fewLines, fewEnd := lines(t, few.Bytes())
	manyLines, manyEnd := lines(t, many.Bytes())
	if d := cmp.Diff(fewLines, manyLines); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(fewEnd, manyEnd); d != "" {
		t.Error(d)
	}
	devices := strings.Count(few.String(), `"type":"device"`)
	apart := 0
	for i := 30; i < 60; i++ {
		if i%7 == 0 && i%5 != 0 {
			apart++ // no serial number in one of them, and other names
		}
	}
	if devices != 90 && devices != 90+apart {
		t.Errorf("%d devices", devices)
	}
	for _, text := range []string{"To be filled by O.E.M"} {
		if !strings.Contains(few.String(), text) {
			t.Errorf("nothing is said of %q", text)
		}
	}
}

// TestSystemsInventory compares the facts themselves.
func TestSystemsInventory(t *testing.T) {
	dir := systemsFiles(t, 60)
	read := func(together int) *inventory.Inventory {
		var parts []*inventory.Inventory
		o := scanners.Options{Scanners: all.Scanners(), Limits: source.DefaultLimits, Together: together, Again: func() error { parts = nil; return nil }}
		rest, _, err := scanners.Each(context.Background(), []source.Target{{Path: dir}}, o, func(inv *inventory.Inventory) *inventory.Inventory { return inv },
			func(inv *inventory.Inventory) error { parts = append(parts, inv); return nil })
		if err != nil {
			t.Fatal(err)
		}
		inv := inventory.MergeAll(append(parts, rest))
		inv.Sort()
		return inv
	}
	few, many := read(1_000_000), read(1)
	if d := cmp.Diff(few, many, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	ids := map[string]bool{}
	for _, d := range few.Devices {
		if ids[d.ID] || strings.HasSuffix(d.ID, "-2") {
			t.Errorf("device %s is told of twice", d.ID)
		}
		ids[d.ID] = true
		if d.Platform == inventory.IOS && len(d.Origins) > 1 && (d.OSVersion != "18.1" || !*d.Management.Tampered) {
			t.Errorf("not what holds: %+v", d)
		}
	}
	if !slices.ContainsFunc(few.Devices, func(d inventory.Device) bool { return d.Platform == inventory.IOS && len(d.Origins) > 1 }) {
		t.Error("no phone is told of by two systems")
	}
}
