package installed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/overlay"
)

// ErrNoRoot is returned for the first bundle of an authority when no root is handed in.
var ErrNoRoot = errors.New("no root is trusted yet for this authority")

// ErrFolder is wrapped by errors about the folder itself: nothing is wrong with the bundle.
var ErrFolder = errors.New("the folder of the risk database cannot be written to")

// Result says what an update did.
type Result struct {
	Slot
	Before   *Entry // nil for none
	Same     bool   // this very bundle was installed already
	Accepted int64  // the number that was taken back because the bundle keys were replaced; 0 for none
}

// Check verifies a bundle as [Store.Install] would, and changes nothing.
func (s *Store) Check(file, root []byte, now time.Time) (*bundle.Checked, *riskdb.Tables, error) {
	if s.Dir == "" {
		return s.check(&state{}, file, root, now)
	}
	st, _, err := s.read()
	if err != nil {
		return nil, nil, err
	}
	checked, tables, err := s.check(st, file, root, now)
	if err != nil {
		return nil, nil, err
	}
	_, _, err = s.plan(st, checked, tables, now)
	return checked, tables, err
}

// Pins reports whether a root is trusted for a kind of bundle of an authority.
func (s *Store) Pins(kind bundle.Kind, authority string) bool {
	if s.Dir == "" {
		return false
	}
	st, _, err := s.read()
	return err == nil && st.slot(kind, authority) != nil
}

// Inspect verifies a bundle by a root, or by the pinned one when root is nil, and leaves aside what is
// installed: an older bundle can be looked into.
func (s *Store) Inspect(file, root []byte, now time.Time) (*bundle.Checked, *riskdb.Tables, error) {
	if root == nil && s.Dir != "" {
		info, err := bundle.Peek(file)
		if err != nil {
			return nil, nil, err
		}
		st, _, err := s.read()
		if err != nil {
			return nil, nil, err
		}
		if slot := st.slot(info.Kind, info.Authority); slot != nil {
			root = []byte(slot.Root)
		}
	}
	return s.check(&state{}, file, root, now)
}

func (s *Store) check(st *state, file, root []byte, now time.Time) (*bundle.Checked, *riskdb.Tables, error) {
	info, err := bundle.Peek(file)
	if err != nil {
		return nil, nil, err
	}
	trust := bundle.Trust{Root: root, Tool: s.Tool}
	if slot := st.slot(info.Kind, info.Authority); slot != nil {
		if root != nil && slot.Root != string(root) {
			if err := sameLine(slot, root); err != nil {
				return nil, nil, err
			}
		}
		if slot.Authority != info.Authority {
			return nil, nil, fmt.Errorf("%w: the installed database is published by %q, this one by %q; to change over, run `quaestor db reset --forget` first",
				bundle.ErrUntrusted, slot.Authority, info.Authority)
		}
		trust.Root, trust.Sequence = []byte(slot.Root), slot.Sequence
		if slot.Installed != nil {
			// A damaged file must not keep its successor out: the sequence is compared all the same.
			trust.Previous, _ = s.content(slot.Installed.Bundle, bundle.Extension, bundle.MaxSize)
		}
	}
	if trust.Root == nil {
		return nil, nil, fmt.Errorf("%w: %q; hand in its root, got from the authority by another way than the bundle", ErrNoRoot, info.Authority)
	}
	checked, err := bundle.Check(file, trust, now)
	if err != nil {
		return nil, nil, err
	}
	tables, err := checked.Tables()
	return checked, tables, err
}

// sameLine lets a root be handed in again, and refuses to change to another by the way.
func sameLine(slot *Slot, root []byte) error {
	have, err := bundle.DescribeRoot([]byte(slot.Root))
	if err != nil {
		return err
	}
	given, err := bundle.DescribeRoot(root)
	if err != nil {
		return err
	}
	if given.Version < have.Version { // an older one, as the machine was set up with
		return nil
	}
	return fmt.Errorf("%w: root %d of %q is pinned, and --root is another one (%d); leave --root out, or run `quaestor db reset --forget` first to trust anew",
		bundle.ErrUntrusted, have.Version, slot.Authority, given.Version)
}

// Install verifies a bundle and puts it in use. Root is needed for the first bundle of an authority. On an
// error, or when the context ends before it is in use, nothing has changed.
func (s *Store) Install(ctx context.Context, file, root []byte, now time.Time) (*Result, error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	st, text, err := s.read()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if text == nil { // from now on, a folder without state.json is a damaged one
		if err := s.commit(st); err != nil {
			return nil, err
		}
	}
	checked, tables, err := s.check(st, file, root, now)
	if err != nil {
		return nil, err
	}
	out, fast, err := s.plan(st, checked, tables, now)
	if err != nil || out.Same {
		return out, err
	}
	if err := s.write(out.Installed.Bundle+bundle.Extension, file); err != nil {
		return nil, err
	}
	if err := s.write(out.Installed.Tables+tablesExtension, fast); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return out, s.commit(st)
}

// plan puts a bundle into the state, in memory alone, and reports one that does not go with the others.
func (s *Store) plan(st *state, checked *bundle.Checked, tables *riskdb.Tables, now time.Time) (*Result, []byte, error) {
	fast, err := overlay.Compile(tables)
	if err != nil {
		return nil, nil, err
	}
	slot := st.place(checked.Kind, checked.Authority)
	out := &Result{Before: slot.Installed}
	if b := slot.Installed; b != nil && b.Bundle == checked.FileSHA256 && b.Tables == hash(fast) && s.whole(slot) {
		out.Slot, out.Same = *slot, true
		return out, fast, nil
	}
	if checked.KeysReplaced && checked.Sequence < slot.Sequence {
		out.Accepted, slot.Sequence = slot.Sequence, 0
	}
	slot.Root, slot.Sequence, slot.Installed = string(checked.Root), max(slot.Sequence, checked.Sequence), entryOf(checked, fast, now)
	out.Slot = *slot
	if err := s.fits(st, slot.Installed, string(fast)); err != nil {
		return nil, nil, fmt.Errorf("it does not go with what is installed: %w", err)
	}
	return out, fast, nil
}

// whole reports whether the files of a slot are as they were installed.
func (s *Store) whole(slot *Slot) bool {
	_, a := s.content(slot.Installed.Bundle, bundle.Extension, bundle.MaxSize)
	_, b := s.content(slot.Installed.Tables, tablesExtension, maxTables)
	return a == nil && b == nil
}

func entryOf(c *bundle.Checked, fast []byte, now time.Time) *Entry {
	return &Entry{Title: c.Title, Sequence: c.Sequence, Built: c.Built, Facts: c.Facts, Expires: riskdb.DateOf(c.Expires), Signers: c.Signers,
		Bundle: c.FileSHA256, Tables: hash(fast), Installed: riskdb.DateOf(now)}
}

// Reset takes everything away that is installed, so that the built-in database is used again. Roots and
// sequences stay pinned unless forget is set, so that an older bundle is refused afterwards as before.
func (s *Store) Reset(ctx context.Context, forget bool) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	st, _, err := s.read()
	if err != nil && !forget {
		return fmt.Errorf("%w; `quaestor db reset --forget` takes away what is pinned as well", err)
	}
	if forget {
		st = &state{Format: stateFormat}
	}
	for i := range st.Slots {
		st.Slots[i].Installed = nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.commit(st)
}

// commit replaces the state, and takes away the files that it does not name.
func (s *Store) commit(st *state) error {
	text, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	if err := s.write(stateFile, append(text, '\n')); err != nil {
		return err
	}
	s.sweep(st)
	return nil
}

// sweep takes away what no slot names. What stays, because another process has it open, goes the next time.
func (s *Store) sweep(st *state) {
	keep := map[string]bool{stateFile: true}
	for _, slot := range st.installed() {
		keep[slot.Installed.Bundle+bundle.Extension], keep[slot.Installed.Tables+tablesExtension] = true, true
	}
	files, err := os.ReadDir(s.Dir)
	if err != nil {
		return
	}
	for _, f := range files {
		ours := strings.HasPrefix(f.Name(), tempPrefix) || filepath.Ext(f.Name()) == bundle.Extension || filepath.Ext(f.Name()) == tablesExtension
		if ours && !keep[f.Name()] && f.Type().IsRegular() {
			_ = os.Remove(s.path(f.Name()))
		}
	}
}

const tempPrefix = ".new-"

// write puts a whole file in place, or leaves the old one.
func (s *Store) write(name string, text []byte) error {
	if err := s.replace(name, text); err != nil {
		return fmt.Errorf("%w: %w", ErrFolder, err)
	}
	return nil
}

func (s *Store) replace(name string, text []byte) (err error) {
	if have, err := os.ReadFile(s.path(name)); err == nil && bytes.Equal(have, text) {
		return nil
	}
	f, err := os.CreateTemp(s.Dir, tempPrefix+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := s.at("create " + name); err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = f.Write(text)
	if err = errors.Join(err, s.at("write "+name), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), s.path(name)); err != nil {
		return err
	}
	syncDir(s.Dir)
	return s.at("rename " + name)
}

// syncDir makes a rename last through a loss of power, where the system can.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

func (s *Store) at(step string) error {
	if s.fault == nil {
		return nil
	}
	return s.fault(step)
}
