package dumpsys

import (
	"bytes"
	"strings"

	"quaestor/scanners/internal/lines"
)

// Sniff tells which service the first bytes of a file are a dump of: a service's name, "*" for a dump of
// several services with marks, "" when it is none that is read here. The first line that tells decides: an app
// may have written a mark into its own texts further on.
func Sniff(head []byte) string {
	if lines.Binary(head) {
		return ""
	}
	head = lines.Decode(head)
	if bytes.Contains(head[:min(len(head), 1024)], []byte("== dumpstate: ")) {
		return "" // a bug report, which is more than dumps
	}
	for line := range bytes.Lines(head) {
		if line = bytes.TrimRight(lines.Plain(line), "\r\n"); len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if service := sniffLine(string(line)); service != "" {
			return service
		}
	}
	return ""
}

func sniffLine(line string) string {
	text := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(text, "Current Device Policy Manager state"):
		return "device_policy"
	case strings.HasPrefix(text, "ACCESSIBILITY MANAGER (dumpsys accessibility)"):
		return "accessibility"
	case strings.HasPrefix(text, "Current Notification Manager state"):
		return "notification"
	case strings.HasPrefix(text, "UserInfo{"):
		return "user"
	case strings.HasPrefix(text, "Current AppOps Service state:"):
		return "appops"
	case strings.HasPrefix(text, "ROLE STATE (dumpsys role):"):
		return "role"
	}
	switch line {
	case "Database versions:", "Known Packages:", "Verifiers:", "Libraries:", "Activity Resolver Table:", "Key Set Manager:", inPackages:
		return "package"
	}
	switch _, ok := blockHeader(text, "Package ["); {
	case ok:
		return "package"
	case strings.HasPrefix(line, "DUMP OF SERVICE "):
		return "*"
	}
	return ""
}
