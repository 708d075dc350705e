package software

import (
	"encoding/xml"
	"strings"

	"quaestor/scanners/internal/components"
)

// nuget reads the description of a package of NuGet, which lies at the top of its archive, or in the folder that it was unpacked to.
func (w *work) nuget(t *tree) {
	for _, name := range t.suffixed(".nuspec") {
		text, err := t.read(name)
		if err != nil {
			w.unread(t.place+name, err)
			continue
		}
		var spec struct {
			Metadata struct {
				ID      string `xml:"id"`
				Version string `xml:"version"`
				Authors string `xml:"authors"`
				Licence struct {
					Type string `xml:"type,attr"`
					Text string `xml:",chardata"`
				} `xml:"license"`
			} `xml:"metadata"`
		}
		if err := xml.Unmarshal(text, &spec); err != nil {
			w.malformed(t.place+name, err)
			continue
		}
		m := spec.Metadata
		m.ID, m.Version = strings.TrimSpace(m.ID), strings.TrimSpace(m.Version)
		if !components.Name(m.ID) || !components.Version(m.Version) { // a form that a build fills in
			continue
		}
		found := Found{PURL: purl("nuget", "", m.ID, m.Version), Name: m.ID, Version: m.Version, Basis: Metadata}
		if m.Licence.Type == "expression" {
			found.Licences = licences(m.Licence.Text)
		}
		w.add(t, found, name)
		if !strings.Contains(name, "/") {
			w.about(about{rank: rankPackage, name: m.ID, version: m.Version, maker: m.Authors, file: t.place + name})
		}
	}
}
