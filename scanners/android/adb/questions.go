package adb

import (
	"bytes"
	"strings"
)

// question is a command that only reads, and what its answer is.
type question struct {
	argv []string
	// other, if set, is asked when the phone does not know an option of argv.
	other []string
	kind  kind
	// service is the one that a dump is of; user and namespace are those of a listing or of settings.
	service, user, namespace string
	// what is missing when there is no answer, for readers.
	what string
	// since is the level of Android's interfaces that first had the service, 0 for all that are read here.
	since int
}

// kind says how an answer is read.
type kind int

const (
	properties kind = iota
	dump
	packageList
	settings
	rootBinaries
	authorities
)

func service(name, what string, since int) question {
	return question{argv: []string{"dumpsys", name}, kind: dump, service: name, what: what, since: since}
}

// whole are the questions about the phone as a whole, in the order in which the answers are read: where two tell of the
// same thing, the first stands. It is that of an androidqf folder.
func whole() []question {
	return []question{
		{argv: []string{"getprop"}, kind: properties, what: "maker, model, version and patch level"},
		service("package", "permissions, users, versions and times of the apps", 0),
		service("device_policy", "device owner, profile owners and device administrators", 0),
		service("accessibility", "accessibility services that are switched on", 0),
		service("notification", "apps that read notifications", 0),
		service("vpn_management", "the app that is chosen for a VPN", 31),
		service("connectivity", "a VPN that is connected", 0),
		service("appops", "special access that was given in the settings", 0),
		service("role", "the apps for calls, messages, web pages and the home screen", 29),
		{argv: []string{"settings", "list", "global"}, kind: settings, user: "0", namespace: "global", what: "developer options, adb over the network, proxy and DNS"},
		{argv: append([]string{"ls", "-d"}, roots...), kind: rootBinaries, what: "programs that root a phone"},
	}
}

// users are the questions of which the answers tell who is asked about next; the second is for phones that do not answer
// the first.
func users() []question {
	return []question{
		service("user", "the users of the phone", 0),
		{argv: []string{"pm", "list", "users"}, kind: dump, service: "user", what: "the users of the phone"},
	}
}

// ofUser are the questions about one user of the phone.
func ofUser(user string) []question {
	list := []string{"pm", "list", "packages", "-f", "-i"}
	return []question{
		{argv: append(list[:len(list):len(list)], "-U", "--show-versioncode", "--user", user), other: append(list[:len(list):len(list)], "--user", user),
			kind: packageList, user: user, what: "the apps of user " + user},
		{argv: []string{"settings", "list", "--user", user, "secure"}, kind: settings, user: user, namespace: "secure",
			what: "keyboard, assistant, always-on VPN and the services switched on of user " + user},
		{argv: []string{"ls", "/data/misc/user/" + user + "/cacerts-added"}, kind: authorities, user: user,
			what: "certificate authorities that user " + user + " installed"},
	}
}

// roots are the places of the program that gives an app the rights of the system.
var roots = []string{"/system/bin/su", "/system/xbin/su", "/system/sbin/su", "/sbin/su", "/vendor/bin/su", "/product/bin/su", "/system_ext/bin/su",
	"/su/bin/su", "/data/local/su", "/data/local/bin/su", "/data/local/xbin/su", "/debug_ramdisk/su", "/system/app/Superuser.apk"}

// path is the question as readers see where a fact was found.
func (q *question) path(name string) string { return name + "!" + strings.Join(q.argv, " ") }

// text is what a phone says when it does not do what it was asked.
func (a *answer) text() string {
	var b strings.Builder
	for _, s := range [][]byte{a.out.Stderr, a.out.Stdout[:min(len(a.out.Stdout), 2000)]} {
		b.Write(bytes.TrimSpace(s))
		b.WriteByte('\n')
	}
	return b.String()
}

// unknownOption reports whether the phone does not know an option of the command.
func (a *answer) unknownOption() bool {
	return a.out != nil && len(a.out.Stdout) < 2000 && (strings.Contains(a.text(), "nknown option") || strings.Contains(a.text(), "Unknown command"))
}

// absent reports whether the phone has no such service or program.
func (a *answer) absent() bool {
	if a.out.Exit == 127 {
		return true
	}
	return len(a.out.Stdout) < 2000 && strings.Contains(a.text(), "Can't find service")
}
