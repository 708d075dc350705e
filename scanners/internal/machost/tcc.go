package machost

import (
	"path"
	"slices"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const (
	// accessList is where macOS keeps what apps were allowed, below the top folder and below every home.
	accessList = "Library/Application Support/com.apple.TCC/TCC.db"
	// managedAccess is where it keeps what the management decided in place of the user.
	managedAccess = "Library/Application Support/com.apple.TCC/MDMOverrides.plist"
	maxManaged    = 20_000
)

// Managed is the flag of a permission that the management decided on.
const Managed = "mdm-policy"

// subject is what a decision is about.
type subject struct {
	client, service string
	path            bool
}

// Decisions tells what the lists of decisions hold: that of the management and that of the whole Mac, with an empty user, and that of
// every user. What the management allowed or refused holds against what a user chose, so that the latter is left out.
func (m *Mac) Decisions(yield func(user, file string, d iosstate.Decision)) {
	imposed := map[subject]bool{}
	file := m.Mac(managedAccess)
	all, more := overrides(m.Plist(file))
	if more > 0 {
		g := m.Note(file, inventory.GapLimit, "The management decided on more than is told.", "Look at it by hand.")
		g.Count = more
	}
	for _, d := range all {
		if d.Permission.GrantKnown {
			imposed[subject{d.Client, d.Permission.Name, d.Path}] = true
		}
		yield("", file, d)
	}
	unless := func(user, file string, d iosstate.Decision) {
		if !imposed[subject{d.Client, d.Permission.Name, d.Path}] {
			yield(user, file, d)
		}
	}
	m.decisions("", m.Mac(accessList), unless)
	for _, u := range m.Users {
		m.decisions(u.ID(), path.Join(u.Home, accessList), unless)
	}
}

// overrides reads the decisions of the management: services by client. Which other programs a client may steer is told by them, and as
// one decision here. More is how many are left out.
func overrides(v any) (out []iosstate.Decision, more int) {
	clients := plist.Dict(v)
	for _, client := range keys(clients) {
		services := plist.Dict(clients, client)
		for _, service := range keys(services) {
			rules := []any{services[service]}
			if rule := plist.Dict(services, service); rule["Allowed"] == nil && rule["Authorization"] == nil {
				rules = nil
				for _, receiver := range keys(rule) {
					rules = append(rules, rule[receiver])
				}
			}
			d, ok := imposed(client, service, rules)
			switch {
			case !ok:
			case len(out) == maxManaged:
				more++
			default:
				out = append(out, d)
			}
		}
	}
	return out, more
}

// imposed unites the rules about one service of one client: it is allowed where one of them allows it.
func imposed(client, service string, rules []any) (d iosstate.Decision, ok bool) {
	d = iosstate.Decision{Client: client, Path: client[0] == '/', Permission: inventory.Permission{Name: inventory.Text(service), Flags: []string{Managed}}}
	for _, r := range rules {
		rule := plist.Dict(r)
		if rule == nil {
			continue
		}
		ok = true
		if kind := plist.Text(rule, "IdentifierType"); kind != "" {
			d.Path = kind == "path"
		}
		switch word, told := plist.Text(rule, "Authorization"), rule["Allowed"] != nil; {
		case word == "Allow", word == "" && told && plist.Bool(rule, "Allowed"):
			d.Permission.Granted, d.Permission.GrantKnown = true, true
		case word == "Deny", word == "" && told:
			d.Permission.GrantKnown = true
		case word == "AllowStandardUserToSetSystemService": // the user decides, without an administrator
			d.Permission.Flags = []string{Managed, "user-decides"}
		}
	}
	return d, ok
}

// keys are the keys of a dictionary that are not empty, in order.
func keys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		if k != "" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func (m *Mac) decisions(user, file string, yield func(user, file string, d iosstate.Decision)) {
	db, done := m.Database(file)
	defer done()
	if db == nil {
		return
	}
	all, problems, err := iosstate.TCC(m.Ctx, db)
	m.Problems(file, problems)
	if err != nil {
		m.Note(file, inventory.GapMalformed, inventory.Text("The list of what apps were allowed cannot be read: "+err.Error()+"."), "Scan a fresh copy.")
	}
	for _, d := range all {
		yield(user, file, d)
	}
}
