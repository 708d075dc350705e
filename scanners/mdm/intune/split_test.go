package intune

import (
	"bytes"
	"testing"

	"quaestor/scanners/internal/csvstream"
)

func TestAppendLower(t *testing.T) {
	for _, text := range []string{"", "5F0C2A10-7B1E", "PARL-PC-00001", "Größe ÄÖÜ", "ΣΊΣΥΦΟΣ", "@[`{", "İ\xff"} {
		if got := appendLower([]byte("before "), []byte(text)); string(got) != "before "+string(bytes.ToLower([]byte(text))) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestTableFields: the fields of a row of a table are kept as those of an element are.
func TestTableFields(t *testing.T) {
	header := []string{"DeviceName", "DeviceId", "Platform", "ApplicationName", "ApplicationVersion", "OSVersion"}
	table := newTable(header, &file{form: appOnOne})
	for _, values := range [][]string{{"PC-1", "id", "Windows", "Edge", "1.2", "10.0"}, {"", "", "", "", "", ""}, {string(bytes.Repeat([]byte("x"), 300)), "ü", "", "WeChat", "", ""}} {
		table.row = csvstream.Row{}
		for _, v := range values {
			table.row.Fields = append(table.row.Fields, []byte(v))
		}
		for _, kind := range []byte{rowDevice, rowProtection, rowApp} {
			got, want := table.fields(nil, kind), row(nil, kind, table.value(fPlatform), table.value)
			if !bytes.Equal(got, want) {
				t.Errorf("%c of %q: %q, want %q", kind, values, got, want)
			}
		}
	}
}
