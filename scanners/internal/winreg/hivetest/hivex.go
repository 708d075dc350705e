package hivetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/internal/winreg"
)

// ByHivex writes everything below a path of a registry as a hive by Debian's libhivex (packages libhivex-bin and
// libwin-hivex-perl), and skips the test where that is not installed.
func ByHivex(t testing.TB, reg winreg.Registry, path string) []byte {
	t.Helper()
	tool, err := exec.LookPath("hivexregedit")
	if err != nil {
		t.Skip("hivexregedit is not installed (libhivex-bin, libwin-hivex-perl)")
	}
	k, err := reg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	empty := winreg.NewRecorded()
	if err := empty.Set(`HKLM\root`); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("Windows Registry Editor Version 5.00\n")
	export(t, &text, k, "root")
	dir := t.TempDir()
	file, regFile := filepath.Join(dir, "hive"), filepath.Join(dir, "a.reg")
	for name, content := range map[string][]byte{file: Build(t, empty, `HKLM\root`, Options{}), regFile: []byte(text.String())} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(tool, "--merge", "--encoding", "UTF-16LE", "--prefix", "root", file, regFile).CombinedOutput(); err != nil {
		t.Fatalf("hivexregedit: %v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// export writes keys as a .reg file has them, values as numbers, which takes any script.
func export(t testing.TB, text *strings.Builder, k winreg.Key, path string) {
	t.Helper()
	fmt.Fprintf(text, "\n[%s]\n", path)
	values, err := k.Values()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range values {
		name := `"` + strings.ReplaceAll(v.Name, `\`, `\\`) + `"`
		if v.Name == "" {
			name = "@"
		}
		var bytes []string
		for _, b := range v.Data {
			bytes = append(bytes, fmt.Sprintf("%02x", b))
		}
		fmt.Fprintf(text, "%s=hex(%x):%s\n", name, v.Type, strings.Join(bytes, ","))
	}
	names, err := k.Subkeys()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		sub, err := k.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		export(t, text, sub, path+`\`+name)
	}
}
