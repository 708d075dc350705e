package installed

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"quaestor/riskdb/bundle"
)

// TestTheLockIsNotWaitedForWithoutEnd holds the lock, as another update does.
func TestTheLockIsNotWaitedForWithoutEnd(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	root := rootOf(t, 1, 2)
	if _, err := s.Install(t.Context(), packed(t, 1, "First", 2, root), root, today); err != nil {
		t.Fatal(err)
	}
	unlock, err := lockedfile.MutexAt(s.path("lock")).Lock()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	second := packed(t, 2, "Second", 2, root)
	if _, err := s.Install(ctx, second, nil, today); !errors.Is(err, context.Canceled) || !errors.Is(err, ErrBusy) {
		t.Errorf("interrupted: %v", err)
	}
	s.wait = time.Millisecond
	if _, err := s.Install(t.Context(), second, nil, today); !errors.Is(err, ErrBusy) || errors.Is(err, context.Canceled) {
		t.Errorf("the other does not end: %v", err)
	}
	if err := s.Reset(t.Context(), true); !errors.Is(err, ErrBusy) {
		t.Errorf("reset: %v", err)
	}
	unlock()
	s.wait = 0
	if got := vendor(t, s); got != "First" {
		t.Errorf("the database is %q", got)
	}
	if _, err := s.Install(t.Context(), second, nil, today); err != nil || vendor(t, s) != "Second" {
		t.Errorf("when the other has ended: %v", err)
	}
}

// TestInterruptedAtEachStep: until the state is replaced, an interruption leaves the old database in use.
func TestInterruptedAtEachStep(t *testing.T) {
	root := rootOf(t, 1, 2)
	for at := 0; ; at++ {
		s := &Store{Dir: t.TempDir()}
		if _, err := s.Install(t.Context(), packed(t, 1, "First", 2, root), root, today); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		s.fault = func(step string) error {
			if step == "create "+stateFile {
				n = -1 << 20 // from here on it is too late
			}
			if n++; n == at+1 {
				cancel()
			}
			return nil
		}
		_, err := s.Install(ctx, packed(t, 2, "Second", 2, root), nil, today)
		ended := ctx.Err() != nil
		cancel()
		if !ended {
			if at < 4 {
				t.Errorf("only %d steps", at)
			}
			break
		}
		if !errors.Is(err, context.Canceled) || vendor(t, s) != "First" {
			t.Errorf("interrupted after %d steps: %v, and the database is %q", at, err, vendor(t, s))
		}
	}
}

// TestTheStateSaysWhatWasSigned changes each thing that state.json says of a bundle: it is not believed.
func TestTheStateSaysWhatWasSigned(t *testing.T) {
	root, other := rootOf(t, 1, 2), rootOf(t, 8, 9)
	for name, change := range map[string]func(*Slot){
		"expires":   func(s *Slot) { s.Installed.Expires = "2099-12-31" },
		"facts":     func(s *Slot) { s.Installed.Facts = "2026-11-21" },
		"built":     func(s *Slot) { s.Installed.Built = "2026-11-23" },
		"sequence":  func(s *Slot) { s.Installed.Sequence, s.Sequence = 99, 99 },
		"title":     func(s *Slot) { s.Installed.Title = "Another" },
		"signers":   func(s *Slot) { s.Installed.Signers = append(s.Installed.Signers, strings.Repeat("0", 64)) },
		"authority": func(s *Slot) { s.Authority = "another" },
		"root":      func(s *Slot) { s.Root = string(other) },
		"lower":     func(s *Slot) { s.Sequence = 1 },
		"higher":    func(s *Slot) { s.Sequence = 4 },
	} {
		s := &Store{Dir: t.TempDir()}
		if _, err := s.Install(t.Context(), packed(t, 3, "First", 2, root), root, today); err != nil {
			t.Fatal(err)
		}
		st, _, err := s.read()
		if err != nil {
			t.Fatal(err)
		}
		change(&st.Slots[0])
		text, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.path(stateFile), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: verified: %v", name, err)
		}
		if _, _, err := s.Load(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: loaded: %v", name, err)
		}
	}
}

// TestWithoutItsState: a folder in which something was installed is damaged without state.json, whatever its name is
// and whichever file is left.
func TestWithoutItsState(t *testing.T) {
	root := rootOf(t, 1, 2)
	folders := []string{"db", "a[b", "[a-z]"}
	if filepath.Separator == '/' {
		folders = append(folders, "a*", `back\slash`)
	}
	for _, folder := range folders {
		for _, left := range []string{bundle.Extension, tablesExtension} {
			s := &Store{Dir: filepath.Join(t.TempDir(), folder)}
			if _, err := s.Install(t.Context(), packed(t, 1, "First", 2, root), root, today); err != nil {
				t.Fatal(err)
			}
			files, err := os.ReadDir(s.Dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				if filepath.Ext(f.Name()) != left {
					if err := os.Remove(s.path(f.Name())); err != nil {
						t.Fatal(err)
					}
				}
			}
			if db, _, err := s.Load(); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s, only *%s left: %v, %v", folder, left, db, err)
			}
			if _, err := s.Install(t.Context(), packed(t, 2, "Second", 2, root), root, today); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s, only *%s left: installed: %v", folder, left, err)
			}
			if err := s.Reset(t.Context(), true); err != nil || vendor(t, s) != "" {
				t.Errorf("%s: reset: %v", folder, err)
			}
		}
	}
}

// TestNewKeysTakeTheNumberBack: a thief's number is remembered until the keys are replaced, and not after.
func TestNewKeysTakeTheNumberBack(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	first := rootOf(t, 1, 2)
	second, err := bundle.Rotate(first, keys(t, 1), nil, keys(t, 5), beyond)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range [][]byte{packed(t, 7, "Rightful", 2, first), packed(t, 9_000_000, "Thief", 2, first)} {
		if _, err := s.Install(t.Context(), f, first, today); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Install(t.Context(), packed(t, 8, "Next", 2, first), nil, today); !errors.Is(err, bundle.ErrRollback) {
		t.Errorf("before: %v", err)
	}
	cure := packed(t, 8, "Cured", 5, first, second)
	if _, _, err := s.Check(cure, nil, today); err != nil {
		t.Errorf("checked: %v", err)
	}
	if r, err := s.Install(t.Context(), cure, nil, today); err != nil || r.Accepted != 9_000_000 || r.Sequence != 8 || vendor(t, s) != "Cured" {
		t.Fatalf("%+v (%v)", r, err)
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	for name, f := range map[string][]byte{"thief": packed(t, 9_000_001, "Thief", 2, first), "older": packed(t, 7, "Back", 5, first, second)} {
		if _, err := s.Install(t.Context(), f, nil, today); err == nil {
			t.Errorf("%s: installed", name)
		}
	}
	if r, err := s.Install(t.Context(), packed(t, 9, "Later", 5, first, second), nil, today); err != nil || r.Accepted != 0 {
		t.Errorf("the next one: %+v (%v)", r, err)
	}
}

// TestCheckIsWhatInstallDoes gives bundles to both.
func TestCheckIsWhatInstallDoes(t *testing.T) {
	root := rootOf(t, 1, 2)
	odd := unfit(t, 2, root)
	for name, file := range map[string][]byte{
		"newer": packed(t, 6, "Newer", 2, root), "same": packed(t, 5, "First", 2, root), "older": packed(t, 4, "Older", 2, root),
		"far": packed(t, 6+bundle.MaxLeap, "Far", 2, root), "stranger": packed(t, 6, "Stranger", 9, rootOf(t, 8, 9)), "does not fit": odd,
	} {
		s := &Store{Dir: t.TempDir()}
		if _, err := s.Install(t.Context(), packed(t, 5, "First", 2, root), root, today); err != nil {
			t.Fatal(err)
		}
		_, _, checked := s.Check(file, root, today)
		_, installed := s.Install(t.Context(), file, root, today)
		if (checked == nil) != (installed == nil) || (checked != nil && checked.Error() != installed.Error()) {
			t.Errorf("%s: checked %v, installed %v", name, checked, installed)
		}
		if (installed == nil) != (name == "newer" || name == "same") {
			t.Errorf("%s: %v", name, installed)
		}
	}
}
