package whose

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// look takes "list of HOST, KIND" for a list; either may be empty.
func look(head []byte) (Seen, bool) {
	rest, ok := bytes.CutPrefix(head, []byte("list of "))
	host, kind, _ := strings.Cut(string(rest), ", ")
	var s Seen
	if host != "" {
		s.Hosts = []string{host}
	}
	if kind != "" {
		s.Whole = []string{kind}
	}
	return s, ok
}

func of(t *testing.T, files map[string]string, name string) Computer {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "exports")
	for n, text := range files {
		path := filepath.Join(dir, n)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	top, err := source.Open(source.Target{Path: dir}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	src, err := top.Sub(name)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	own, _ := look(src.Head())
	return Of(src, own, look)
}

func TestOf(t *testing.T) {
	many := map[string]string{"a": "list of , k"}
	for i := range maxFiles + 1 {
		many[fmt.Sprint("x", i)] = "something else"
	}
	for name, tt := range map[string]struct {
		files      map[string]string
		host, show string
	}{
		"alone":                {map[string]string{"a": "list of , k"}, "", "exports"},
		"with others":          {map[string]string{"a": "list of , k", "b": "list of , l", "c": "no list"}, "", "exports"},
		"beside one that says": {map[string]string{"a": "list of , k", "b": "list of PC, k"}, "PC", "PC"},
		"said twice":           {map[string]string{"a": "list of , k", "b": "list of PC, k", "c": "list of pc, l"}, "PC", "PC"},
		"beside two":           {map[string]string{"a": "list of , k", "b": "list of PC, k", "c": "list of PD, l"}, "", "a"},
		"its kind twice":       {map[string]string{"a": "list of , k", "b": "list of , k"}, "", "a"},
		"another kind twice":   {map[string]string{"a": "list of , k", "b": "list of , l", "c": "list of , l"}, "", "a"},
		"of no kind, twice":    {map[string]string{"a": "list of , ", "b": "list of , "}, "", "exports"},
		"among many":           {many, "", "a"},
	} {
		c := of(t, tt.files, "a")
		g, supposed := c.Gap()
		if c.Host != tt.host || c.Name != tt.show || !supposed || g.Kind != inventory.GapBlind || g.Next == "" {
			t.Errorf("%s: %q %q %+v", name, c.Host, c.Name, g)
		}
	}
}

// TestArchive: an archive's folder is a computer's, and files in it are not read for one another.
func TestArchive(t *testing.T) {
	name := filepath.Join(t.TempDir(), "exports.zip")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range []string{"pc1/a", "pc1/b", "pc2/a", "c"} {
		f, err := w.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, "list of , k")
	}
	w.Close()
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	top, err := source.Open(source.Target{Path: name}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	devices := map[string]string{}
	for _, n := range []string{"pc1/a", "pc1/b", "pc2/a", "c"} {
		src, err := top.Sub(n)
		if err != nil {
			t.Fatal(err)
		}
		c := Of(src, Seen{}, look)
		devices[n] = c.Device(inventory.Windows, inventory.Origin{}).ID + " " + c.Name
		src.Close()
	}
	if devices["pc1/a"] != devices["pc1/b"] || devices["pc1/a"] == devices["pc2/a"] || !strings.HasSuffix(devices["pc2/a"], " pc2") || !strings.HasSuffix(devices["c"], " exports.zip") {
		t.Error(devices)
	}
}

func TestHost(t *testing.T) {
	a, b := Host("PC-1").Device(inventory.Windows, inventory.Origin{}), Host("pc-1").Device(inventory.Windows, inventory.Origin{})
	if a.ID != b.ID || a.Name != "PC-1" {
		t.Error(a, b)
	}
	if _, supposed := Host("PC-1").Gap(); supposed {
		t.Error("a name is no supposition")
	}
}
