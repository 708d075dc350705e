package main

import (
	"strings"
	"testing"

	"quaestor/reports/documents"
)

// That no phone is plugged in is said of those alone that could be asked for.
func TestNoDevices(t *testing.T) {
	for want, reached := range map[string][2]bool{
		"No phone is plugged in.":         {true, true},
		"No Android phone is plugged in.": {true, false},
		"No iPhone is plugged in.":        {false, true},
		"Android phones cannot be listed": {false, false},
	} {
		var out strings.Builder
		writeDevices(Env{Stdout: &out}, documents.Devices{Services: []documents.Service{
			{Name: "adb", Phones: "Android phones", Reached: reached[0], Problem: "no adb"}, {Name: "usbmuxd", Phones: "iPhones", Reached: reached[1], Problem: "no usbmuxd"}}})
		if got := out.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
