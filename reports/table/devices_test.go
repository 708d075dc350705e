package table

import (
	"bytes"
	"strings"
	"testing"

	"quaestor/reports"
)

// TestPerhapsOne: phones that are told only by the file that was read may be one.
func TestPerhapsOne(t *testing.T) {
	known, unknown := reports.Device{ID: "a", Platform: "ios"}, reports.Device{ID: "b", Platform: "ios", Unidentified: true}
	other := reports.Device{ID: "c", Platform: "android", Unidentified: true}
	for _, c := range []struct {
		name    string
		devices []reports.Device
		says    string
	}{
		{"one of two", []reports.Device{known, unknown}, "1 of 2 iOS devices are told only by the file"},
		{"two", []reports.Device{unknown, unknown}, "2 of 2 iOS devices are told only by the file"},
		{"one alone", []reports.Device{unknown}, ""},
		{"both known", []reports.Device{known, known}, ""},
		{"of two platforms", []reports.Device{unknown, other}, ""},
	} {
		var b bytes.Buffer
		if err := (Writer{}).Write(&b, &reports.Report{Devices: c.devices}, reports.Options{Width: 140}); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		if !strings.Contains(text, c.says) || strings.Contains(text, "may be one device") != (c.says != "") {
			t.Errorf("%s: %s", c.name, text)
		}
	}
}
