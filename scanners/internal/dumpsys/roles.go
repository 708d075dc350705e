package dumpsys

import "strings"

// Role says which apps hold a role of the system, such as that of the dialer.
type Role struct {
	User    string
	Name    string // "android.app.role.DIALER"
	Holders []string
	Line    int
}

// maxHolders is the most apps of one role.
const maxHolders = 100

// roles reads `dumpsys role`, which prints a message of fields, one a line.
type roles struct {
	h    *Handler
	user string
	role *Role
	n    int
}

func (r *roles) line(line []byte, number int) error {
	key, value, ok := strings.Cut(strings.TrimSpace(string(line)), "=")
	switch {
	case !ok:
	case key == "user_id":
		r.flush()
		r.user = value
	case key == "name":
		r.flush()
		if r.n++; r.n <= maxFacts {
			r.role = &Role{User: r.user, Name: value, Line: number}
		}
	case key == "holders" && r.role != nil:
		for _, name := range strings.Split(strings.Trim(value, "[]"), ",") {
			if name = strings.TrimSpace(name); name != "" && len(r.role.Holders) < maxHolders {
				r.role.Holders = append(r.role.Holders, name)
			}
		}
	}
	return nil
}

func (r *roles) flush() {
	if r.role != nil && len(r.role.Holders) > 0 && r.h.Role != nil {
		r.h.Role(*r.role)
	}
	r.role = nil
}

func (r *roles) end(bool) error { r.flush(); return nil }
