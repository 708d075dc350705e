package dex

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
)

// TestAssembled reads a file that another tool wrote: switches, arrays, wide and polymorphic instructions.
func TestAssembled(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "sample.dex"))
	if err != nil {
		t.Fatal(err)
	}
	f := read(t, data)
	if f.Classes != 4 || f.Renamed != 1 || f.Files[0].Version != "039" || len(f.Gaps) != 0 {
		t.Errorf("%d classes, %d renamed, %+v, gaps %q", f.Classes, f.Renamed, f.Files, f.Gaps)
	}
	const main = "org.example.dex.Main."
	want := map[string][]string{
		inventory.MarkCodeLoading:   {main + "calls → dalvik.system.PathClassLoader.<init>"},
		inventory.MarkExec:          {main + `tables → java.lang.Runtime.exec("su")`},
		inventory.MarkMessages:      {main + "calls → android.provider.Telephony$Sms.CONTENT_URI"},
		inventory.MarkNativeLoading: {main + `<clinit> → java.lang.System.loadLibrary("plugin")`},
		inventory.MarkSu:            {`→ "/system/xbin/su"`, main + `tables → "su"`},
		inventory.MarkUIControl:     {main + "calls → performGlobalAction"},
	}
	for _, m := range f.Marks {
		var got []string
		for _, p := range m.Places {
			got = append(got, p.Item)
		}
		slices.Sort(got)
		slices.Sort(want[m.Code])
		if !slices.Equal(got, want[m.Code]) {
			t.Errorf("%s at %q, want %q", m.Code, got, want[m.Code])
		}
		delete(want, m.Code)
	}
	if len(want) > 0 {
		t.Errorf("missing: %q", want)
	}
	wantStrings := []string{"https://bytes.example.org/a", "https://chars.example.org/b", "/data/local/tmp/plugin.jar", "/system/xbin/su", "after the tables", "annotated.example.org", "https://field.example.org/", "plugin", "secret", "su"}
	for _, s := range wantStrings {
		if !slices.Contains(constants(f), s) {
			t.Errorf("strings are %q, without %q", constants(f), s)
		}
	}
	for _, s := range constants(f) {
		if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "ht\x00") || s == "htt" {
			t.Errorf("%q is no text", s)
		}
	}
}

// TestDexdumpTakes hands what dextest writes to dexdump, which checks as much as a device does.
func TestDexdumpTakes(t *testing.T) {
	tool, err := exec.LookPath("dexdump")
	if err != nil {
		t.Skip("dexdump is missing: apt-get install dexdump")
	}
	for name, data := range map[string][]byte{"sample": sample().Bytes(), "many": dextest.Many(1, 500)[0]} {
		path := filepath.Join(t.TempDir(), name+".dex")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(tool, "-d", path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%.600s", name, err, out)
		}
	}
}
