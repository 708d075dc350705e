package applications

import (
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/inventory"
)

func TestAdd(t *testing.T) {
	one := func(user string, system bool) inventory.App {
		a := inventory.App{Identifier: "org.a", Paths: []string{"/" + user}, System: system}
		if user != "" {
			a.Users = []inventory.AppUser{{User: user}}
		}
		return a
	}
	for name, c := range map[string]struct {
		list        []inventory.App
		apps, users int
	}{
		"two users": {[]inventory.App{one("anna", false), one("ben", false)}, 1, 2}, "a user and everybody": {[]inventory.App{one("anna", false), one("", false)}, 1, 0},
		"everybody and a user": {[]inventory.App{one("", false), one("anna", false)}, 1, 0}, "the system's": {[]inventory.App{one("anna", false), one("ben", true)}, 2, 1},
	} {
		m := &collector{Mac: mac(t), apps: map[string]int{}, paths: map[string]int{}, seen: map[string]bool{}}
		for _, a := range c.list {
			m.add(a)
		}
		if len(m.Inv.Apps) != c.apps || len(m.Inv.Apps[0].Users) != c.users {
			t.Errorf("%s: %+v", name, m.Inv.Apps)
		}
	}
}

// Of several decisions about one service the one that allows it counts, and one for everybody before those of users.
func TestDecided(t *testing.T) {
	yes, no := inventory.Permission{Name: "camera", GrantKnown: true, Granted: true}, inventory.Permission{Name: "camera", GrantKnown: true}
	type step struct {
		user string
		p    inventory.Permission
	}
	for name, c := range map[string]struct {
		steps   []step
		granted bool
		users   int
	}{
		"no, then yes": {[]step{{"anna", no}, {"ben", yes}}, true, 1}, "yes, then no": {[]step{{"anna", yes}, {"ben", no}}, true, 1}, "two users": {[]step{{"anna", yes}, {"ben", yes}, {"ben", yes}}, true, 2},
		"a user, then everybody": {[]step{{"anna", yes}, {"", yes}}, true, 0}, "everybody, then a user": {[]step{{"", yes}, {"anna", yes}}, true, 0}, "no": {[]step{{"anna", no}}, false, 0},
	} {
		m, a := &collector{Mac: mac(t)}, &inventory.App{}
		for _, s := range c.steps {
			m.decided(a, s.user, iosstate.Decision{Permission: s.p})
		}
		if p := a.Permissions; len(p) != 1 || p[0].Granted != c.granted || len(p[0].GrantedTo) != c.users {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func mac(t *testing.T) *machost.Mac {
	t.Helper()
	m, err := machost.Open(t.Context(), hosttest.Open(t, hosttest.Tree(t, map[string]string{"x": ""})), ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
