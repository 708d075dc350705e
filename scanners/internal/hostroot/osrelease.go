package hostroot

import "strings"

// maxReleaseLines is far above any real os-release, which has about a dozen lines.
const maxReleaseLines = 1000

// ParseOSRelease reads the fields of an os-release file: assignments in shell syntax, without expansion.
// Lines that are none are left out.
func ParseOSRelease(data []byte) map[string]string {
	fields := make(map[string]string)
	for i, line := range strings.Split(string(data), "\n") {
		if i == maxReleaseLines {
			break
		}
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || !isReleaseKey(key) {
			continue
		}
		fields[key] = unquote(strings.TrimSpace(value))
	}
	return fields
}

func isReleaseKey(s string) bool {
	for _, r := range s {
		if r != '_' && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// unquote undoes shell quoting of one word: '…' is literal, in "…" and outside of quotes a backslash
// protects the next character.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		return s[1 : len(s)-1]
	}
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
