package rpmdb

import (
	"bytes"
	"slices"
	"testing"
)

func TestPaths(t *testing.T) {
	all := func([]byte) bool { return true }
	desktop := func(base []byte) bool { return bytes.HasSuffix(base, []byte(".desktop")) }
	f := files{
		names:    column{3, []byte("a.desktop\x00b\x00c.desktop\x00")},
		folders:  column{2, []byte("/usr/share/applications/\x00/opt/\x00")},
		folderOf: column{3, []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1}},
	}
	if got := f.paths(desktop); !slices.Equal(got, []string{"/usr/share/applications/a.desktop", "/opt/c.desktop"}) {
		t.Error(got)
	}
	for name, tt := range map[string]struct {
		change func(*files)
		want   int
	}{
		"whole":            {func(*files) {}, 3},
		"more names":       {func(f *files) { f.names.count = 1 << 40 }, 3},
		"name without end": {func(f *files) { f.names.data = f.names.data[:12] }, 2},
		"few numbers":      {func(f *files) { f.folderOf.data = f.folderOf.data[:6] }, 1},
		"few counted":      {func(f *files) { f.folderOf.count = 2 }, 2},
		"no folders":       {func(f *files) { f.folders = column{} }, 0},
		"no such folder":   {func(f *files) { f.folderOf.data = []byte{255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 9} }, 1},
		"nothing":          {func(f *files) { *f = files{} }, 0},
	} {
		g := f
		tt.change(&g)
		if got := g.paths(all); len(got) != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
