package resolve

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestNameAfterItsKind: in other languages the kind of a program comes before its name. Other words before it, and words for
// what removes it, make another name.
func TestNameAfterItsKind(t *testing.T) {
	ix := sample()
	for _, c := range []struct {
		name, publisher, want string
	}{
		{"Антивирус Guardia для Windows", "", "guard"},
		{"Антивирус Guardia для Windows", "Keeper Ltd.", "guard"},
		{"Агент администрирования Guardia Security Center", "", "guard"},
		{"Agent de sécurité Guardia", "Keeper", "guard"},
		{"Guardia Virenschutz", "", "guard"},
		{"Beheerconsole Guardia", "", "guard"},
		{"Guardia Стандарт", "", "guard"},
		{"Guardia Industrial CyberSecurity for Nodes", "", "guard"},
		{"抖音客户端", "", "han"},
		{"Удаление Guardia", "Keeper", "vendor keeper"},
		{"Агент Guardia Removal Tool", "", ""},
		{"Антивирус ClipShow", "", ""},
		{"Herr Guardia", "", ""},
		{"Агент Guardia", "Maker Holdings", "ask guard"},
	} {
		r := ix.Resolve(Query{Name: c.name, Publisher: c.publisher, Platform: inventory.Windows})
		if got := summary(r); got != c.want {
			t.Errorf("%q of %q: %q, want %q: %+v", c.name, c.publisher, got, c.want, r)
		}
	}
}
