package adbsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// User is a user or profile of the phone. In a record it is a line "ID FLAGS TYPE NAME", flags in hexadecimal; a
// minus sign before the id says that the shell may not look into it.
type User struct {
	ID     int
	Flags  string
	Type   string // such as android.os.usertype.profile.MANAGED
	Name   string
	Closed bool // the shell may not look into it
}

func (p *Phone) addUser(line string) error {
	w := strings.SplitN(line, " ", 4)
	if len(w) != 4 {
		return fmt.Errorf("not ID FLAGS TYPE NAME")
	}
	closed := strings.HasPrefix(w[0], "-")
	id, err := strconv.Atoi(strings.TrimPrefix(w[0], "-"))
	if err != nil {
		return err
	}
	p.Users = append(p.Users, User{ID: id, Flags: w[1], Type: w[2], Name: w[3], Closed: closed})
	return nil
}

// App is an installed package. In a record it is a line "NAME KEY=VALUE …" with the keys of [appKeys].
type App struct {
	Name      string
	Path      string // its folder, or its only file
	Version   string
	Code      int64
	MinSDK    int
	TargetSDK int
	UID       int // in user 0
	Installer string
	Initiated string // who asked for it to be installed
	System    bool
	Debug     bool
	Users     map[int]UserState
	Requested []string
	Install   []string        // permissions granted at installation
	Runtime   map[string]bool // permissions the user decides on, and what was decided
	Splits    []string
	First     string // time of installation, as the phone prints it
	Updated   string
}

// UserState is an app for one user.
type UserState struct {
	Installed bool
	Enabled   int // 0 default, 2 disabled, 3 disabled by the user
	Hidden    bool
	Suspended bool
}

// appKeys are the keys of an app's line in a record.
var appKeys = map[string]func(a *App, value string) error{
	"path":      func(a *App, v string) error { a.Path = v; return nil },
	"version":   func(a *App, v string) error { a.Version = v; return nil },
	"code":      func(a *App, v string) (err error) { a.Code, err = strconv.ParseInt(v, 10, 64); return err },
	"min":       func(a *App, v string) (err error) { a.MinSDK, err = strconv.Atoi(v); return err },
	"target":    func(a *App, v string) (err error) { a.TargetSDK, err = strconv.Atoi(v); return err },
	"uid":       func(a *App, v string) (err error) { a.UID, err = strconv.Atoi(v); return err },
	"installer": func(a *App, v string) error { a.Installer = v; return nil },
	"initiated": func(a *App, v string) error { a.Initiated = v; return nil },
	"system":    func(a *App, v string) error { a.System = true; return nil },
	"debug":     func(a *App, v string) error { a.Debug = true; return nil },
	"users":     (*App).setUsers,
	"install":   func(a *App, v string) error { a.Install = permissions(v); return nil },
	"allowed":   func(a *App, v string) error { return a.decided(v, true) },
	"denied":    func(a *App, v string) error { return a.decided(v, false) },
	"splits":    func(a *App, v string) error { a.Splits = strings.Split(v, ","); return nil },
	"first":     func(a *App, v string) error { a.First = strings.Replace(v, "T", " ", 1); return nil },
	"updated":   func(a *App, v string) error { a.Updated = strings.Replace(v, "T", " ", 1); return nil },
}

// permissions reads "INTERNET,com.example.OWN": a name without a dot is Android's.
func permissions(v string) []string {
	names := strings.Split(v, ",")
	for i, n := range names {
		if !strings.Contains(n, ".") {
			names[i] = "android.permission." + n
		}
	}
	return names
}

func (a *App) decided(v string, granted bool) error {
	for _, n := range permissions(v) {
		a.Runtime[n] = granted
	}
	return nil
}

// setUsers reads "0,10:disabled,150:absent".
func (a *App) setUsers(v string) error {
	clear(a.Users)
	for _, one := range strings.Split(v, ",") {
		id, state, _ := strings.Cut(one, ":")
		n, err := strconv.Atoi(id)
		if err != nil {
			return err
		}
		s := UserState{Installed: true}
		switch state {
		case "":
		case "disabled":
			s.Enabled = 3
		case "absent":
			s.Installed = false
		case "hidden":
			s.Hidden = true
		case "suspended":
			s.Suspended = true
		default:
			return fmt.Errorf("unknown state %q", state)
		}
		a.Users[n] = s
	}
	return nil
}

func (p *Phone) addApp(line string) error {
	w := strings.Fields(line)
	a := &App{Name: w[0], UID: 10050 + len(p.Apps), MinSDK: 21, Code: 1, Version: "1.0",
		Users: map[int]UserState{0: {Installed: true}}, Runtime: map[string]bool{},
		First: "2023-03-01 10:00:00", Updated: "2024-04-02 11:30:00"}
	for _, field := range w[1:] {
		key, value, _ := strings.Cut(field, "=")
		set := appKeys[key]
		if set == nil {
			return fmt.Errorf("unknown key %q", key)
		}
		if err := set(a, value); err != nil {
			return err
		}
	}
	p.Apps = append(p.Apps, a)
	return nil
}

// AddApps installs n more apps for user 0, each with an APK of its own name to pull.
func (p *Phone) AddApps(n int) {
	when := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	for i := range n {
		name := fmt.Sprintf("org.example.generated.app%04d", i)
		a := &App{Name: name, Path: "/data/app/" + name + "-1", Version: fmt.Sprintf("%d.%d.0", 1+i%9, i%30), Code: int64(100 + i),
			MinSDK: 21, TargetSDK: 30 + i%6, UID: 11000 + i, Installer: "com.android.vending", Initiated: "com.android.vending",
			Users:   map[int]UserState{0: {Installed: true}},
			Install: permissions("INTERNET,ACCESS_NETWORK_STATE,WAKE_LOCK,FOREGROUND_SERVICE,RECEIVE_BOOT_COMPLETED"),
			Runtime: map[string]bool{"android.permission.CAMERA": i%2 == 0, "android.permission.ACCESS_FINE_LOCATION": i%3 == 0},
			First:   "2023-03-01 10:00:00", Updated: "2024-04-02 11:30:00"}
		p.Apps = append(p.Apps, a)
		file := a.files()[0]
		p.Files[file] = &File{Path: file, Mode: 0o644, Time: when, From: "plain.apk"}
	}
}

// files are the APKs of an app, the base first.
func (a *App) files() []string {
	if strings.HasSuffix(a.Path, ".apk") {
		return []string{a.Path}
	}
	base := "base.apk"
	if a.System {
		base = a.Path[strings.LastIndexByte(a.Path, '/')+1:] + ".apk"
	}
	out := []string{a.Path + "/" + base}
	for _, s := range a.Splits {
		out = append(out, a.Path+"/split_"+s+".apk")
	}
	return out
}

func (a *App) requested() []string {
	out := slices.Concat(a.Requested, a.Install)
	for n := range a.Runtime {
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *Phone) app(name string) *App {
	for _, a := range p.Apps {
		if a.Name == name {
			return a
		}
	}
	return nil
}
