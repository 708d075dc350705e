package apk

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/inventory"
)

// fill copies what the manifest says into the Binary.
func (r *reading) fill(m *apkmanifest.Manifest) {
	b := &r.bin
	if m.Split != "" {
		b.Format, b.Split = "apk-split", m.Split
	}
	b.Package, b.Label, b.Labels = m.Package, m.Label, m.Labels
	b.Version, b.VersionCode = m.Version, m.VersionCode
	b.MinSDK, b.TargetSDK, b.MaxSDK, b.CompileSDK = m.MinSDK, m.TargetSDK, m.MaxSDK, m.CompileSDK
	b.MinSDKCodename, b.TargetSDKCodename = m.MinSDKCodename, m.TargetSDKCodename
	b.SharedUser = m.SharedUser
	b.Debuggable, b.TestOnly, b.AllowBackup, b.Cleartext = m.Debuggable, m.TestOnly, m.AllowBackup, m.Cleartext
	b.Permissions = withImplied(m)
	b.DefinedPermissions, b.Features, b.Manifest = m.Defined, m.Features, m.Components
	b.NoCode, b.SplitRequired, b.ApplicationClass, b.ComponentFactory = m.NoCode, m.SplitRequired, m.ApplicationClass, m.ComponentFactory
	b.PermissionDefinitions, b.UsesLibraries, b.Queries = m.Definitions, m.Libraries, m.Queries
	if m.Split == "" {
		b.NetworkSecurity = m.NetworkSecurity
	}
	for _, mark := range m.Marks {
		b.Marks = append(b.Marks, mark)
		b.Oddities = append(b.Oddities, fmt.Sprintf("%s: %d", mark.Detail, mark.Count))
	}
	if len(m.Unresolved) > 0 {
		g := gap(r.m.name, inventory.GapUnknownLines, "values that the manifest takes from resources were not found")
		g.Count, g.Samples = len(m.Unresolved), m.Unresolved[:min(3, len(m.Unresolved))]
		r.gaps = append(r.gaps, g)
	}
	for _, c := range m.Cut {
		r.gap(inventory.GapLimit, "", "the manifest holds more than is kept: %s were left out", c)
	}
}

// entries takes the facts of the container itself.
func (r *reading) entries(f *apkfile.File, l layout) {
	b := &r.bin
	b.Entries = len(f.Entries)
	libs := map[string]bool{}
	for i := range f.Entries {
		name := l.inside(f.Entries[i].Clean())
		if dexName.MatchString(name) {
			b.DexFiles++
		}
		abi, ok := abiOf(name)
		if !ok {
			continue
		}
		if !slices.Contains(b.ABIs, abi) && len(b.ABIs) < maxABIs {
			b.ABIs = append(b.ABIs, inventory.Text(abi))
		}
		if strings.HasSuffix(name, ".so") {
			libs[path.Base(name)] = true
		}
	}
	r.nativeLibs(libs)
	if f.Recovered {
		r.gap(inventory.GapMalformed, "Fetch the file again.", "the container's directory cannot be read; entries were recovered from local headers, and some may be missing")
	}
	if f.Prefix > 0 && r.depth == 0 {
		r.gap(inventory.GapMalformed, "Fetch the file again.", "the container begins %d bytes into the file, so the file is another one or broken; Android would not install it", f.Prefix)
	}
}

const (
	maxABIs       = 32
	maxNativeLibs = 4096
)

// nativeLibs keeps the names of native libraries, in order.
func (r *reading) nativeLibs(libs map[string]bool) {
	names := slices.Sorted(maps.Keys(libs))
	if len(names) > maxNativeLibs {
		r.gap(inventory.GapLimit, "", "%d native libraries; the names of %d were kept", len(names), maxNativeLibs)
		names = names[:maxNativeLibs]
	}
	for _, name := range names {
		r.bin.NativeLibs = append(r.bin.NativeLibs, inventory.Text(name))
	}
}
