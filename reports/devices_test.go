package reports

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

func TestDeviceNames(t *testing.T) {
	device := func(name, path, serial string) inventory.Device {
		return inventory.Device{Name: name, Platform: inventory.IOS, Serial: serial, Origins: []inventory.Origin{{Path: path}}}
	}
	for _, c := range []struct {
		devices []inventory.Device
		want    []string
	}{
		{[]inventory.Device{device("apps.json", "case/a/apps.json", ""), device("apps.json", "case/b/apps.json", "")}, []string{"a/apps.json", "b/apps.json"}},
		{[]inventory.Device{device("apps.json", "case/a/x/apps.json", ""), device("apps.json", "case/b/x/apps.json", "")}, []string{"a/x/apps.json", "b/x/apps.json"}},
		{[]inventory.Device{device("apps.json", "case/a/apps.json", ""), device("other.json", "case/b/other.json", "")}, []string{"apps.json", "other.json"}},
		{[]inventory.Device{device("iPhone", "case/a", "S1"), device("iPhone", "case/b", "S2")}, []string{"iPhone", "iPhone"}},
		{[]inventory.Device{device("apps.json", "apps.json", ""), device("apps.json", "apps.json", "")}, []string{"apps.json", "apps.json"}},
	} {
		if got := deviceNames(c.devices); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestUnidentified(t *testing.T) {
	phone := inventory.Device{Platform: inventory.IOS}
	if !unidentified(&phone) {
		t.Error("a phone without a number")
	}
	phone.Properties = map[string]string{"UniqueDeviceID": "x"}
	if unidentified(&phone) || unidentified(&inventory.Device{Platform: inventory.Android, Serial: "x"}) || unidentified(&inventory.Device{Platform: inventory.Linux}) ||
		unidentified(&inventory.Device{Platform: inventory.Android, Management: &inventory.Management{}}) {
		t.Error("one with a number, or a computer")
	}
}
