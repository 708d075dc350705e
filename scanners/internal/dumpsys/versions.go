package dumpsys

import (
	"strconv"
	"strings"
)

// versions reads the section "Database versions:" of the package service, which names the system that wrote the database.
// What it says of the internal storage counts: that of a card may be of another phone.
type versions struct {
	system System
	volume string // the heading that the lines stand under
	told   bool
}

func (v *versions) line(text string) {
	if text == "Internal:" || text == "External:" || strings.HasPrefix(text, "UUID ") || text == "SDK Version:" || text == "DB Version:" {
		v.volume = text
		return
	}
	switch v.volume {
	case "Internal:":
		v.internal(text)
	case "SDK Version:": // Android 5 and older: "Internal: 19 External: 19"
		if rest, ok := strings.CutPrefix(text, "Internal: "); ok {
			first, _, _ := strings.Cut(rest, " ")
			v.sdk(first)
		}
	}
}

func (v *versions) internal(text string) {
	if value, ok := strings.CutPrefix(text, "fingerprint="); ok && v.system.Fingerprint == "" {
		v.system.Fingerprint = value
		return
	}
	for field := range strings.FieldsSeq(text) {
		if value, ok := strings.CutPrefix(field, "sdkVersion="); ok {
			v.sdk(value)
		}
	}
}

// maxSDK is above every API level that there is, and far below what stands for a version in development.
const maxSDK = 1000

func (v *versions) sdk(value string) {
	if n, err := strconv.Atoi(value); err == nil && n > 0 && n < maxSDK && v.system.SDK == 0 {
		v.system.SDK = n
	}
}

// tell hands over what was read, once.
func (v *versions) tell(to func(System)) {
	if v.told || to == nil || v.system == (System{}) {
		return
	}
	v.told = true
	to(v.system)
}
