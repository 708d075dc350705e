package apkmanifest

import (
	"context"
	"fmt"
	"strings"

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/inventory"
)

// maxDiffer is how many differences a mark names.
const maxDiffer = 10

// Compare lets [ParseOther] read a document that is odd, and puts what such a tool shows into the mark that says how
// it is odd. A document that is built as usual is not read again.
func (m *Manifest) Compare(ctx context.Context, data []byte, table *arsc.Table, broken error) {
	at := -1
	for i := range m.Marks {
		if m.Marks[i].Code == inventory.MarkManifest || m.Marks[i].Code == inventory.MarkResources {
			at = i
			break
		}
	}
	if at < 0 && broken == nil || ctx.Err() != nil {
		return
	}
	other, err := ParseOther(ctx, data, table)
	if ctx.Err() != nil {
		return
	}
	differences := m.differences(other)
	if at < 0 {
		if len(differences) == 0 && err == nil {
			return
		}
		at = len(m.Marks)
		m.Marks = append(m.Marks, inventory.Mark{Code: inventory.MarkResources, Detail: "a manifest that cannot be read whole", Count: 1,
			Places: []inventory.Place{{File: "AndroidManifest.xml"}}})
	}
	mark := &m.Marks[at]
	mark.Detail = inventory.Text(mark.Detail + "; " + shown(other, len(differences), err))
	for _, d := range differences[:min(len(differences), maxDiffer)] {
		mark.Places = append(mark.Places, inventory.Place{File: "AndroidManifest.xml", Item: inventory.Text(d)})
	}
}

// shown says in a phrase what a tool makes of the document.
func shown(other *Manifest, differences int, err error) string {
	switch {
	case err != nil && other.Package == "":
		return "apkparser, a tool, cannot read it: " + brief(err)
	case err != nil:
		return fmt.Sprintf("apkparser, a tool, stops early (%s) and shows %d things otherwise", brief(err), differences)
	case differences == 0:
		return "apkparser, a tool, shows the same"
	}
	return fmt.Sprintf("apkparser, a tool, shows %d things otherwise", differences)
}

func brief(err error) string {
	s := inventory.Text(err.Error())
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}

// differences lists what a tool shows otherwise, as a reader of the tool would miss it.
func (m *Manifest) differences(o *Manifest) (list []string) {
	word := func(what, ours, theirs string) {
		if ours != theirs {
			list = append(list, fmt.Sprintf("tools show the %s %q, Android takes %q", what, theirs, ours))
		}
	}
	if o.Package == "" {
		return nil // it shows nothing
	}
	word("package", m.Package, o.Package)
	word("version", m.Version, o.Version)
	word("label", m.Label, o.Label)
	number := func(what string, ours, theirs int64) { word(what, fmt.Sprint(ours), fmt.Sprint(theirs)) }
	number("version code", m.VersionCode, o.VersionCode)
	number("lowest SDK", int64(m.MinSDK), int64(o.MinSDK))
	number("target SDK", int64(m.TargetSDK), int64(o.TargetSDK))
	word("application class", m.ApplicationClass, o.ApplicationClass)
	list = append(list, sets("permission", permissions(m), permissions(o))...)
	return append(list, sets("component", components(m), components(o))...)
}

func permissions(m *Manifest) (names []string) {
	for i := range m.Permissions {
		names = append(names, m.Permissions[i].Name)
	}
	return names
}

func components(m *Manifest) (names []string) {
	for i := range m.Components {
		c := &m.Components[i]
		state := ""
		if c.Exported {
			state = ", open to others"
		}
		names = append(names, c.Kind+" "+c.Name+state)
	}
	return names
}

// sets names what only one of two lists has.
func sets(what string, ours, theirs []string) (list []string) {
	only := func(a, b []string, say string) {
		in := make(map[string]bool, len(b))
		for _, s := range b {
			in[s] = true
		}
		for _, s := range a {
			if !in[s] {
				in[s] = true
				list = append(list, fmt.Sprintf("%s %s %q", say, what, s))
			}
		}
	}
	only(ours, theirs, "tools do not show the")
	only(theirs, ours, "only tools show the")
	return list
}
