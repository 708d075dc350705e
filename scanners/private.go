package scanners

import (
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// Exports of management systems carry addresses and account names of people in texts that are about apps and profiles: they are not
// needed, and are taken out of what goes into an inventory. IDs are made before, and stay.
var (
	mailAddress = regexp.MustCompile(`[A-Za-z0-9._%+'-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})`)
	homeFolder  = regexp.MustCompile(`(?i)((?:^|[\s"'=;(])(?:[a-z]:[\\/]users|[a-z]:[\\/]documents and settings|/users|/home)[\\/])([^\\/"';)\r\n]+)([\\/]|["';)]|$)`)
)

// anyone stands for the name of a person.
const anyone = "…"

// withoutPeople takes addresses and account names out of a text. Folders that are of nobody stay.
func withoutPeople(s *string) {
	if strings.IndexByte(*s, '@') >= 0 {
		*s = mailAddress.ReplaceAllString(*s, anyone+"@$1")
	}
	if low := strings.ToLower(*s); strings.Contains(low, "users") || strings.Contains(low, "/home/") || strings.Contains(low, "documents and") {
		*s = homeFolder.ReplaceAllStringFunc(*s, func(found string) string {
			m := homeFolder.FindStringSubmatch(found)
			switch strings.ToLower(m[2]) {
			case "public", "shared", "default", "all users", "default user":
				return found
			}
			return m[1] + anyone + m[3]
		})
	}
}

// impersonal takes people out of what an export says of apps, profiles and certificates.
func impersonal(inv *inventory.Inventory) {
	for i := range inv.Apps {
		a := &inv.Apps[i]
		for _, s := range []*string{&a.Name, &a.Publisher, &a.UninstallCommand} {
			withoutPeople(s)
		}
		if a.IdentifierKind == inventory.NameOnly {
			withoutPeople(&a.Identifier)
		}
		for j, path := range a.Paths {
			if withoutPeople(&path); path != a.Paths[j] {
				a.Paths = slices.Clone(a.Paths) // devices may share them
				a.Paths[j] = path
			}
		}
	}
	for i := range inv.Profiles {
		p := &inv.Profiles[i]
		for _, s := range []*string{&p.Name, &p.Description, &p.Organization, &p.Identifier} {
			withoutPeople(s)
		}
	}
	for i := range inv.Certificates {
		withoutPeople(&inv.Certificates[i].Subject)
		withoutPeople(&inv.Certificates[i].Issuer)
	}
}
