package dumpsys

import (
	"bytes"
	"strconv"
	"strings"
)

// maxOps is the most app ops that are handed over of one dump. A phone with a thousand apps has some ten thousand.
const maxOps = 500_000

// Op is how the system decides about an operation of an app, apart from its permissions.
type Op struct {
	User    string // of the device
	AppID   int    // of the user identity that it holds for
	Package string // "" when it holds for all packages of that identity
	Name    string // "SYSTEM_ALERT_WINDOW"
	Mode    string // "allow", "ignore", "deny", "default" or "foreground"
	Line    int
}

// appOps reads `dumpsys appops`.
type appOps struct {
	h     *Handler
	sum   *Summary
	on    bool // inside the part of a user identity
	user  string
	appID int
	pkg   string
	n     int
}

func (a *appOps) line(line []byte, number int) error {
	text := bytes.TrimSpace(line)
	if len(text) == 0 {
		return nil
	}
	switch indent := bytes.IndexByte(line, text[0]); {
	case indent <= 2:
		a.user, a.appID, a.on = uidIn(string(text))
		a.pkg = ""
	case !a.on:
	case indent <= 4:
		if name, ok := bytes.CutPrefix(text, []byte("Package ")); ok {
			a.pkg = string(bytes.TrimSuffix(name, []byte(":")))
		}
	case indent <= 6:
		if name, mode, ok := opIn(string(text)); ok {
			a.add(Op{User: a.user, AppID: a.appID, Package: a.pkg, Name: name, Mode: mode, Line: number})
		}
	}
	return nil
}

func (a *appOps) add(op Op) {
	if a.n++; a.n > maxOps {
		a.sum.Overflow++
		return
	}
	if a.h.Op != nil {
		a.h.Op(op)
	}
}

func (a *appOps) end(bool) error { return nil }

// uidIn reads "Uid u0a103:", which is how the platform writes 10103, "Uid u10s1000:" or "Uid 1000:".
func uidIn(text string) (user string, appID int, ok bool) {
	name, ok := strings.CutPrefix(text, "Uid ")
	name, end := strings.CutSuffix(name, ":")
	if !ok || !end || name == "" {
		return "", 0, false
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 {
		return strconv.Itoa(n / perUser), n % perUser, true
	}
	rest, ok := strings.CutPrefix(name, "u")
	at := strings.IndexAny(rest, "as")
	if !ok || at <= 0 || at > 9 {
		return "", 0, false
	}
	if _, err := strconv.Atoi(rest[:at]); err != nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(rest[at+1:])
	if rest[at] == 'a' {
		n += firstApp
	}
	return rest[:at], n, err == nil && n >= 0 && n < perUser
}

// The platform makes a uid of the user's number and the app's.
const (
	perUser  = 100_000
	firstApp = 10_000
)

// opIn reads "CAMERA (allow):", "CAMERA (allow / switch CAMERA=ignore): " and, for all packages of an identity and in old
// versions, "CAMERA: mode=allow; time=…".
func opIn(text string) (name, mode string, ok bool) {
	end := strings.IndexAny(text, " :")
	if end <= 0 || strings.Trim(text[:end], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != "" {
		return "", "", false
	}
	name, rest := text[:end], text[end:]
	switch {
	case strings.HasPrefix(rest, " ("):
		mode = rest[2:]
	case strings.HasPrefix(rest, ": mode="):
		mode = rest[len(": mode="):]
	default:
		return "", "", false
	}
	if at := strings.IndexAny(mode, " /);"); at >= 0 {
		mode = mode[:at]
	}
	if n, err := strconv.Atoi(mode); err == nil && n >= 0 && n < len(opModes) {
		mode = opModes[n]
	}
	return name, mode, mode != ""
}

// opModes are the modes by the number that old versions print.
var opModes = []string{"allow", "ignore", "deny", "default", "foreground"}
