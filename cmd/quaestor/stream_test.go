package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/saved"
)

// fleetFile is a saved scan of n phones, one a line. Every tenth has TikTok, and the thirteenth was not read to its end.
func fleetFile(t testing.TB, n, apps int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "fleet.jsonl")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range n {
		if err := saved.WriteLine(f, phoneOfFleet(i, apps)); err != nil {
			t.Fatal(err)
		}
	}
	rest := inventory.New()
	rest.Runs = []inventory.Run{{Scanner: "mdm/example", Target: "export.json", Status: inventory.RunSucceeded, Facts: n * apps}}
	if err := saved.WriteLine(f, rest); err != nil {
		t.Fatal(err)
	}
	return name
}

func phoneOfFleet(i, apps int) *inventory.Inventory {
	inv := inventory.New()
	id := inventory.DeviceID(inventory.Android, "serial", fmt.Sprint(i))
	origins := []inventory.Origin{{Scanner: "mdm/example", Path: "export.json", Line: i + 1}}
	inv.Devices = []inventory.Device{{ID: id, Platform: inventory.Android, Name: fmt.Sprintf("phone-%05d", i), Serial: fmt.Sprintf("S%05d", i),
		Model: "SM-A546B", OSName: "Android", OSVersion: "14", SDK: 34, SecurityPatch: "2026-09-01", Origins: origins}}
	for k := range apps {
		name := fmt.Sprintf("com.example%d.app%d", k%7, (i*31+k)%500)
		if k == 0 && i%10 == 0 {
			name = "com.zhiliaoapp.musically"
		}
		inv.Apps = append(inv.Apps, inventory.App{ID: inventory.AppID(id, inventory.AndroidPackage, name), Device: id, Platform: inventory.Android,
			IdentifierKind: inventory.AndroidPackage, Identifier: name, Name: name, Version: "1.2", Installer: "com.android.vending", Origins: origins})
	}
	if i == 13 {
		inv.Gaps = []inventory.Gap{{Scanner: "mdm/example", Device: id, Subject: "row 14", Kind: inventory.GapMalformed, Detail: "Half of the row is missing."}}
	}
	return inv
}

// scanned runs a scan in which more than so many devices are written one by one.
func scanned(t testing.TB, ctx context.Context, together int, stdout io.Writer, target string, outputs ...string) (code int, errs string) {
	t.Helper()
	return scannedWhile(t, ctx, together, nil, stdout, []string{target}, outputs...)
}

// scannedWhile is scanned with something that is called after each device that was written.
func scannedWhile(t testing.TB, ctx context.Context, together int, written func(), stdout io.Writer, targets []string, outputs ...string) (code int, errs string) {
	t.Helper()
	var said bytes.Buffer
	out := &printed{w: stdout}
	env := Env{Stdin: strings.NewReader(""), Stdout: out, Stderr: &said, Environ: func() []string { return nil }, LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }}
	cfg := scanConfig{policies: []string{riskdb.DefaultPolicy}, timeout: time.Minute, together: together, written: written, database: databaseFlags{db: embeddedDatabase}, pull: pullFlags{pull: "none"}}
	if err := cfg.check(targets, outputs, "high", "2026-11-20", env.Now); err != nil {
		t.Fatal(err)
	}
	err := scan(ctx, env, cfg)
	if lost := out.close(); lost != nil && exitCode(err) < ExitIncomplete {
		err = lost
	}
	if err != nil {
		said.WriteString(err.Error())
	}
	return exitCode(err), said.String()
}

// lines are the lines of NDJSON, sorted, and the last one.
func lines(t *testing.T, text []byte) (sorted []string, end map[string]any) {
	t.Helper()
	all := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if err := json.Unmarshal([]byte(all[len(all)-1]), &end); err != nil {
		t.Fatal(err)
	}
	sorted = all[:len(all)-1]
	slices.Sort(sorted)
	return sorted, end
}

// TestFewAndMany wants the same findings, whether devices are judged together or one by one.
func TestFewAndMany(t *testing.T) {
	file := fleetFile(t, 60, 8)
	var few, many bytes.Buffer
	fewCode, fewSaid := scanned(t, t.Context(), 1000, &few, file, "ndjson")
	manyCode, manySaid := scanned(t, t.Context(), 7, &many, file, "ndjson")
	if fewCode != ExitIncomplete || manyCode != fewCode || manySaid != fewSaid {
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
	if n := strings.Count(many.String(), `"type":"finding"`); n < 6 {
		t.Errorf("%d findings", n)
	}
}

// TestManySaved: what is saved of many devices is judged the same again.
func TestManySaved(t *testing.T) {
	file := fleetFile(t, 40, 8)
	again := filepath.Join(t.TempDir(), "again.jsonl")
	var first, second, table bytes.Buffer
	scanned(t, t.Context(), 7, &first, file, "ndjson", "inventory="+again)
	scanned(t, t.Context(), 7, &second, again, "ndjson")
	if first.String() != second.String() || first.Len() == 0 {
		t.Error(cmp.Diff(first.String(), second.String()))
	}
	text, err := os.ReadFile(again)
	if err != nil || bytes.Count(text, []byte("\n")) != 41 {
		t.Errorf("%d lines, error %v", bytes.Count(text, []byte("\n")), err)
	}
	for _, format := range []string{"table", "json"} {
		table.Reset()
		scanned(t, t.Context(), 7, &table, again, format)
		if !strings.Contains(table.String(), "40 devices") || !strings.Contains(table.String(), "TikTok") {
			t.Errorf("%s:\n%s", format, table.String())
		}
	}
}

// fillingDisk is a disk that fills up.
type fillingDisk struct{ left int }

var errFull = errors.New("the disk is full")

func (f *fillingDisk) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestManyUnwritten(t *testing.T) {
	file := fleetFile(t, 400, 8)
	dir := t.TempDir()
	code, said := scanned(t, t.Context(), 7, &fillingDisk{300_000}, file, "ndjson", "inventory="+filepath.Join(dir, "facts.jsonl"))
	if code != ExitIncomplete || !strings.Contains(said, "cannot write the ndjson output") {
		t.Errorf("exit code %d: %s", code, said)
	}
	facts, err := os.ReadFile(filepath.Join(dir, "facts.jsonl"))
	if n := bytes.Count(facts, []byte("\n")); err != nil || n != 401 {
		t.Errorf("the other output: %d lines, error %v", n, err)
	}
	if code, said = scanned(t, t.Context(), 7, &fillingDisk{300_000}, file, "ndjson"); code != ExitIncomplete || !strings.Contains(said, "cannot write") {
		t.Errorf("the only output: exit code %d: %s", code, said)
	}
	// A target that is not there any more when it is opened leaves no half a file.
	if left, _ := filepath.Glob(filepath.Join(dir, ".quaestor-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestManyInterrupted(t *testing.T) {
	file := fleetFile(t, 600, 8)
	dir := t.TempDir()
	for _, at := range []int{1, 60, 300} {
		ctx, cancel := context.WithCancel(t.Context())
		out, n := &bytes.Buffer{}, 0
		code, said := scannedWhile(t, ctx, 7, func() {
			if n++; n == at {
				cancel()
			}
		}, out, []string{file}, "ndjson", "json="+filepath.Join(dir, "report.json"))
		cancel()
		if code != ExitInterrupted || !strings.Contains(said, "interrupted") {
			t.Errorf("at %d: exit code %d: %s", at, code, said)
		}
		_, end := lines(t, out.Bytes())
		verdict, _ := end["verdict"].(map[string]any)
		if end["type"] != "end" || verdict["complete"] != false || !strings.Contains(out.String(), "interrupted") {
			t.Errorf("at %d: the last line is %v", at, end)
		}
		var report struct{ Devices []struct{ Name string } }
		text, err := os.ReadFile(filepath.Join(dir, "report.json"))
		if err == nil {
			err = json.Unmarshal(text, &report)
		}
		if float64(len(report.Devices)) != verdict["devices"] || err != nil || len(report.Devices) == 0 {
			t.Errorf("at %d: %d devices in the document and %v in the lines, error %v", at, len(report.Devices), verdict["devices"], err)
		}
	}
}

// TestFoldersFewAndMany: very many devices of other sources than exports are judged and written one by one too, and alike.
func TestFoldersFewAndMany(t *testing.T) {
	for _, folder := range []string{"../../testdata/phones", "../../testdata/computers", "../../scanners/apk/testdata"} {
		var few, many bytes.Buffer
		fewCode, fewSaid := scanned(t, t.Context(), 1000, &few, folder, "ndjson")
		manyCode, manySaid := scanned(t, t.Context(), 1, &many, folder, "ndjson")
		if manyCode != fewCode || manySaid != fewSaid {
			t.Errorf("%s: exit code %d %q, and %d %q", folder, fewCode, fewSaid, manyCode, manySaid)
		}
		fewLines, fewEnd := lines(t, few.Bytes())
		manyLines, manyEnd := lines(t, many.Bytes())
		if d := cmp.Diff(fewLines, manyLines); d != "" {
			t.Errorf("%s: %s", folder, d)
		}
		if d := cmp.Diff(fewEnd, manyEnd); d != "" {
			t.Errorf("%s: %s", folder, d)
		}
	}
}
