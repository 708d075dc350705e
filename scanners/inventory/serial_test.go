package inventory

import "testing"

func TestUsableSerial(t *testing.T) {
	for _, filler := range []string{"", "  ", "0", "0000000000", "00:00:00", "XXXXXXX", "xxx-xxx", "N/A", "n.a.", "None", "NULL", "Unknown", "To Be Filled By O.E.M.", "To be filled by O.E.M", "System Serial Number",
		"Default string", "Default_String", "Not Specified", "Not Applicable", "0123456789ABCDEF", "0123456789", "123456789", "1234567890", "...............", "111111111", "ffffffff", "Serial Number", "-", "0x00000000", "INVALID"} {
		if got := UsableSerial(filler); got != "" {
			t.Errorf("%q is taken for a serial number: %q", filler, got)
		}
	}
	for _, serial := range []string{"C02XK0AAJG5H", "PF2ABCDE", "R58M123ABC", "5CD1234XYZ", "1234-5678-9012-3456-7890-1234-56", "VMware-56 4d 8a", "10000001", "01234567890", "F2LX0000N70M", "Parallels-1A 2B", "AB", "Ünï7"} {
		if got := UsableSerial(" " + serial + " "); got != serial {
			t.Errorf("%q became %q", serial, got)
		}
	}
}
