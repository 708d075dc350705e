package pmlist

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// parseCommand recognises a command line, with or without a prompt before it, and reads its flags.
func parseCommand(line string) (Command, bool) {
	at := strings.Index(line, "list packages")
	if at < 0 || !commandStart().MatchString(line[:at]) {
		return Command{}, false
	}
	c := Command{Known: true}
	args := strings.Fields(strings.Trim(line[at+len("list packages"):], `"' `))
	for i, arg := range args {
		switch {
		case arg == "--user" && i+1 < len(args):
			c.User = args[i+1]
		case strings.HasPrefix(arg, "--user="):
			c.User = strings.TrimPrefix(arg, "--user=")
		case arg == "--apex-only":
			c.Apex = true
		case strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--"):
			c.flags(arg[1:])
		case strings.ContainsAny(arg, ">|;&"):
			return c, true
		}
	}
	return c, true
}

func (c *Command) flags(letters string) {
	for _, l := range letters {
		switch l {
		case 's':
			c.System = true
		case '3':
			c.ThirdParty = true
		case 'd':
			c.Disabled = true
		case 'e':
			c.Enabled = true
		case 'u', 'a':
			c.Uninstalled = true
		}
	}
}

var (
	commandStart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:\bpm|\bpackage)\s+$`) })
	prompt       = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:[\w.@:~/\\ -]*[$#>%](?: exit)?|exit|\*+|=+|-+)$`)
	})
)

// isError reports whether the device, the shell or adb says that a listing failed.
func isError(line []byte) bool {
	for _, p := range []string{"Error:", "Error ", "error:", "Failure", "Exception", "java.lang.", "Security exception",
		"cmd: ", "adb: ", "Permission Denial", "Security Exception", "/system/bin/sh:", "Killed", "Can't find service"} {
		if bytes.HasPrefix(line, []byte(p)) {
			return true
		}
	}
	return bytes.Contains(line, []byte("Exception:")) || bytes.Contains(line, []byte("does not have permission to access user")) || bytes.Contains(line, []byte("Exception occurred"))
}

// isNoise reports whether a line is known not to matter: empty prompts, adb's own start-up messages, and the
// frames of a Java stack trace whose first line is already counted as an error.
func isNoise(line []byte) bool {
	return prompt().Match(line) || pager().Match(line) || bytes.HasPrefix(line, []byte("* daemon ")) ||
		bytes.HasPrefix(line, []byte("at ")) && bytes.HasSuffix(line, []byte(")"))
}

// pager is what `more` and `less` leave on the screen.
var pager = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:-- ?[Mm]ore ?--(?: ?\(\d+%\))?|\(END\))$`) })

// Refused reports whether an error message says that a right was missing.
func Refused(message string) bool {
	m := strings.ToLower(message)
	return unanswered(m) || strings.Contains(m, "securityexception") || strings.Contains(m, "security exception") || strings.Contains(m, "permission denial")
}

// unanswered reports whether a message is what remains of a listing that failed: these come from the package
// manager, or from adb before it.
func unanswered(message string) bool {
	m := strings.ToLower(message)
	for _, s := range []string{"permission to access user", "can't find service: package", "error: device ", "error: no devices"} {
		if strings.Contains(m, s) {
			return true
		}
	}
	return false
}

// RefusedUser is the user that a message names, "" when it names none.
func RefusedUser(message string) string {
	if m := refusedUser().FindStringSubmatch(message); m != nil {
		return m[1]
	}
	return ""
}

var refusedUser = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:access|for|as) user (\d{1,9})\b`) })
