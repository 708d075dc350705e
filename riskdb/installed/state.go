package installed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/internal/lazyregexp"
)

// ErrDamaged is wrapped by errors about an installed database that is not as it was installed.
var ErrDamaged = errors.New("the installed risk database is damaged")

// state is what state.json holds.
type state struct {
	Format int    `json:"format"`
	Slots  []Slot `json:"slots"` // the whole database first, then overlays as they were installed
}

const (
	stateFile   = "state.json"
	stateFormat = 1
	maxState    = 4 << 20
	maxTables   = 256 << 20

	tablesExtension = ".tables"
)

// Slot is the place of one authority's bundle: what is trusted, and what is installed.
type Slot struct {
	Kind      bundle.Kind `json:"kind"`
	Authority string      `json:"authority"`
	Root      string      `json:"root"`     // metadata that is trusted
	Sequence  int64       `json:"sequence"` // the highest that was accepted, since the bundle keys were replaced
	Installed *Entry      `json:"installed,omitempty"`
}

// Entry is an installed bundle.
type Entry struct {
	Title     string      `json:"title,omitempty"`
	Sequence  int64       `json:"sequence"`  // number of the bundle; it rises with each of an authority
	Built     riskdb.Date `json:"built"`     // the day it was made
	Facts     riskdb.Date `json:"facts"`     // the day its facts were last researched
	Expires   riskdb.Date `json:"expires"`   // the last day on which its signers want it relied on
	Signers   []string    `json:"signers"`   // IDs of the bundle keys
	Bundle    string      `json:"bundle"`    // SHA-256 of the file
	Tables    string      `json:"tables"`    // SHA-256 of the tables in the form that is read fast
	Installed riskdb.Date `json:"installed"` // the day
}

var digest = lazyregexp.New(`^[0-9a-f]{64}$`)

// read gives the state, and the text it was read from; an empty one when nothing was ever installed.
func (s *Store) read() (*state, []byte, error) {
	text, err := readFile(s.path(stateFile), maxState)
	if errors.Is(err, fs.ErrNotExist) {
		if err := s.empty(); err != nil {
			return nil, nil, err
		}
		return &state{Format: stateFormat}, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	st := &state{}
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(st); err != nil {
		return nil, text, fmt.Errorf("%w: %s: %w", ErrDamaged, s.path(stateFile), err)
	}
	if st.Format != stateFormat {
		return nil, text, fmt.Errorf("%w: %s has the format %d, this program reads %d", ErrDamaged, s.path(stateFile), st.Format, stateFormat)
	}
	return st, text, st.check(s.path(stateFile))
}

// empty reports a folder in which something was installed. Without its state it is damaged: to take the built-in
// database in its place would give other answers without a word.
func (s *Store) empty() error {
	files, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for _, f := range files {
		if e := filepath.Ext(f.Name()); e == bundle.Extension || e == tablesExtension {
			return fmt.Errorf("%w: %s is gone, and %s is there; start anew with `quaestor db reset --forget`", ErrDamaged, s.path(stateFile), f.Name())
		}
	}
	return nil
}

func (st *state) check(name string) error {
	for i, slot := range st.Slots {
		if e := slot.Installed; e != nil && (!digest.MatchString(e.Bundle) || !digest.MatchString(e.Tables)) {
			return fmt.Errorf("%w: %s: slot %d names no digest", ErrDamaged, name, i)
		}
		if (slot.Kind == bundle.Full && i > 0) || slot.Root == "" || slot.Sequence < 1 {
			return fmt.Errorf("%w: %s: slot %d is out of place", ErrDamaged, name, i)
		}
	}
	return nil
}

// slot finds the place of a kind and authority; there is one for a whole database, whoever publishes it.
func (st *state) slot(kind bundle.Kind, authority string) *Slot {
	for i := range st.Slots {
		if st.Slots[i].Kind == kind && (kind == bundle.Full || st.Slots[i].Authority == authority) {
			return &st.Slots[i]
		}
	}
	return nil
}

// place finds or makes it.
func (st *state) place(kind bundle.Kind, authority string) *Slot {
	if slot := st.slot(kind, authority); slot != nil {
		return slot
	}
	slot := Slot{Kind: kind, Authority: authority}
	if kind == bundle.Full {
		st.Slots = append([]Slot{slot}, st.Slots...)
		return &st.Slots[0]
	}
	st.Slots = append(st.Slots, slot)
	return &st.Slots[len(st.Slots)-1]
}

// readFile reads a whole file of at most limit bytes.
func readFile(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return text, err
}

func (s *Store) path(name string) string { return filepath.Join(s.Dir, name) }
