package apkmanifest

import (
	"fmt"
	"strings"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/internal/netsec"
	"quaestor/scanners/inventory"
)

// finish derives what depends on the whole document.
func (b *builder) finish() {
	b.endFilter()
	m := b.m
	m.VersionCode = b.major<<32 | b.minor&0xffffffff
	if m.Label == "" {
		m.Label = b.launcherLabel
	}
	for i := range m.Components {
		c := &m.Components[i]
		if !b.parts[i].exported {
			c.Exported = b.exportedByDefault(i)
		}
		if !c.Exported {
			c.Links = nil // nothing outside can follow them
		}
	}
	b.giveRoles()
	m.NetworkSecurity = netsec.Default(m.netsecOptions())
}

// exportedByDefault is the platform's rule for a component without android:exported: one with an intent
// filter is open to others; providers were open to all before API level 17.
func (b *builder) exportedByDefault(i int) bool {
	if b.m.Components[i].Kind == "provider" {
		target := b.m.TargetSDK
		if target == 0 && b.m.TargetSDKCodename == "" {
			target = b.m.MinSDK
		}
		return target < 17 && b.m.TargetSDKCodename == ""
	}
	return b.parts[i].filtered
}

// marks turns what is odd about the document into marks.
func (b *builder) marks(report axml.Report) {
	if n := report.Mismatches + b.references; n > 0 {
		b.m.Marks = append(b.m.Marks, inventory.Mark{
			Code: inventory.MarkManifest, Detail: "attributes of the manifest show tools another text than Android", Count: n,
			Places: []inventory.Place{{File: "AndroidManifest.xml"}},
		})
	}
	unusual := report.Unusual
	if b.applications > 1 {
		unusual = append(unusual, fmt.Sprintf("%d application elements, of which Android reads the first", b.applications))
	}
	if len(unusual) > 0 {
		b.m.Marks = append(b.m.Marks, inventory.Mark{
			Code: inventory.MarkResources, Detail: inventory.Text(strings.Join(unusual, "; ")), Count: len(unusual),
			Places: []inventory.Place{{File: "AndroidManifest.xml"}},
		})
	}
}

// className completes a class name as the platform does.
func className(pkg, name string) string {
	switch {
	case name == "":
		return ""
	case strings.HasPrefix(name, "."):
		return pkg + name
	case !strings.Contains(name, "."):
		return pkg + "." + name
	}
	return name
}
