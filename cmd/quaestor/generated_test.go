package main

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

// TestGeneratedAPK: what the benchmark measures is a whole scan of a validly signed app, with every class counted
// and nothing passed over for its size.
func TestGeneratedAPK(t *testing.T) {
	const classes, dexFiles = 3_000, 4
	file := generatedAPK(t, classes, dexFiles)
	var out, errs bytes.Buffer
	env := Env{Stdout: &out, Stderr: &errs, LookupEnv: func(string) (string, bool) { return "", false }, Environ: func() []string { return nil },
		Now: func() time.Time { return time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC) }}
	if code := Run(context.Background(), env, []string{"scan", "-o", "inventory", "--fail-on", "never", "--db", "embedded", file}); code != ExitClean {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var inv inventory.Inventory
	if err := json.Unmarshal(out.Bytes(), &inv); err != nil {
		t.Fatal(err)
	}
	if len(inv.Binaries) != 1 || inv.Binaries[0].Code == nil {
		t.Fatalf("%d binaries", len(inv.Binaries))
	}
	b := inv.Binaries[0]
	if b.Code.Classes != classes || len(b.Code.Files) != dexFiles || b.Signed != inventory.SignatureValid {
		t.Errorf("%d classes in %d files, signature %q: %s", b.Code.Classes, len(b.Code.Files), b.Signed, b.SignatureError)
	}
}
