package sbom

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"quaestor/scanners/inventory"
)

// maxTagLine is the most bytes of a line.
const maxTagLine = 1 << 20

// isTags recognises SPDX as tag-value: the version stands first, but for comments.
func isTags(head []byte) bool {
	for line := range bytes.Lines(head) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		return bytes.HasPrefix(line, []byte("SPDXVersion: SPDX-"))
	}
	return false
}

// tagFile is SPDX as tag-value that is being read.
type tagFile struct {
	*reading
	document *document
	item     *item
	section  string // of a file or a snippet: not read
}

func (r *reading) tags(text io.Reader) error {
	f := &tagFile{reading: r, document: newDocument()}
	s := bufio.NewScanner(text)
	s.Buffer(make([]byte, 64<<10), maxTagLine)
	long := 0 // line in which a text began that has not ended
	for n := 1; s.Scan(); n++ {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		line := strings.TrimSpace(s.Text())
		if long > 0 {
			if strings.Contains(line, "</text>") {
				long = 0
			}
			continue
		}
		tag, value, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		if value = strings.TrimSpace(value); strings.HasPrefix(value, "<text>") && !strings.Contains(value, "</text>") {
			long = n
			continue
		}
		if err := f.tag(tag, value, n); err != nil {
			return err
		}
	}
	if long > 0 {
		f.gap(inventory.GapMalformed, fmt.Sprintf("A text that begins in line %d never ends: what follows was not read.", long), "Make the SBOM again.")
	}
	f.done()
	err := f.finish(f.document)
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line is longer than %d bytes", maxTagLine)
	}
	return errors.Join(err, s.Err())
}

// done ends the package that is being read.
func (f *tagFile) done() {
	if f.item != nil {
		f.document.add(*f.item)
	}
	f.item = nil
}

// tag takes one line.
func (f *tagFile) tag(tag, value string, line int) error {
	d := f.document
	switch tag {
	case "SPDXVersion":
		f.done()
		err := f.finish(d) // a file may hold several
		f.document = newDocument()
		f.document.format, f.section = value, ""
		return err
	case "PackageName":
		f.done()
		f.item, f.section = &item{name: value, line: line}, ""
	case "FileName", "SnippetSPDXID", "LicenseID":
		f.done()
		f.section = tag
	case "DocumentName":
		d.name = value
	case "Created":
		d.madeAt(value)
	case "Relationship":
		if words := strings.Fields(value); len(words) >= 3 {
			d.relation(words[0], words[1], words[2])
		}
	default:
		if f.item != nil && f.section == "" {
			f.item.tag(tag, value)
		}
	}
	return nil
}

// tag takes a line about a package.
func (it *item) tag(tag, value string) {
	switch tag {
	case "SPDXID":
		it.ref = value
	case "PackageVersion":
		it.version = value
	case "PackageSupplier":
		it.maker = agent(value)
	case "PackageOriginator":
		if it.maker == "" {
			it.maker = agent(value)
		}
	case "PrimaryPackagePurpose":
		it.kind = value
	case "PackageChecksum":
		if sum, ok := strings.CutPrefix(value, "SHA256:"); ok {
			it.sha256 = digest(sum)
		}
	case "ExternalRef":
		if words := strings.Fields(value); len(words) == 3 && isPURL(words[1]) && it.purl == "" {
			it.purl = words[2]
		}
	}
}
