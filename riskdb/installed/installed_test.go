package installed

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
)

var (
	today  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	expiry = time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)
	beyond = time.Date(2031, 12, 31, 0, 0, 0, 0, time.UTC)
)

type seeded byte

func (s seeded) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s)
	}
	return len(p), nil
}

func keys(t testing.TB, seeds ...byte) []*bundle.Key {
	t.Helper()
	var out []*bundle.Key
	for _, s := range seeds {
		k, err := bundle.NewKey(seeded(s))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, k)
	}
	return out
}

func rootOf(t testing.TB, root, signing byte) []byte {
	t.Helper()
	text, err := bundle.NewRoot(bundle.RootPlan{RootKeys: keys(t, root), BundleKeys: keys(t, signing), RootThreshold: 1, BundleThreshold: 1, Expires: beyond})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// packed is a bundle whose one vendor has the name given.
func packed(t testing.TB, sequence int64, name string, signing byte, roots ...[]byte) []byte {
	t.Helper()
	tables := riskdb.Tables{Version: riskdb.Version{Date: "2026-11-20"}, Vendors: []riskdb.Vendor{{ID: "maker", Name: name}}}
	return built(t, bundle.Info{Kind: bundle.Full, Authority: "example", Sequence: sequence, Built: "2026-11-22"}, &tables, signing, roots...)
}

func laid(t testing.TB, authority, name string, signing byte, root []byte) []byte {
	t.Helper()
	tables := riskdb.Tables{Layer: riskdb.Layer{ID: authority, Date: "2026-11-21"}, Vendors: []riskdb.Vendor{{ID: authority + "-maker", Name: name}}}
	return built(t, bundle.Info{Kind: bundle.Overlay, Authority: authority, Sequence: 1, Built: "2026-11-22"}, &tables, signing, root)
}

func built(t testing.TB, info bundle.Info, tables *riskdb.Tables, signing byte, roots ...[]byte) []byte {
	t.Helper()
	file, err := bundle.Build(bundle.Draft{Info: info, Tables: tables, Expires: expiry, Roots: roots, Keys: keys(t, signing)})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// unfit is an overlay that withdraws what is not there.
func unfit(t testing.TB, signing byte, root []byte) []byte {
	t.Helper()
	tables := riskdb.Tables{Layer: riskdb.Layer{ID: "odd", Date: "2026"}, Withdrawals: []riskdb.Withdrawal{{Table: "bans", ID: "gone", Reason: "x"}}}
	return built(t, bundle.Info{Kind: bundle.Overlay, Authority: "odd", Sequence: 1, Built: "2026-11-22"}, &tables, signing, root)
}

// vendor is the name that the installed database has for the maker, "" when nothing is installed.
func vendor(t testing.TB, s *Store) string {
	t.Helper()
	db, _, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if db == nil {
		return ""
	}
	return db.Vendor("maker").Name
}

func TestInstallReplacesAndNeverGoesBack(t *testing.T) {
	s := &Store{Dir: filepath.Join(t.TempDir(), "a", "db")}
	root := rootOf(t, 1, 2)
	first, second := packed(t, 1, "First", 2, root), packed(t, 2, "Second", 2, root)
	if vendor(t, s) != "" {
		t.Error("something is installed before anything was")
	}
	if _, err := s.Install(t.Context(), first, nil, today); !errors.Is(err, ErrNoRoot) {
		t.Fatalf("without a root: %v", err)
	}
	if _, err := s.Install(t.Context(), first, rootOf(t, 8, 9), today); !errors.Is(err, bundle.ErrUntrusted) {
		t.Fatalf("by the root of a stranger: %v", err)
	}
	if r, err := s.Install(t.Context(), first, root, today); err != nil || r.Before != nil || r.Same || vendor(t, s) != "First" {
		t.Fatalf("%+v (%v)", r, err)
	}
	if r, err := s.Install(t.Context(), second, nil, today); err != nil || r.Before == nil || r.Before.Sequence != 1 || vendor(t, s) != "Second" {
		t.Fatalf("%+v (%v)", r, err)
	}
	if r, err := s.Install(t.Context(), second, root, today); err != nil || !r.Same {
		t.Errorf("the same again: %+v (%v)", r, err)
	}
	damaged := append([]byte{}, packed(t, 3, "Third", 2, root)...)
	damaged[len(damaged)/2] ^= 1
	for name, c := range map[string]struct {
		file []byte
		now  time.Time
		want error
	}{
		"older":      {first, today, bundle.ErrRollback},
		"expired":    {packed(t, 3, "Third", 2, root), beyond, bundle.ErrExpired},
		"damaged":    {damaged, today, bundle.ErrDamaged},
		"a stranger": {packed(t, 3, "Third", 9, rootOf(t, 8, 9)), today, bundle.ErrUntrusted},
	} {
		if _, err := s.Install(t.Context(), c.file, nil, c.now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if got := vendor(t, s); got != "Second" {
			t.Errorf("%s: the database is now %q", name, got)
		}
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir(s.Dir); err != nil || len(files) != 4 { // state, lock, bundle, tables
		t.Errorf("%d files are left: %v (%v)", len(files), files, err)
	}
}

func TestResetKeepsWhatIsPinned(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	root := rootOf(t, 1, 2)
	for _, f := range [][]byte{packed(t, 1, "First", 2, root), packed(t, 2, "Second", 2, root)} {
		if _, err := s.Install(t.Context(), f, root, today); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Reset(t.Context(), false); err != nil || vendor(t, s) != "" {
		t.Fatalf("%v", err)
	}
	if _, err := s.Install(t.Context(), packed(t, 1, "First", 2, root), nil, today); !errors.Is(err, bundle.ErrRollback) {
		t.Errorf("an older one after a reset: %v", err)
	}
	if err := s.Reset(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Install(t.Context(), packed(t, 1, "First", 2, root), nil, today); !errors.Is(err, ErrNoRoot) {
		t.Errorf("after all was forgotten: %v", err)
	}
}

func TestRotationIsPinned(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	first := rootOf(t, 1, 2)
	second, err := bundle.Rotate(first, keys(t, 1), keys(t, 4), keys(t, 5), beyond)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range [][]byte{packed(t, 1, "First", 2, first), packed(t, 2, "Second", 5, first, second)} {
		if _, err := s.Install(t.Context(), f, first, today); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Install(t.Context(), packed(t, 9, "Thief", 2, first), nil, today); !errors.Is(err, bundle.ErrUntrusted) {
		t.Errorf("the old key: %v", err)
	}
	if _, err := s.Install(t.Context(), packed(t, 3, "Third", 5, first, second), rootOf(t, 8, 9), today); err != nil {
		t.Errorf("an older root, handed in again: %v", err)
	}
	third, err := bundle.Rotate(second, keys(t, 4), keys(t, 6), nil, beyond)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Install(t.Context(), packed(t, 4, "Fourth", 5, first, second, third), third, today); !errors.Is(err, bundle.ErrUntrusted) || !strings.Contains(err.Error(), "pinned") {
		t.Errorf("a root handed in over the pinned one: %v", err)
	}
}

func TestOverlaysStack(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	root, theirs, others := rootOf(t, 1, 2), rootOf(t, 3, 4), rootOf(t, 5, 6)
	for _, c := range []struct{ file, root []byte }{
		{laid(t, "be-ccb", "Belgian", 4, theirs), theirs}, {packed(t, 1, "First", 2, root), root}, {laid(t, "nl-ncsc", "Dutch", 6, others), others},
	} {
		if _, err := s.Install(t.Context(), c.file, c.root, today); err != nil {
			t.Fatal(err)
		}
	}
	db, slots, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(slots) != 3 || slots[0].Kind != bundle.Full || slots[1].Authority != "be-ccb" || len(db.Layers()) != 2 {
		t.Errorf("slots %+v", slots)
	}
	if db.Vendor("maker") == nil || db.Vendor("be-ccb-maker") == nil || db.Vendor("nl-ncsc-maker") == nil {
		t.Error("a layer is missing")
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	if _, err := s.Install(t.Context(), unfit(t, 4, theirs), theirs, today); err == nil || !strings.Contains(err.Error(), "does not go with") {
		t.Errorf("an overlay that does not fit: %v", err)
	}
	if _, slots, err := s.Load(); err != nil || len(slots) != 3 {
		t.Errorf("and now: %d slots (%v)", len(slots), err)
	}
}

// TestDamageIsNeverSilent changes every installed file in turn: never is another database used without a word.
func TestDamageIsNeverSilent(t *testing.T) {
	root := rootOf(t, 1, 2)
	file := packed(t, 1, "First", 2, root)
	for _, how := range []struct {
		name   string
		change func(string) error
	}{
		{"gone", os.Remove},
		{"cut", func(f string) error { return os.Truncate(f, 20) }},
		{"empty", func(f string) error { return os.Truncate(f, 0) }},
		{"changed", func(f string) error {
			text, err := os.ReadFile(f)
			if err != nil {
				return err
			}
			text[len(text)/2] ^= 1
			return os.WriteFile(f, text, 0o600)
		}},
	} {
		for _, what := range []string{"*.tables", "*.qdb", stateFile} {
			s := &Store{Dir: t.TempDir()}
			if _, err := s.Install(t.Context(), file, root, today); err != nil {
				t.Fatal(err)
			}
			names, err := filepath.Glob(s.path(what))
			if err != nil || len(names) != 1 {
				t.Fatalf("%v (%v)", names, err)
			}
			if err := how.change(names[0]); err != nil {
				t.Fatal(err)
			}
			db, _, err := s.Load()
			if what == stateFile && how.name == "gone" && !errors.Is(err, ErrDamaged) {
				t.Errorf("the state is gone: %v", err)
			}
			if what == "*.qdb" { // not read at the start
				if err := s.Verify(); !errors.Is(err, ErrDamaged) {
					t.Errorf("%s %s: verified: %v", what, how.name, err)
				}
			} else if what == "*.tables" && !errors.Is(err, ErrDamaged) {
				t.Errorf("%s %s: %v, %v", what, how.name, db, err)
			}
			if what == stateFile && err == nil && vendor(t, s) != "First" {
				t.Errorf("%s %s: another database", what, how.name)
			}
			if what != stateFile {
				if r, err := s.Install(t.Context(), file, nil, today); err != nil || r.Same || s.Verify() != nil {
					t.Errorf("%s %s: installing again does not mend it: %v", what, how.name, err)
				}
			}
		}
	}
}

// TestTheEndInTheMiddle ends an update at each of its steps: the old database stays in use, and the next
// update works.
func TestTheEndInTheMiddle(t *testing.T) {
	root := rootOf(t, 1, 2)
	killed := errors.New("killed")
	steps := 0
	for at := 0; ; at++ {
		s := &Store{Dir: t.TempDir()}
		if _, err := s.Install(t.Context(), packed(t, 1, "First", 2, root), root, today); err != nil {
			t.Fatal(err)
		}
		n := 0
		committed := false
		s.fault = func(step string) error {
			n++
			committed = committed || step == "rename "+stateFile
			if n > at {
				return fmt.Errorf("%w at %s", killed, step)
			}
			return nil
		}
		_, err := s.Install(t.Context(), packed(t, 2, "Second", 2, root), nil, today)
		if err == nil {
			break
		}
		steps++
		if !errors.Is(err, killed) {
			t.Fatal(err)
		}
		want := "First"
		if committed {
			want = "Second"
		}
		if got := vendor(t, s); got != want {
			t.Errorf("ended after %d steps (%v): the database is %q", at, err, got)
		}
		s.fault = nil
		if err := s.Verify(); err != nil {
			t.Errorf("ended after %d steps: %v", at, err)
		}
		if _, err := s.Install(t.Context(), packed(t, 3, "Third", 2, root), nil, today); err != nil || vendor(t, s) != "Third" {
			t.Errorf("ended after %d steps, and then: %v", at, err)
		}
	}
	first := &Store{Dir: t.TempDir(), fault: func(step string) error {
		if step != "create "+stateFile && step != "write "+stateFile && step != "rename "+stateFile {
			return killed
		}
		return nil
	}}
	if _, err := first.Install(t.Context(), packed(t, 1, "First", 2, root), root, today); !errors.Is(err, killed) || vendor(t, first) != "" {
		t.Errorf("the first update, ended in the middle: %v", err)
	}
	if steps != 9 { // three files, each created, written and renamed
		t.Errorf("%d steps", steps)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	root := rootOf(t, 1, 2)
	if _, err := s.Install(t.Context(), packed(t, 1, "Name 1", 2, root), root, today); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := int64(2); n <= 9; n++ {
		file := packed(t, n, fmt.Sprintf("Name %d", n), 2, root)
		wg.Go(func() {
			if _, err := s.Install(t.Context(), file, nil, today); err != nil && !errors.Is(err, bundle.ErrRollback) {
				t.Error(err)
			}
		})
		wg.Go(func() {
			for range 20 {
				if db, _, err := s.Load(); err != nil || db == nil {
					t.Errorf("read meanwhile: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if got := vendor(t, s); got != "Name 9" {
		t.Errorf("the newest is not in use: %q", got)
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	root := rootOf(t, 1, 2)
	if _, err := (&Store{Dir: dir}).Install(t.Context(), packed(t, 1, "First", 2, root), root, today); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	s := &Store{Dir: dir}
	if probe := os.WriteFile(s.path("probe"), nil, 0o600); probe == nil {
		os.Remove(s.path("probe"))
		blocked := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(blocked, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s = &Store{Dir: filepath.Join(blocked, "db")} // root may write anywhere, but not below a file
		if _, err := s.Install(t.Context(), packed(t, 2, "Second", 2, root), root, today); err == nil {
			t.Error("installed below a file")
		}
		return
	}
	if _, err := s.Install(t.Context(), packed(t, 2, "Second", 2, root), nil, today); err == nil || !strings.Contains(err.Error(), "--db-dir") {
		t.Errorf("got %v", err)
	}
	if got := vendor(t, s); got != "First" {
		t.Errorf("got %q", got)
	}
}

func TestAnotherProgramReadsTheBundle(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	root := rootOf(t, 1, 2)
	if _, err := s.Install(t.Context(), packed(t, 1, "First", 2, root), root, today); err != nil {
		t.Fatal(err)
	}
	st, _, err := s.read()
	if err != nil {
		t.Fatal(err)
	}
	other := []byte("QTAB\x01 of a program with other tables")
	st.Slots[0].Installed.Tables = hash(other)
	if err := errors.Join(s.write(hash(other)+".tables", other), s.commit(st)); err != nil {
		t.Fatal(err)
	}
	if got := vendor(t, s); got != "First" {
		t.Errorf("got %q", got)
	}
}

func TestDefaultDir(t *testing.T) {
	abs := func(name string) string { return filepath.Join(t.TempDir(), name) }
	home, data := abs("home"), abs("data")
	for _, c := range []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", map[string]string{"HOME": home}, filepath.Join(home, ".local/share/quaestor/db")},
		{"linux", map[string]string{"HOME": home, "XDG_DATA_HOME": data}, filepath.Join(data, "quaestor/db")},
		{"linux", map[string]string{"HOME": home, "XDG_DATA_HOME": "relative"}, filepath.Join(home, ".local/share/quaestor/db")},
		{"linux", nil, ""},
		{"darwin", map[string]string{"HOME": home}, filepath.Join(home, "Library/Application Support/quaestor/db")},
		{"windows", map[string]string{"LOCALAPPDATA": data}, filepath.Join(data, "quaestor/db")},
	} {
		if got := DefaultDir(c.goos, func(k string) (string, bool) { v, ok := c.env[k]; return v, ok }); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.goos, c.env, got, c.want)
		}
	}
}
