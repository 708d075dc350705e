package protoxml

import "strings"

// text makes a string of foreign bytes.
func text(b []byte) string {
	return strings.ToValidUTF8(string(b[:min(len(b), maxString)]), "\uFFFD")
}

// BundleVersion returns the version of the tool that made an app bundle, from its BundleConfig.pb; "" when the file
// does not tell.
func BundleVersion(data []byte) string {
	version := ""
	err := fields(data, func(f field) error {
		if !f.is(1) {
			return nil
		}
		return fields(f.bytes, func(f field) error {
			if f.is(2) {
				version = text(f.bytes)
			}
			return nil
		})
	})
	if err != nil {
		return ""
	}
	return version
}
