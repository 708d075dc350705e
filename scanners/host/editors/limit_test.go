package editors

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/inventory"
)

// TestMany: a list that no person has is cut, and it is said which.
func TestMany(t *testing.T) {
	var list strings.Builder
	for i := range addons.MaxOfProfile + 10 {
		fmt.Fprintf(&list, `{"identifier":{"id":"maker.tool%d"},"version":"1"},`, i)
	}
	_, inv := apps(t, with(linux, map[string]string{"home/ann/.vscode/extensions/extensions.json": "[" + list.String() + "{}]"}))
	if len(inv.Apps) != addons.MaxOfProfile {
		t.Errorf("%d extensions", len(inv.Apps))
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
		return g.Kind == inventory.GapLimit && strings.HasSuffix(g.Subject, "extensions.json")
	}) || len(inv.Gaps) != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}
