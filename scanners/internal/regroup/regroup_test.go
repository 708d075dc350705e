package regroup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// add adds rows "key=row".
func add(t testing.TB, g *Groups, rows ...string) {
	t.Helper()
	for i, r := range rows {
		key, row, _ := strings.Cut(r, "=")
		if err := g.Add([]byte(key), []byte(row), int64(i+1)); err != nil {
			t.Fatal(err)
		}
	}
}

// groups are the groups as "key: row@mark row@mark".
func groups(t testing.TB, g *Groups) []string {
	t.Helper()
	var out []string
	err := g.Each(func(g Group) error {
		s := g.Key + ":"
		for _, r := range g.Rows {
			s += fmt.Sprintf(" %s@%d", r.Text, r.Mark)
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGroups(t *testing.T) {
	g := New(DefaultMemory)
	defer g.Close()
	add(t, g, "b=x", "a=x", "b=y", "c=", "b=x", "=z")
	want := []string{"b: x@1 y@3 x@5", "a: x@2", "c: @4", ": z@6"}
	if got := groups(t, g); !slices.Equal(got, want) || g.Spilled() {
		t.Errorf("%q", got)
	}
	if err := g.Add([]byte("a"), nil, 0); err == nil {
		t.Error("added after the end")
	}
}

func TestOnce(t *testing.T) {
	g := New(DefaultMemory)
	defer g.Close()
	for i, r := range []string{"a=x", "b=x", "a=x", "a=y", "a=y", "a=x"} {
		key, row, _ := strings.Cut(r, "=")
		if err := g.AddOnce([]byte(key), []byte(row), int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := groups(t, g), []string{"a: x@0 y@3 x@5", "b: x@1"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestSpill: with hardly any memory come the same groups, with their rows in the same order, and no file stays behind.
func TestSpill(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var rows []string
	for i := range 5000 {
		rows = append(rows, fmt.Sprintf("device %d=app %d of many with a long name", i*7919%400, i%97))
	}
	whole, small, again := New(DefaultMemory), New(20<<10), New(20<<10)
	add(t, whole, rows...)
	add(t, small, rows...)
	add(t, again, rows...)
	if whole.Spilled() || !small.Spilled() {
		t.Fatal("spilled:", whole.Spilled(), small.Spilled())
	}
	left, _ := filepath.Glob(filepath.Join(dir, "quaestor-rows-*", "*"))
	if len(left) != 2*files {
		t.Errorf("%d files", len(left))
	}
	for _, f := range left {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%v, %v", info, err)
		}
	}
	want, got := groups(t, whole), groups(t, small)
	if second := groups(t, again); !slices.Equal(got, second) {
		t.Error("the order changes from one time to the next")
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || len(want) != 400 {
		t.Errorf("%d groups and %d, %q", len(got), len(want), got[0])
	}
	for _, g := range []*Groups{whole, small, again} {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestNoRoom: where no file can be made, that is said, and rows are not lost in silence.
func TestNoRoom(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	g := New(1)
	defer g.Close()
	err := g.Add([]byte("a"), []byte("x"), 0)
	if err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Error(err)
	}
	if err := g.Each(func(Group) error { return nil }); err == nil {
		t.Error("handed out in spite of that")
	}
}

// TestMemory: rows of one fleet take a few bytes each.
func TestMemory(t *testing.T) {
	g := New(DefaultMemory)
	defer g.Close()
	for i := range 200_000 {
		if err := g.Add(fmt.Appendf(nil, "11111111-2222-3333-4444-%012d", i%2500), fmt.Appendf(nil, "app %d of the fleet, Maker, 1.0", i/2500), int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if per := g.memory / 200_000; per > 16 {
		t.Errorf("%d bytes a row", per)
	}
}
