package jsbundle

import (
	"bytes"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/endpoints"
)

// A Parts reads a file part by part that is too large to be in memory whole.
type Parts struct {
	Name   string
	To     *endpoints.Collector
	Tables bool // the file has tables that need it whole; it is searched as it is

	began, binary bool
}

// Read takes the next part and tells whether a further one is needed.
func (p *Parts) Read(part []byte) (found []components.Found, more bool) {
	if !p.began {
		p.began = true
		if !hasTables(part) && gameData(p.Name) { // only its beginning says something
			return engine(p.Name, part), false
		}
		p.Tables = hasTables(part)
		p.binary = endpoints.IsBinary(part)
	}
	p.To.AddPart(part, p.Name, p.binary)
	if !p.Tables && script(p.Name) {
		found = banners(p.Name, part)
	}
	return found, true
}

func hasTables(head []byte) bool {
	for _, magic := range [][]byte{hermesMagic, metadataMagic, []byte("XALZ"), []byte("XABA")} {
		if bytes.HasPrefix(head, magic) {
			return true
		}
	}
	return false
}
