package adbsim

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Levels of Android's interfaces at which `pm list packages` learned an option.
var pmSince = map[string]int{"-f": 1, "-d": 1, "-e": 1, "-s": 1, "-3": 1, "-i": 1, "-u": 1, "-l": 1, "-a": 24, "-U": 26,
	"--show-versioncode": 28, "--apex-only": 29, "--user": 17, "--uid": 26, "--match-libraries": 31}

// packageManager answers pm and cmd package as far as they list.
func (p *Phone) packageManager(argv []string, out *bytes.Buffer) (Answer, bool) {
	switch {
	case argv[0] == "pm":
		argv = argv[1:]
	case len(argv) > 1 && argv[0] == "cmd" && argv[1] == "package" && p.SDK() >= 24:
		argv = argv[2:]
	default:
		return Answer{}, false
	}
	switch {
	case len(argv) > 1 && argv[0] == "list" && strings.HasPrefix("packages", argv[1]) && argv[1] != "p":
		return p.listPackages(argv[2:], out), true
	case len(argv) == 2 && argv[0] == "list" && argv[1] == "users":
		out.WriteString("Users:\n")
		for _, u := range p.Users {
			running := ""
			if u.ID == 0 || !u.Closed {
				running = " running"
			}
			fmt.Fprintf(out, "\tUserInfo{%d:%s:%s}%s\n", u.ID, u.Name, u.Flags, running)
		}
		return Answer{}, true
	case len(argv) > 1 && argv[0] == "path":
		return p.path(argv[1:], out), true
	}
	return Answer{}, false
}

// path answers `pm path [--user N] PACKAGE`.
func (p *Phone) path(argv []string, out *bytes.Buffer) Answer {
	user := 0
	if len(argv) == 3 && argv[0] == "--user" {
		user, _ = strconv.Atoi(argv[1])
		argv = argv[2:]
	}
	a := p.app(argv[0])
	if a == nil || !a.Users[user].Installed {
		return Answer{Exit: 1}
	}
	for _, f := range a.files() {
		fmt.Fprintf(out, "package:%s\n", f)
	}
	return Answer{}
}

type listOptions struct {
	flags  map[string]bool
	user   int // -1: all
	filter string
}

func (p *Phone) listOptions(argv []string) (o listOptions, problem string) {
	o = listOptions{flags: map[string]bool{}, user: 0}
	if p.SDK() >= 33 {
		o.user = -1
	}
	for i := 0; i < len(argv); i++ {
		since, known := pmSince[argv[i]]
		switch {
		case !strings.HasPrefix(argv[i], "-"):
			o.filter = argv[i]
		case !known || p.SDK() < since:
			return o, "Error: Unknown option: " + argv[i] + "\n"
		case argv[i] == "--user":
			if i++; i == len(argv) {
				return o, "Error: Argument expected after \"--user\"\n"
			}
			if argv[i] == "all" {
				o.user = -1
			} else if o.user, _ = strconv.Atoi(argv[i]); p.closed(o.user) {
				return o, fmt.Sprintf("Error: java.lang.SecurityException: Shell does not have permission to access user %d\n", o.user)
			}
		default:
			o.flags[argv[i]] = true
		}
	}
	return o, ""
}

func (p *Phone) closed(user int) bool {
	return slices.ContainsFunc(p.Users, func(u User) bool { return u.ID == user && u.Closed })
}

func (p *Phone) listPackages(argv []string, out *bytes.Buffer) Answer {
	o, problem := p.listOptions(argv)
	if problem != "" {
		return Answer{Stdout: problem, Exit: 255}
	}
	for _, a := range p.Apps {
		if users := p.listedFor(a, o); len(users) > 0 && !o.flags["--apex-only"] {
			p.listLine(a, o, users, out)
		}
	}
	return Answer{}
}

// listedFor is for which users an app is listed, under the options.
func (p *Phone) listedFor(a *App, o listOptions) []int {
	if o.flags["-s"] && !a.System || o.flags["-3"] && a.System || !strings.Contains(a.Name, o.filter) {
		return nil
	}
	var users []int
	for id, s := range a.Users {
		disabled := s.Enabled >= 2
		if o.user >= 0 && id != o.user || p.closed(id) || !s.Installed && !o.flags["-u"] || o.flags["-d"] && !disabled || o.flags["-e"] && disabled {
			continue
		}
		users = append(users, id)
	}
	slices.Sort(users)
	return users
}

func (p *Phone) listLine(a *App, o listOptions, users []int, out *bytes.Buffer) {
	out.WriteString("package:")
	if o.flags["-f"] {
		fmt.Fprintf(out, "%s=", a.files()[0])
	}
	out.WriteString(a.Name)
	if o.flags["--show-versioncode"] {
		fmt.Fprintf(out, " versionCode:%d", a.Code)
	}
	if o.flags["-i"] {
		fmt.Fprintf(out, "  installer=%s", orNull(a.Installer))
	}
	if o.flags["-U"] {
		var uids []string
		for _, u := range users {
			uids = append(uids, strconv.Itoa(u*100000+a.UID))
		}
		fmt.Fprintf(out, " uid:%s", strings.Join(uids, ","))
	}
	out.WriteByte('\n')
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}
