package appxmanifest

import (
	"strings"

	"quaestor/scanners/internal/xmlwalk"
)

// ParseBundle reads the manifest of a bundle (AppxBundleManifest.xml), which holds the packages of one app: for the processors that it
// runs on, and in the languages that it speaks. It tells no capabilities; the packages in it do.
func ParseBundle(data []byte) (Manifest, error) {
	var m Manifest
	err := xmlwalk.Walk(data, func(e xmlwalk.Element) {
		if e.Path == "Bundle/Identity" && strings.HasPrefix(e.Space, "http://schemas.microsoft.com/appx/") {
			m.Name, m.Publisher, m.Version = e.Attr("Name"), e.Attr("Publisher"), e.Attr("Version")
		}
	}, func(xmlwalk.Element) {})
	if err == nil && m.Name == "" {
		err = ErrFormat
	}
	return m, err
}
