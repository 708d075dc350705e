package appledevice

import (
	"cmp"
	"strconv"
	"strings"
)

// OS is the name and version of a device's system, by its model and by what a management system states: "iOS", "iPadOS 17.6",
// "iOS-iPadOS", or nothing. The system of iPads has a name of its own from version 13 on; before that it is iOS. A name that no system of
// phones has is kept.
func OS(stated, model, version string) (name, number string) {
	number = strings.TrimSpace(version)
	stated, inName := apart(stated)
	if before, after := apart(number); before != "" && after != "" {
		stated, number = cmp.Or(stated, before), after
	}
	number = cmp.Or(number, inName)
	name = System(model)
	switch {
	case name != "":
	case strings.EqualFold(stated, "iPadOS"), strings.EqualFold(stated, "iPad"):
		name = "iPadOS"
	case stated == "" || phones[strings.ToLower(stated)]:
		name = "iOS"
	default:
		name = stated
	}
	if major, _, _ := strings.Cut(number, "."); name == "iPadOS" {
		if n, err := strconv.Atoi(major); err == nil && n < 13 {
			name = "iOS"
		}
	}
	return name, number
}

// phones are the names that management systems give the systems of iPhones and iPads.
var phones = map[string]bool{"ios": true, "ipados": true, "ios-ipados": true, "ios/ipados": true, "ios_ipados": true, "iphoneos": true, "iphone": true, "ipad": true, "apple": true}

// apart takes the name of such a system and a version after it apart. Any other text is a name.
func apart(text string) (name, version string) {
	text = strings.TrimSpace(text)
	word, rest, ok := strings.Cut(text, " ")
	if rest = strings.TrimSpace(rest); ok && phones[strings.ToLower(word)] && rest != "" && '0' <= rest[0] && rest[0] <= '9' {
		return word, rest
	}
	return text, ""
}
