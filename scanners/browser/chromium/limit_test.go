package chromium

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

// identifier is one in the form that Chromium makes.
func identifier(n int) string {
	return strings.Map(func(c rune) rune { return c - '0' + 'a' }, fmt.Sprintf("%032d", n))
}

// TestMany: settings that no browser writes are cut, in each profile by itself, and it is said.
func TestMany(t *testing.T) {
	var list []string
	for i := range addons.MaxOfProfile + 10 {
		list = append(list, fmt.Sprintf(`"%s":{"location":1,"path":"x","state":1}`, identifier(i)))
	}
	one := `"` + identifier(1) + `":{"location":1,"path":"x","state":1}`
	found, inv := apps(t, join(map[string]string{
		"home/ann/.config/chromium/Default/Preferences":          prefs(list...),
		"home/ann/.config/chromium/Profile 1/Preferences":        prefs(one),
		"home/ann/.config/chromium/Profile 1/Secure Preferences": prefs(one),
	}))
	if len(found) != addons.MaxOfProfile || len(found[identifier(1)].Installs) != 2 {
		t.Errorf("%d extensions", len(found))
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
		return g.Kind == inventory.GapLimit && strings.HasSuffix(g.Subject, "Default")
	}) {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// TestStopped: whoever interrupts the reading of a profile does not wait for all of its extensions.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	inv, err := Scanner{}.Scan(ctx, hosttest.Open(t, hosttest.Tree(t, join(map[string]string{
		"home/ann/.config/chromium/Default/Preferences": prefs(`"` + identifier(1) + `":{"location":1,"path":"x","state":1}`)}))))
	if err == nil || inv != nil && len(inv.Apps) > 0 {
		t.Errorf("%v, %v", inv, err)
	}
}
