package installed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/overlay"
)

// Store is the folder of a machine or a user.
type Store struct {
	Dir  string
	Tool string // the version of this program, for bundles that need a newer one

	fault func(step string) error // lets a test end an update in the middle
	wait  time.Duration           // how long a test waits for the lock
}

// Slots lists what is trusted and installed, the whole database first.
func (s *Store) Slots() ([]Slot, error) {
	st, _, err := s.read()
	if err != nil {
		return nil, err
	}
	return st.Slots, nil
}

// maxRetries limits how many updates may end while one reader reads.
const maxRetries = 1000

// Load reads the installed database, or overlays upon the built-in one. It returns nil when nothing is
// installed. An installed database that cannot be used is an error, never the built-in one instead.
func (s *Store) Load() (*riskdb.DB, []Slot, error) {
	for tries := 0; ; tries++ {
		st, text, err := s.read()
		if err != nil {
			return nil, nil, err
		}
		db, err := s.signedStack(st)
		if err == nil {
			return db, st.installed(), nil
		}
		// An update that ended meanwhile has taken the files away that this state names. Each retry stands for an
		// update that ended, so that the limit is met by a folder that is rewritten without end and nothing else.
		if _, now, again := s.read(); again != nil || bytes.Equal(now, text) || tries == maxRetries {
			return nil, st.installed(), err
		}
	}
}

func (st *state) installed() []Slot {
	var out []Slot
	for _, slot := range st.Slots {
		if slot.Installed != nil {
			out = append(out, slot)
		}
	}
	return out
}

// signedStack reads the base and lays the overlays on it, from a state that says of its bundles what their signers
// do; nil when there is neither.
func (s *Store) signedStack(st *state) (*riskdb.DB, error) {
	for _, slot := range st.installed() {
		if _, err := s.signed(&slot); err != nil {
			return nil, err
		}
	}
	base, overlays, err := s.parts(st, nil, "")
	if err != nil || len(overlays) == 0 {
		return base, err
	}
	db, err := riskdb.Stack(base, overlays...)
	if err != nil {
		return nil, fmt.Errorf("the installed overlays do not fit the risk database: %w", err)
	}
	return db, nil
}

// parts reads the base, which is the built-in one where only overlays are installed, and the overlays. The tables of
// one entry may be handed in, before they are written.
func (s *Store) parts(st *state, fresh *Entry, freshText string) (*riskdb.DB, []riskdb.Tables, error) {
	var base *riskdb.DB
	var overlays []riskdb.Tables
	for _, slot := range st.installed() {
		text, err := freshText, error(nil)
		if slot.Installed != fresh {
			text, err = s.tables(&slot)
		}
		if err != nil {
			return nil, nil, err
		}
		if slot.Kind == bundle.Full {
			if base, err = riskdb.Decode(text); err != nil {
				return nil, nil, s.damaged(&slot, err)
			}
			if of := base.Version().Date; of != slot.Installed.Facts {
				return nil, nil, s.damaged(&slot, fmt.Errorf("its tables are of %q, and its bundle is of %q", of, slot.Installed.Facts))
			}
			continue
		}
		t, err := overlay.Decode(text)
		if err != nil {
			return nil, nil, s.damaged(&slot, err)
		}
		overlays = append(overlays, t)
	}
	if base == nil && len(overlays) > 0 {
		var err error
		if base, err = riskdb.Load(); err != nil {
			return nil, nil, err
		}
	}
	return base, overlays, nil
}

// tables reads the fast form of a slot. After an update of the program its tables may have another form; they
// are then made again from the bundle, whose signatures are checked for that.
func (s *Store) tables(slot *Slot) (string, error) {
	text, err := s.content(slot.Installed.Tables, tablesExtension, maxTables)
	if err != nil {
		return "", s.damaged(slot, err)
	}
	if riskdb.Readable(string(text)) {
		return string(text), nil
	}
	_, fast, err := s.fromBundle(slot)
	return string(fast), err
}

// fromBundle checks the installed bundle anew, and makes the fast form of its tables.
func (s *Store) fromBundle(slot *Slot) (*bundle.Checked, []byte, error) {
	checked, err := s.signed(slot)
	if err != nil {
		return nil, nil, err
	}
	tables, err := checked.Tables()
	if err != nil {
		return nil, nil, s.damaged(slot, err)
	}
	fast, err := overlay.Compile(tables)
	return checked, fast, err
}

// signed checks the signatures of an installed bundle by the pinned root, and that state.json says of it what its
// signers do: until when it may be relied on is told from there. The database is not unpacked.
func (s *Store) signed(slot *Slot) (*bundle.Checked, error) {
	file, err := s.content(slot.Installed.Bundle, bundle.Extension, bundle.MaxSize)
	if err != nil {
		return nil, s.damaged(slot, err)
	}
	checked, err := bundle.Check(file, bundle.Trust{Root: []byte(slot.Root), Tool: s.Tool}, time.Time{})
	if err != nil {
		return nil, s.damaged(slot, err)
	}
	if err := slot.says(checked); err != nil {
		return nil, s.damaged(slot, fmt.Errorf("%s: %w", s.path(stateFile), err))
	}
	return checked, nil
}

// says reports what a slot says otherwise than its signed bundle.
func (slot *Slot) says(c *bundle.Checked) error {
	e := slot.Installed
	for _, f := range []struct{ name, here, signed string }{
		{"kind", string(slot.Kind), string(c.Kind)},
		{"authority", slot.Authority, c.Authority},
		{"root", slot.Root, string(c.Root)},
		{"title", e.Title, c.Title},
		{"sequence", fmt.Sprint(e.Sequence), fmt.Sprint(c.Sequence)},
		{"built", string(e.Built), string(c.Built)},
		{"facts", string(e.Facts), string(c.Facts)},
		{"expires", string(e.Expires), string(riskdb.DateOf(c.Expires))},
		{"signers", strings.Join(e.Signers, " "), strings.Join(c.Signers, " ")},
	} {
		if f.here != f.signed {
			return fmt.Errorf("%s is %.80q, and %.80q was signed", f.name, f.here, f.signed)
		}
	}
	if slot.Sequence != c.Sequence {
		return fmt.Errorf("%d is the last sequence that was accepted, and %d is installed", slot.Sequence, c.Sequence)
	}
	return nil
}

// Verify does what [Store.Load] does, and checks that the fast form of the tables is made from the signed bundle. Expiry is left aside; it was judged when the bundle was installed.
func (s *Store) Verify() error {
	st, _, err := s.read()
	if err != nil {
		return err
	}
	for _, slot := range st.installed() {
		_, fast, err := s.fromBundle(&slot)
		if err != nil {
			return err
		}
		text, err := s.content(slot.Installed.Tables, tablesExtension, maxTables)
		if err != nil {
			return s.damaged(&slot, err)
		}
		if riskdb.Readable(string(text)) && !bytes.Equal(text, fast) {
			return s.damaged(&slot, errors.New("its tables are not those of its bundle"))
		}
	}
	return nil
}

func (s *Store) damaged(slot *Slot, err error) error {
	return fmt.Errorf("%w: %s of %q in %s: %w; install its bundle again with `quaestor db update`, or go back to the built-in one with `quaestor db reset`",
		ErrDamaged, slot.Kind, slot.Authority, s.Dir, err)
}

// content reads a file that is named by its digest.
func (s *Store) content(sum, extension string, limit int64) ([]byte, error) {
	text, err := readFile(s.path(sum+extension), limit)
	if err != nil {
		return nil, err
	}
	if hash(text) != sum {
		return nil, fmt.Errorf("%s was changed", sum[:12]+extension)
	}
	return text, nil
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
