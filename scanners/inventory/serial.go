package inventory

import "strings"

// fillers are what makers, virtual machines and management systems write where there is no serial number, in lower case and without
// spaces and punctuation.
var fillers = map[string]bool{
	"none": true, "null": true, "nil": true, "na": true, "nan": true, "unknown": true, "undefined": true, "unspecified": true, "invalid": true, "empty": true, "missing": true, "default": true, "test": true,
	"notavailable": true, "notspecified": true, "notapplicable": true, "notset": true, "notprovided": true, "notpresent": true, "notknown": true, "noserial": true, "noserialnumber": true, "noasset": true,
	"defaultstring": true, "tobefilledbyoem": true, "tobefilled": true, "oem": true, "filledbyoem": true, "systemserialnumber": true, "systemserial": true, "serialnumber": true, "serial": true,
	"chassisserialnumber": true, "baseboardserialnumber": true, "sernum": true, "sn": true, "snserialnumber": true, "assetserialnumber": true, "virtualmachine": true,
	"12345": true, "123456": true, "1234567": true, "12345678": true, "123456789": true, "1234567890": true, "01234567": true, "012345678": true, "0123456789": true, "9876543210": true, "0987654321": true,
	"0123456789abcdef": true, "123456789abcdef": true, "0123456789abcde": true, "abcdef": true, "abcdefgh": true, "abc123": true,
}

// UsableSerial gives a serial number that tells a device from others, and "" for what is written where there is none: "N/A", "To be
// filled by O.E.M.", a single character again and again.
func UsableSerial(text string) string {
	text = strings.TrimSpace(text)
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f {
			b.WriteRune(r)
		}
	}
	bare := b.String()
	switch {
	case fillers[bare], fillers[strings.TrimPrefix(bare, "0x")], strings.Trim(bare, "0x") == "", len(bare) == 1 && bare[0] <= '9', len(bare) > 1 && strings.Trim(bare, bare[:1]) == "":
		return ""
	}
	return Text(text)
}
