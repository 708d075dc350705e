package software

import (
	"compress/zlib"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"io"
)

// Limits of the list of crates in a program. Real ones take some kilobytes.
const (
	maxAudit       = 1 << 20
	maxAuditedJSON = 8 << 20
)

// audited reports whether a program holds a list of crates, https://github.com/rust-secure-code/cargo-auditable, that is
// safe to be read: syft's reader unpacks it without a limit. The name of the program itself is noted.
func (w *work) audited(t *tree, name string) bool {
	f, err := t.open(name, maxExecutable)
	if err != nil {
		return false
	}
	defer f.Close()
	packed := auditSection(f)
	if packed == nil {
		return false
	}
	z, err := zlib.NewReader(io.LimitReader(packed, maxAudit))
	if err != nil {
		w.malformed(t.place+name, err)
		return false
	}
	text, err := io.ReadAll(io.LimitReader(z, maxAuditedJSON+1))
	var list struct {
		Packages []struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			Root    bool   `json:"root"`
		} `json:"packages"`
	}
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil || len(text) > maxAuditedJSON {
		w.malformed(t.place+name, errAudit)
		return false
	}
	for _, p := range list.Packages {
		if p.Root {
			w.about(about{rank: rankProgram, name: p.Name, version: p.Version, file: t.place + name})
		}
	}
	return true
}

// auditSection is the section of a program that holds the list, nil where there is none.
func auditSection(r io.ReaderAt) (section io.Reader) {
	defer func() {
		if recover() != nil { // of a program that is none
			section = nil
		}
	}()
	if f, err := elf.NewFile(r); err == nil {
		if s := f.Section(".dep-v0"); s != nil && s.Size <= maxAudit {
			return s.Open()
		}
		return nil
	}
	if f, err := pe.NewFile(r); err == nil {
		if s := f.Section(".dep-v0"); s != nil && s.Size <= maxAudit {
			return s.Open()
		}
		return nil
	}
	if f, err := macho.NewFile(r); err == nil {
		if s := f.Section(".dep-v0"); s != nil && s.Size <= maxAudit {
			return s.Open()
		}
	}
	return nil
}
