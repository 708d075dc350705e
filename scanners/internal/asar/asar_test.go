package asar

import (
	"bytes"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/scanners/internal/asar/asartest"
)

func TestOpen(t *testing.T) {
	data := asartest.Make(map[string]string{"package.json": `{"name":"a"}`, "node_modules/b/index.js": "code", "empty": "", "native/x.node!": "xx"})
	if !Looks(data) {
		t.Error("not recognised")
	}
	a, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil || a.Bad != 0 || a.Cut != 0 || a.Away != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	if err := fstest.TestFS(a, "package.json", "node_modules/b/index.js", "empty"); err != nil {
		t.Error(err)
	}
	if b, err := fs.ReadFile(a, "node_modules/b/index.js"); string(b) != "code" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// TestHostile: what cannot be is left out and counted, and costs nothing.
func TestHostile(t *testing.T) {
	for _, tt := range []struct {
		name, list string
		bad, cut   int
		fails      bool
	}{
		{"size of 2^63", `{"files":{"a":{"size":9223372036854775808,"offset":"0"},"b":{"size":1,"offset":"0"}}}`, 1, 0, false},
		{"size of 2^63-1", `{"files":{"a":{"size":9223372036854775807,"offset":"9223372036854775807"}}}`, 1, 0, false},
		{"negative", `{"files":{"a":{"size":-1,"offset":"0"},"b":{"size":1,"offset":"-1"}}}`, 2, 0, false},
		{"behind the end", `{"files":{"a":{"size":5,"offset":"0"}}}`, 1, 0, false},
		{"names", `{"files":{"..":{"size":1,"offset":"0"},"a/b":{"size":1,"offset":"0"},"":{"size":1,"offset":"0"},"a\\b":{"size":1,"offset":"0"}}}`, 4, 0, false},
		{"no place", `{"files":{"a":{"size":1},"b":{},"c":{"size":{"x":[1,2]},"offset":[]}}}`, 3, 0, false},
		{"twice", `{"files":{"a":{"size":1,"offset":"0"},"a":{"size":1,"offset":"0"}}}`, 1, 0, false},
		{"deep", strings.Repeat(`{"files":{"a":`, 100) + `{"size":1,"offset":"0"}` + strings.Repeat(`}}`, 100), 0, 1, false},
		{"a link", `{"files":{"a":{"link":"/etc/passwd"}}}`, 0, 0, false},
		{"other members", `{"x":[[{}]],"files":{"a":{"size":1,"offset":"0","integrity":{"blocks":["x"]}}}}`, 0, 0, false},
		{"no object", `["files"]`, 0, 0, true},
		{"files are no object", `{"files":[1]}`, 0, 0, true},
		{"an entry is none", `{"files":{"a":1}}`, 0, 0, true},
		{"cut", `{"files":{"a":`, 0, 0, true},
		{"very deep", `{"x":` + strings.Repeat("[", 1_000_000), 0, 0, true},
	} {
		data := asartest.Raw([]byte(tt.list), []byte("four"))
		a, err := Open(bytes.NewReader(data), int64(len(data)))
		if (err != nil) != tt.fails {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if err == nil && (a.Bad != tt.bad || a.Cut != tt.cut) {
			t.Errorf("%s: %d bad, %d cut", tt.name, a.Bad, a.Cut)
		}
	}
	for _, data := range [][]byte{nil, []byte("asar"), bytes.Repeat([]byte{0xff}, 64), append([]byte{4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, make([]byte, 100)...)} {
		if _, err := Open(bytes.NewReader(data), int64(len(data))); err == nil || Looks(data) {
			t.Errorf("%x was read", data[:min(len(data), 16)])
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(asartest.Make(map[string]string{"package.json": `{"name":"a"}`, "n/b/index.js": "code"}))
	f.Add(asartest.Raw([]byte(`{"files":{"a":{"size":1,"offset":"0"},"b":{"files":{"c":{"size":2,"offset":"1"}}}}}`), []byte("four")))
	f.Add(asartest.Raw([]byte(`{"files":{"a":{"size":9223372036854775808,"offset":"0"}}}`), nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		err = fs.WalkDir(a, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			file, err := a.Open(name)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, file)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
