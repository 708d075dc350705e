// Package mapped reads exports of systems that have no scanner of their own, by mappings: files that say which column of a CSV, or
// which member of a JSON document, tells what. Some come with the program (folder maps), and their exports are recognised by their
// columns alone; for everything else its user writes one, `quaestor scan --map FILE`. scanners/README.md has an example.
//
// What the package cannot see: whether a mapping means what the export means, and whatever the export leaves out.
package mapped

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"

	"quaestor/scanners"
	"quaestor/scanners/internal/mapping"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name, Kind the prefix of targets that go through a mapping.
const (
	ID   = "mdm/mapped"
	Kind = "map"
)

// File is a mapping file, for the schema of it.
type File = mapping.File

//go:embed maps/*.yaml
var files embed.FS

// shipped are the mappings that come with the program.
var shipped = sync.OnceValue(func() []*mapping.Map { return mapping.All(files) })

type scanner struct {
	own  *mapping.Map // its user's, nil when there is none
	used *atomic.Bool // own was
}

// New returns the scanner with the mappings that come with the program.
func New() scanners.Scanner { return scanner{} }

// Own is a mapping of the user's.
type Own struct {
	mapping *mapping.Map
	used    atomic.Bool
}

// Parse reads a mapping file, which is called name.
func Parse(name string, text []byte) (*Own, error) {
	m, err := mapping.Parse(name, text)
	if err != nil {
		return nil, err
	}
	return &Own{mapping: m}, nil
}

// Used reports whether a file was read by it.
func (o *Own) Used() bool { return o.used.Load() }

// With gives the mapping to the scanner of mappings in a list. The list itself stays as it is.
func (o *Own) With(list []scanners.Scanner) []scanners.Scanner {
	out := make([]scanners.Scanner, 0, len(list))
	for _, s := range list {
		if _, ok := s.(scanner); ok {
			s = scanner{own: o.mapping, used: &o.used}
		}
		out = append(out, s)
	}
	return out
}

// Info implements [scanners.Scanner].
func (s scanner) Info() scanners.Info {
	info := scanners.Info{ID: ID, Kind: Kind, Title: "exports of other systems, by a mapping",
		Reads: []string{"CSV and JSON of any system, by a mapping of yours (--map)",
			"Microsoft Defender for Endpoint: DeviceTvmSoftwareInventory and the export of the software inventory",
			"Configuration Manager: add/remove programs; Wazuh: packages of agents; GLPI: software on computers; Lansweeper: software on assets"},
		CannotSee: []string{"Devices, apps and columns that the export leaves out.", "Whether a mapping means what the export means."},
		Platforms: scanners.Platforms(),
	}
	if s.own != nil {
		info.CannotSee = append(info.CannotSee, s.own.CannotSee()...)
	}
	return info
}

// Recognise implements [scanners.Scanner]. With a mapping of the user's, an export is taken that it does not fit, to be refused with what
// the export has.
func (s scanner) Recognise(src *source.Source) bool {
	if src.IsDir() || src.IsZip() {
		return false
	}
	head := textstream.Head(src)
	switch {
	case len(head) == 0:
		return false
	case s.own != nil && src.Kind() == Kind:
		return true
	case mapping.Find(shipped(), head) != nil, s.own != nil && s.own.Fits(head):
		return true
	}
	top := filepath.ToSlash(src.Target().Path) == src.Name()
	return s.own != nil && mapping.Exported(head) && (top || mapping.Named(src.Base()))
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}

// Split implements [scanners.Fleet].
func (s scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	var list []mapping.Export
	for _, src := range srcs {
		head := textstream.Head(src)
		m := mapping.Find(shipped(), head)
		if s.own != nil && (m == nil || src.Kind() == Kind || s.own.Fits(head)) {
			m = s.own
			s.used.Store(true)
		}
		if m == nil {
			return nil, fmt.Errorf("no mapping fits the export %q", src.Base())
		}
		list = append(list, mapping.Export{Source: src, Map: m})
	}
	return mapping.Split(ctx, ID, list, emit)
}

// Describe implements [scanners.Describer].
func (s scanner) Describe(src *source.Source) (what, next string) {
	return describe(src, bytes.Clone(src.Head()))
}
