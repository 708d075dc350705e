package apkmanifest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/internal/netsec"
	"quaestor/scanners/inventory"
)

// configFiles are the names under which a component hands the system a file that says what it may do.
var configFiles = map[string]bool{"android.accessibilityservice": true, "android.app.device_admin": true}

// file is a resource file that the manifest names.
type file struct {
	component int // index, -1 for the network security configuration
	path      string
}

// file notes the resource file that an attribute refers to. A component's file can be there in several versions, of
// which newer devices take one that lets it do more; all are read. Of network security configurations the one is
// read that holds without conditions.
func (b *builder) file(e *axml.Element, attr string, component int) {
	paths := []string{b.text(e, attr)}
	if a := find(e, attr); component >= 0 && a != nil && b.table != nil {
		if id, ok := reference(a.Value); ok && !a.Text {
			values, _ := b.table.Lookup(id)
			for _, v := range values {
				if !slices.Contains(paths, v.Text) && len(paths) < maxFiles {
					paths = append(paths, v.Text)
				}
			}
		}
	}
	for _, path := range paths {
		if path == "" {
			continue
		}
		if len(b.m.files) >= maxFiles {
			b.cut("resource files", maxFiles)
			return
		}
		b.m.files = append(b.m.files, file{component: component, path: path})
	}
}

func (m *Manifest) netsecOptions() netsec.Options {
	return netsec.Options{Target: m.EffectiveTarget(), Cleartext: m.Cleartext, CleartextGiven: m.CleartextGiven}
}

// ReadFiles reads the resource files that the manifest names, with a function that returns the content of an entry
// of the app, and completes NetworkSecurity and the Abilities of components. It returns what could not be read;
// then the platform's default stands where Android would not start the app.
func (m *Manifest) ReadFiles(ctx context.Context, content func(path string) ([]byte, error)) error {
	var problems []error
	for _, f := range m.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		data, err := content(f.path)
		if err == nil {
			err = m.readFile(ctx, f, data)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%q: %w", f.path, err))
		}
	}
	return errors.Join(problems...)
}

func (m *Manifest) readFile(ctx context.Context, f file, data []byte) error {
	if f.component >= 0 {
		return m.abilities(ctx, &m.Components[f.component], data)
	}
	n, report, err := netsec.Parse(func(h axml.Handler) (axml.Report, error) { return m.source(ctx, data, h) }, m.netsecOptions())
	if n != nil {
		n.File = f.path
		m.NetworkSecurity = n
	}
	if len(report.Unusual) > 0 || report.Mismatches > 0 {
		what := append([]string{}, report.Unusual...)
		if report.Mismatches > 0 {
			what = append(what, "attributes show tools another text than Android")
		}
		m.Marks = append(m.Marks, inventory.Mark{Code: inventory.MarkResources, Detail: inventory.Text(strings.Join(what, "; ")), Count: 1, Places: []inventory.Place{{File: f.path}}})
	}
	return err
}

// screenAbilities are the attributes of an accessibility service's file that let it do more.
var screenAbilities = []struct{ attr, ability string }{
	{"canRetrieveWindowContent", "read-screen"},
	{"canPerformGestures", "perform-gestures"},
	{"canRequestFilterKeyEvents", "read-keys"},
	{"canTakeScreenshot", "take-screenshot"},
	{"isAccessibilityTool", "declared-accessibility-tool"},
}

// abilities reads what a file lets a component do: an accessibility service see and touch, a device administrator
// enforce.
func (m *Manifest) abilities(ctx context.Context, c *inventory.ManifestComponent, data []byte) error {
	b := newBuilder(m.table)
	add := func(ability string) {
		if !slices.Contains(c.Abilities, ability) && len(c.Abilities) < maxFilters {
			c.Abilities = append(c.Abilities, ability)
		}
	}
	var path []string
	_, err := m.source(ctx, data, axml.Handler{Start: func(e *axml.Element) error {
		path = append(path[:min(e.Depth-1, len(path))], e.Name)
		switch {
		case e.Depth == 1 && e.Name == "accessibility-service":
			for _, s := range screenAbilities {
				if b.truth(e, s.attr, false) {
					add(s.ability)
				}
			}
		case e.Depth == 3 && path[0] == "device-admin" && path[1] == "uses-policies":
			add("policy:" + inventory.Text(e.Name))
		}
		return nil
	}})
	return err
}
