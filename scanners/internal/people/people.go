// Package people takes what names persons out of texts: e-mail addresses, account names in the paths of homes, telephone numbers, and the
// numbers of phones, SIM cards and network cards (IMEI, ICCID, MAC address).
//
// What stands in its place says that something was there. The domain of an address stays, and so does everything else: names of apps, versions,
// units such as getty@tty1.service. Cost is one pass over the bytes for a text that has nothing of all this.
//
// What the package cannot see: names of persons and accounts in free text, telephone numbers without a country, numbers written in other ways.
package people

import (
	"regexp"
	"slices"
	"strings"
)

// Anyone stands for what was taken out.
const Anyone = "…"

// What the bytes of a text make it worth to look for.
const (
	address = 1 << iota
	plus
	slash
	pair
)

var signs = [256]uint8{'@': address, '%': address | slash, '+': plus, '/': slash, '\\': slash, ':': pair, '-': pair}

// Hide returns the text without persons: the same string where there is nothing to take out.
func Hide(s string) string {
	if len(s) < len("a@b.cd") {
		return s
	}
	seen, digits, row, longest := uint8(0), 0, 0, 0
	for i := range len(s) {
		c := s[i]
		seen |= signs[c]
		if row++; c-'0' >= 10 {
			row = 0
			continue
		}
		digits++
		longest = max(longest, row)
	}
	if seen&slash != 0 {
		s = withoutHomes(s)
	}
	if seen&address != 0 {
		s = withoutAddresses(s)
	}
	if seen&plus != 0 && digits >= minPhone {
		s = phone.ReplaceAllString(s, "${1}"+Anyone)
	}
	if seen&pair != 0 {
		s = withoutMACs(s)
	}
	if digits >= imeiDigits && longest >= imeiGroup {
		s = apart(s, imei, isIMEI)
		s = apart(s, iccid, isICCID)
	}
	return s
}

// Homes returns the text without the names of those whose homes its paths lie in, and with everything else.
func Homes(s string) string {
	if strings.ContainsAny(s, `/\%`) {
		return withoutHomes(s)
	}
	return s
}

// mail is an e-mail address, with all that an account of a tenant may have before its sign.
var mail = regexp.MustCompile(`[\p{L}\p{N}._%+'#&=~!-]+?(?:@|%40)([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(\p{L}{2,}|xn--[a-z0-9-]+))`)

// notDomains end what looks like an address and is a file or a unit of systemd. None of them is a top-level domain.
var notDomains = []string{"service", "socket", "timer", "mount", "automount", "swap", "path", "target", "slice", "scope", "device", "xpi", "exe", "dll", "plist", "conf", "json", "xml", "txt", "log", "jar", "html", "js", "png", "jpg", "svg", "desktop"}

func withoutAddresses(s string) string {
	return replace(s, mail, func(m []string) string {
		if slices.Contains(notDomains, strings.ToLower(m[2])) {
			return m[0]
		}
		return Anyone + "@" + m[1]
	})
}

// home is a path that begins in the home of an account: on this or another computer, on another volume, in a URL of a file.
var home = regexp.MustCompile(`(?i)(^|[^\p{L}\p{N}_./\\%])(` +
	`(?:\\{1,2}[?.]\\{1,2})?(?:/?[a-z]:|file:/+(?:localhost)?(?:/?[a-z]:)?|%[a-z]+%|/(?:var|export|usr|private|data|mnt/[^/\s]+|mnt|volumes/[^/]+|system/volumes/data)|\\{1,2}device\\{1,2}harddiskvolume\d+|\\{1,4}[\w.$-]+)?` +
	`(?:/|\\{1,2})(?:users|documents and settings|dokumente und einstellungen|home)(?:/|\\{1,2}|%2f|%5c))([^\\/";)\r\n]+)`)

// folders hold the homes of accounts.
var folders = []string{"users", "home", "documents and settings", "dokumente und einstellungen"}

// homely reports whether such a folder is in a path.
func homely(s string) bool {
	for i := range len(s) - 1 {
		switch {
		case s[i] != '/' && s[i] != '\\':
			continue
		case s[i+1]|0x20 != 'u' && s[i+1]|0x20 != 'h' && s[i+1]|0x20 != 'd':
			continue
		}
		for _, folder := range folders {
			if rest := s[i+1:]; len(rest) > len(folder) && strings.EqualFold(rest[:len(folder)], folder) {
				return true
			}
		}
	}
	return false
}

// ofNobody are folders beside the homes of accounts.
var ofNobody = []string{"public", "shared", "default", "all users", "default user", "guest", "linuxbrew", "$user", "%username%", "*", Anyone}

func withoutHomes(s string) string {
	if !homely(s) {
		return s
	}
	return replace(s, home, func(m []string) string {
		if slices.Contains(ofNobody, strings.ToLower(m[3])) {
			return m[0]
		}
		return m[1] + m[2] + Anyone
	})
}

// replace replaces what the expression finds by what with makes of its groups.
func replace(s string, expression *regexp.Regexp, with func([]string) string) string {
	found := expression.FindAllStringSubmatchIndex(s, -1)
	if found == nil {
		return s
	}
	var b strings.Builder
	last := 0
	for _, at := range found {
		groups := make([]string, 0, len(at)/2)
		for i := 0; i < len(at); i += 2 {
			if at[i] < 0 {
				groups = append(groups, "")
				continue
			}
			groups = append(groups, s[at[i]:at[i+1]])
		}
		b.WriteString(s[last:at[0]])
		b.WriteString(with(groups))
		last = at[1]
	}
	b.WriteString(s[last:])
	return b.String()
}
