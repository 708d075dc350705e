package riskdb

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// anybodys are beginnings of identifiers under which makers of all kinds publish.
var anybodys = []string{"com.android", "com.github", "io.github", "com.gitlab", "io.gitlab", "com.example", "com.app", "com.apps", "com.mobile",
	"com.game", "com.games", "com.free", "org.chromium", "org.mozilla"}

// namespace is the beginning of an identifier that its maker chose for all that he makes: "com.maker", "br.com.maker", or the
// publisher of a winget identifier. Empty where the kind has none, or where it is nobody's.
func namespace(kind inventory.IdentifierKind, value string) string {
	value = strings.ToLower(value)
	switch kind {
	case inventory.WingetID:
		maker, _, ok := strings.Cut(value, ".")
		if !ok || len(maker) < 3 {
			return ""
		}
		return "winget:" + maker
	case inventory.AndroidPackage, inventory.IOSBundle, inventory.MacBundle, inventory.FlatpakApp:
	default:
		return ""
	}
	parts := strings.Split(value, ".")
	n := 2
	if len(parts) > 2 && slices.Contains([]string{"com", "co", "net", "org", "gov", "edu"}, parts[1]) {
		n = 3
	}
	if len(parts) <= n {
		return ""
	}
	if ns := strings.Join(parts[:n], "."); !slices.Contains(anybodys, ns) {
		return ns
	}
	return ""
}

// namespaceOwner is the one vendor whose listed identifiers begin as this one does; empty where there is none, or several.
func (db *DB) namespaceOwner(kind inventory.IdentifierKind, value string) string {
	db.names.spacesOnce.Do(db.listNamespaces)
	return db.names.spaces[namespace(kind, value)]
}

func (db *DB) listNamespaces() {
	spaces, several := map[string]string{}, map[string]bool{"": true}
	for i := range db.Products {
		p := &db.Products[i]
		for j := range p.Identifiers {
			ns := namespace(p.Identifiers[j].Kind, p.Identifiers[j].Value)
			if owner, ok := spaces[ns]; ok && owner != p.Vendor {
				several[ns] = true
			}
			spaces[ns] = p.Vendor
		}
	}
	for ns := range several {
		delete(spaces, ns)
	}
	db.names.spaces = spaces
}
