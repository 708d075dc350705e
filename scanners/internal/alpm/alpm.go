// Package alpm reads what pacman, the package manager of Arch Linux and its kin, notes of one package: the file desc in
// its folder of the local database.
//
// What the package cannot see: which repository a package came from; pacman does not note it.
package alpm

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Local is the folder of the database below a computer's root folder; it holds a folder for each package.
const Local = "var/lib/pacman/local"

// Limits of one file. The largest desc that Arch ships has some 10 kB.
const (
	MaxDesc  = 1 << 20
	maxValue = 4096 // bytes kept of a field
)

// Package is what desc says of a package.
type Package struct {
	Name, Version, Arch string
	Base                string // what it was built from, with others
	URL, Packager       string
	Validation          []string  // how it was checked when it was installed: "pgp", "sha256", "none"
	Installed           time.Time // zero when not told
	Dependency          bool      // installed because another package needs it
	Licences            []string  // as stated
}

// Parse reads the file desc: headings between percent signs, each followed by its values, one on a line, up to an
// empty line.
func Parse(data []byte) (*Package, error) {
	if len(data) > MaxDesc {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(data), MaxDesc)
	}
	p := new(Package)
	heading := ""
	for line := range bytes.Lines(data) {
		switch text := string(bytes.TrimRight(line, "\r\n")); {
		case text == "":
			heading = ""
		case heading == "" && len(text) > 2 && text[0] == '%' && text[len(text)-1] == '%':
			heading = text[1 : len(text)-1]
		default:
			p.set(heading, text[:min(len(text), maxValue)])
		}
	}
	if p.Name == "" || p.Version == "" {
		return nil, fmt.Errorf("the entry of package %q lacks its name or version", p.Name)
	}
	return p, nil
}

const (
	maxValidations = 8
	maxLicences    = 20
)

func (p *Package) set(heading, value string) {
	switch heading {
	case "INSTALLDATE":
		if n, err := strconv.ParseUint(value, 10, 32); err == nil && n > 0 && p.Installed.IsZero() {
			p.Installed = time.Unix(int64(n), 0).UTC()
		}
	case "REASON":
		p.Dependency = value == "1"
	case "VALIDATION":
		if len(p.Validation) < maxValidations {
			p.Validation = append(p.Validation, value)
		}
	case "LICENSE":
		if len(p.Licences) < maxLicences {
			p.Licences = append(p.Licences, value)
		}
	default:
		if dst := p.text(heading); dst != nil && *dst == "" {
			*dst = value
		}
	}
}

func (p *Package) text(heading string) *string {
	switch heading {
	case "NAME":
		return &p.Name
	case "VERSION":
		return &p.Version
	case "ARCH":
		return &p.Arch
	case "BASE":
		return &p.Base
	case "URL":
		return &p.URL
	case "PACKAGER":
		return &p.Packager
	}
	return nil
}

// NameOf is the name of the package in a folder of the database, NAME-VERSION-RELEASE; "" when the name has not that form.
func NameOf(folder string) string {
	for range 2 {
		i := strings.LastIndexByte(folder, '-')
		if i < 1 {
			return ""
		}
		folder = folder[:i]
	}
	return folder
}
