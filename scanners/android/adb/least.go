package adb

import (
	"bytes"
	"fmt"
	"slices"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/inventory"
)

// least are the words of which one stands in what every phone from Android 6 on says of a service, also where there is
// nothing to tell. A service that is not among them is judged by what was read of it.
var least = map[string][]string{
	"device_policy":  {"Current Device Policy Manager state"},
	"accessibility":  {"ACCESSIBILITY MANAGER", "User state["},
	"notification":   {"Current Notification Manager state", "otification listeners"},
	"appops":         {"Current AppOps Service state", "Uid "},
	"vpn_management": {"VPNs:"},
	"connectivity":   {"NetworkFactories for", "NetworkProviders for", "Active default network", "Current Networks", "NetworkAgentInfo"},
	"role":           {"ROLE MANAGER STATE", "user_states", "android.app.role."},
}

// minor are the services without which apps, users and privileges are still known: that their dump is not understood does
// not make a scan incomplete.
var minor = []string{"vpn_management", "connectivity", "role"}

// again is what to do about an answer that is none.
const again = "Unlock the phone and scan again; where it stays so, take a bug report and scan that, for the system may have been changed."

// hollow states that an answer holds less than every phone says.
func (e *examination) hollow(a *answer, sum *dumpsys.Summary, path string) {
	if a.err != nil || a.out.Cut || e.told(a, sum) {
		return
	}
	kind := inventory.GapMalformed
	switch isMinor := slices.Contains(minor, a.service); {
	case len(bytes.TrimSpace(a.out.Stdout)) == 0:
		e.emptyAnswer(a, path)
		return
	case isMinor && sum.Denied.Count > 0: // which is said already
		return
	case isMinor:
		kind = inventory.GapUnknownLines
	}
	e.gap(path, kind, fmt.Sprintf("The answer is not what a phone says when it is asked this: %s may be missing. It begins with %q.", a.what, firstLine(a.out.Stdout)), again)
}

// told reports whether an answer holds at least what every phone says.
func (e *examination) told(a *answer, sum *dumpsys.Summary) bool {
	switch a.service {
	case "package":
		return sum.Packages > 0 && sum.Platform
	case "user":
		return len(usersIn(a)) > 0
	}
	return slices.ContainsFunc(least[a.service], func(words string) bool { return bytes.Contains(a.out.Stdout, []byte(words)) })
}

func (e *examination) emptyAnswer(a *answer, path string) {
	detail := fmt.Sprintf("The phone's answer is empty, which it is on no phone: %s is not known.", a.what)
	if said := firstLine(a.out.Stderr); said != "" {
		detail = fmt.Sprintf("The phone did not answer and said %q: %s is not known.", said, a.what)
	}
	e.gap(path, inventory.GapEmpty, detail, again)
}

// emptyProperties states that the properties do not tell which Android it is.
func (e *examination) emptyProperties(a *answer, path string) {
	if len(bytes.TrimSpace(a.out.Stdout)) == 0 {
		e.emptyAnswer(a, path)
		return
	}
	e.gap(path, inventory.GapMalformed, fmt.Sprintf("The properties do not tell which Android the phone has: %s may be missing.", a.what), again)
}

// missing states that the phone says that it has no such service or program.
func (e *examination) missing(a *answer, path string) {
	sdk := e.facts.Device.SDK
	switch {
	case a.since > 0 && (sdk == 0 || sdk < a.since):
	case a.kind == dump && !slices.Contains(minor, a.service), a.kind == properties, a.kind == packageList, a.kind == settings:
		e.gap(path, inventory.GapMalformed, fmt.Sprintf("The phone says that it has no such service, which every phone has: %s is not known.", a.what), again)
	default:
		e.gap(path, inventory.GapBlind, fmt.Sprintf("The phone has no such service: %s is not known.", a.what), "")
	}
}

// noPackages states that a listing names no package. Every user has those of the system.
func (e *examination) noPackages(a *answer, path string) {
	if a.err != nil || a.out.Cut || bytes.HasPrefix(a.out.Stdout, []byte("package:")) || bytes.Contains(a.out.Stdout, []byte("\npackage:")) {
		return
	}
	if !e.awake(a.user) {
		e.gap(path, inventory.GapNotPermitted, fmt.Sprintf("The phone lists no app for user %s, which is not running.", a.user), "Unlock this user or profile with its owner and scan again.")
		return
	}
	e.gap(path, inventory.GapEmpty, fmt.Sprintf("The list names no app, and every user has those of the system: %s are missing, or known from the dump of the package service alone.", a.what), again)
}

// awake reports whether a user runs, as far as the phone tells.
func (e *examination) awake(user string) bool {
	for _, u := range e.facts.Device.Users {
		if u.ID == user {
			return u.State == "running" || u.State == ""
		}
	}
	return true
}
