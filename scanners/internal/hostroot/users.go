package hostroot

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

// maxUsers bounds the accounts of one computer.
const maxUsers = 10_000

// User is someone who can log in, or whose home folder is on the computer.
type User struct {
	UID  string // empty when only the home folder is known
	Name string
	Home string // below the root folder, without the leading slash; empty when there is none
}

// ID is the number of the account, or its name when the number is not known.
func (u User) ID() string { return cmp.Or(u.UID, u.Name) }

// Users lists the people of the computer: on Linux accounts of /etc/passwd from uid 1000 with a login shell, root, and
// folders of /home whose owner only a directory service knows; on macOS and Windows the folders of Users. The error says
// why accounts are missing.
func (h *Host) Users() ([]User, error) {
	if h.Platform() != inventory.Linux {
		return h.homes(h.Fold(h.Mac("Users")))
	}
	data, err := h.ReadFile("etc/passwd")
	users := parsePasswd(data)
	homes, _ := h.ReadDir("home") // without /home there is nothing to add
	for _, e := range homes {
		home := path.Join("home", e.Name())
		known := slices.ContainsFunc(users, func(u User) bool { return u.Home == home })
		if e.IsDir() && !known && e.Name() != "lost+found" && len(users) < maxUsers {
			users = append(users, User{Name: e.Name(), Home: home})
		}
	}
	return users, err
}

// notPeople are folders of Users that belong to everybody or to nobody.
var notPeople = []string{"shared", "public", "default", "default user", "all users", "guest", "defaultappdata", "lost+found"}

func (h *Host) homes(folder string) ([]User, error) {
	entries, err := h.ReadDir(folder)
	var users []User
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() || strings.HasPrefix(name, ".") || slices.Contains(notPeople, strings.ToLower(name)) || len(users) == maxUsers {
			continue
		}
		users = append(users, User{Name: name, Home: path.Join(folder, name)})
	}
	return users, err
}

func parsePasswd(data []byte) []User {
	var users []User
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), ":")
		if len(f) != 7 || len(users) == maxUsers {
			continue
		}
		uid, err := strconv.ParseUint(f[2], 10, 32)
		if err != nil || !isPerson(uid, f[6]) {
			continue
		}
		home := strings.TrimPrefix(path.Clean("/"+f[5]), "/")
		users = append(users, User{UID: f[2], Name: f[0], Home: home})
	}
	return users
}

// isPerson leaves out the accounts of services: 65534 is nobody, and nologin or false let nobody in.
func isPerson(uid uint64, shell string) bool {
	if uid != 0 && (uid < 1000 || uid == 65534) {
		return false
	}
	base := path.Base(shell)
	return base != "nologin" && base != "false"
}
