// Package adb talks to the adb server of this computer, which talks to the Android phones that are plugged in.
//
// The adb server is a part of Android's platform-tools; its protocol is public (OVERVIEW.TXT, SERVICES.TXT and
// SYNC.TXT beside its source). A request is a string with its length in four hexadecimal digits, the answer is OKAY or
// FAIL, and once a phone was chosen and a service of it opened, the connection carries the bytes of that service. This
// package knows the services that read: the shell, in its old form and in the one that keeps standard output, standard
// error and exit code apart, and the file transfer. It writes nothing to a phone, and has no function that could.
//
// A phone, and whatever listens where the server should, is not trusted: every length is checked against a limit
// before memory is taken for it, every wait ends when the context does, when nothing was heard for [Server.Idle], or when
// a message that has begun comes too slowly to be one, and each argument of a command is quoted for the phone's shell.
//
// What the package cannot see: what adb's user may not see, which is every app's private data, and on some phones a
// part of the phone, such as Samsung's Secure Folder. It cannot tell an honest phone from one whose system lies.
package adb

import (
	"errors"
	"fmt"
	"strings"
)

// What can stand in the way of reading a phone. An error of this package wraps one of them where one fits, and says
// what to do next.
var (
	ErrNoServer     = errors.New("no adb server answers")
	ErrServer       = errors.New("the adb server of this computer does not do what it is asked")
	ErrServerSilent = errors.New("the adb server of this computer does not answer")
	ErrNoPhone      = errors.New("no such phone is plugged in")
	ErrAmbiguous    = errors.New("several phones have this serial number")
	ErrUnauthorized = errors.New("the phone has not allowed this computer to read it")
	ErrOffline      = errors.New("the phone is offline")
	ErrGone         = errors.New("the phone was unplugged or its connection broke")
	ErrSilent       = errors.New("the phone does not answer")
	ErrDenied       = errors.New("this computer's user may not use the USB device")
	ErrRefused      = errors.New("the phone refuses this service")
	ErrProtocol     = errors.New("the answer is not in adb's protocol")
	ErrTooLong      = errors.New("the answer is longer than what is read")
)

// next says for each of them what to do.
var next = map[error]string{
	ErrNoServer:     "install Android's platform-tools (Debian and Ubuntu: `apt install adb`; macOS: `brew install android-platform-tools`; Windows: `winget install Google.PlatformTools`) and run `adb start-server`",
	ErrServer:       "restart it: run `adb kill-server`, then `adb start-server`; if it stays so, update Android's platform-tools",
	ErrServerSilent: "restart it: run `adb kill-server`, then `adb start-server`, and see that ANDROID_ADB_SERVER_PORT names adb's own port",
	ErrNoPhone:      "plug it in, unlock it, switch on USB debugging, and see `quaestor devices`",
	ErrAmbiguous:    "plug them in one at a time",
	ErrUnauthorized: "unlock the phone and answer its question \"Allow USB debugging?\" with Allow; if it does not ask, unplug it and plug it in again",
	ErrOffline:      "unlock the phone, unplug it and plug it in again; if it stays offline, run `adb reconnect offline`",
	ErrGone:         "plug the phone in again, leave the cable alone, and scan again",
	ErrSilent:       "unlock the phone, look whether it shows a question, and scan again; if it stays silent, restart it",
	ErrDenied:       "on Linux install the udev rules (Debian and Ubuntu: `apt install android-sdk-platform-tools-common`), join the group plugdev, and plug the phone in again",
	ErrRefused:      "unplug the phone, plug it in again, and scan again",
	ErrProtocol:     "update Android's platform-tools, and see that ANDROID_ADB_SERVER_PORT names adb's own port",
}

// fail wraps one of the errors above with whom it is about, what was heard, and what to do next.
func fail(kind error, who, detail string) error {
	var b strings.Builder
	if who != "" {
		fmt.Fprintf(&b, "%s: ", who)
	}
	if b.WriteString(kind.Error()); detail != "" {
		fmt.Fprintf(&b, " (%s)", detail)
	}
	f := &failure{kind: kind, cause: b.String()}
	if n := next[kind]; n != "" {
		fmt.Fprintf(&b, "; %s", n)
	}
	f.text = b.String()
	return f
}

type failure struct {
	kind  error
	cause string // what happened
	text  string // and what to do
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.kind }

// Cause is what happened, without what to do: for readers who are told that apart, see [Next].
func Cause(err error) string {
	var f *failure
	if errors.As(err, &f) && f.cause != "" && f.text == err.Error() {
		return f.cause
	}
	return err.Error()
}

// Next is what a user can do about an error of this package, or "" when it does not say.
func Next(err error) string {
	for kind, what := range next {
		if errors.Is(err, kind) {
			return strings.ToUpper(what[:1]) + what[1:] + "."
		}
	}
	return ""
}
