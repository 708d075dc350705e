// Package appxmanifest reads the manifest of a packaged app of Windows (AppxManifest.xml of MSIX and APPX): what it is, who
// published it, and which capabilities it asks for.
//
// What the package cannot see: texts that stand in a resource file (a name "ms-resource:…" is returned as none); whether
// the package is signed, which Windows asks before it installs one.
package appxmanifest

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/xmlwalk"
)

// Limits of one manifest.
const (
	maxCapabilities = 1000
	maxApplications = 200
)

// Manifest is what a package says of itself.
type Manifest struct {
	Name         string // of the package, the first part of its family name
	Publisher    string // distinguished name of its certificate: "CN=…, O=…"
	Version      string
	Arch         string // "x64", "x86", "arm64", "neutral"
	DisplayName  string
	Maker        string // the publisher's name as it is shown
	Framework    bool   // a library for other packages
	Resource     bool   // texts and pictures of another package
	Programs     []string
	Capabilities []Capability
}

// Capability is something that a package asks for.
type Capability struct {
	Name string
	// Restricted capabilities are those that the store gives to few, such as "runFullTrust": the program runs
	// with all rights of its user.
	Restricted bool
	Device     bool // a device, such as "microphone"
}

// ErrFormat is that a document is no manifest.
var ErrFormat = errors.New("this is not the manifest of a packaged app")

// Looks reports whether a file begins as a manifest does.
func Looks(head []byte) bool {
	text := lines.Decode(head[:min(len(head), 8192)])
	return bytes.Contains(text, []byte("<Package")) && bytes.Contains(text, []byte("http://schemas.microsoft.com/appx/"))
}

// Parse reads a manifest. What was read before an error is returned beside it.
func Parse(data []byte) (Manifest, error) {
	var m Manifest
	err := xmlwalk.Walk(data, m.begin, m.end)
	if err == nil && m.Name == "" {
		err = ErrFormat
	}
	slices.SortFunc(m.Capabilities, func(a, b Capability) int { return cmp.Compare(a.Name, b.Name) })
	m.Capabilities = slices.CompactFunc(m.Capabilities, func(a, b Capability) bool { return a.Name == b.Name })
	return m, err
}

func (m *Manifest) begin(e xmlwalk.Element) {
	switch e.Path {
	case "Package/Identity":
		if !strings.HasPrefix(e.Space, "http://schemas.microsoft.com/appx/") {
			return
		}
		m.Name, m.Publisher, m.Version, m.Arch = e.Attr("Name"), e.Attr("Publisher"), e.Attr("Version"), strings.ToLower(e.Attr("ProcessorArchitecture"))
	case "Package/Applications/Application":
		if program := e.Attr("Executable"); program != "" && len(m.Programs) < maxApplications {
			m.Programs = append(m.Programs, strings.ReplaceAll(program, `\`, "/"))
		}
	case "Package/Capabilities/Capability", "Package/Capabilities/DeviceCapability", "Package/Capabilities/CustomCapability":
		name := e.Attr("Name")
		if name == "" || len(m.Capabilities) == maxCapabilities {
			return
		}
		m.Capabilities = append(m.Capabilities, Capability{Name: name, Restricted: strings.HasSuffix(e.Space, "/restrictedcapabilities"), Device: e.Name() == "DeviceCapability"})
	}
}

func (m *Manifest) end(e xmlwalk.Element) {
	switch e.Path {
	case "Package/Properties/DisplayName":
		m.DisplayName = written(e.Text)
	case "Package/Properties/PublisherDisplayName":
		m.Maker = written(e.Text)
	case "Package/Properties/Framework":
		m.Framework = e.Text == "true"
	case "Package/Properties/ResourcePackage":
		m.Resource = e.Text == "true"
	}
}

// written leaves out a text that stands elsewhere.
func written(text string) string {
	if strings.HasPrefix(strings.ToLower(text), "ms-resource:") {
		return ""
	}
	return text
}
