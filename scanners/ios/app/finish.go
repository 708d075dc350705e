package app

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// collect takes what the entries gave, in an order that does not depend on the container's.
func (r *reading) collect(entries []item) {
	r.manifest()
	var refused, faults, encrypted, archives []string
	cpus := map[string]bool{}
	for _, i := range byName(entries) {
		out, rel := &r.found[i], entries[i].rel
		if out.gap != nil {
			r.inv.Gaps = append(r.inv.Gaps, *out.gap)
		}
		if out.refused != "" {
			refused = append(refused, inventory.Text(out.refused))
		}
		if out.archive {
			archives = append(archives, inventory.Text(rel))
		}
		if out.privacy != nil {
			r.bin.PrivacyManifests = append(r.bin.PrivacyManifests, *out.privacy)
		}
		r.take(entries[i], out)
		n := out.native
		if n == nil {
			continue
		}
		if n.fault != "" {
			faults = append(faults, rel+": "+n.fault)
		}
		if n.encrypted {
			encrypted = append(encrypted, inventory.Text(rel))
		}
		for _, c := range n.cpus {
			cpus[c] = true
		}
		r.names.add(rel, n.names)
		r.bin.Native = append(r.bin.Native, n.code)
	}
	r.bin.ABIs = slices.Sorted(maps.Keys(cpus))
	r.bundles(entries)
	r.several(inventory.GapMalformed, refused, "parts that describe the app cannot be read", "Look at them with another tool.")
	r.several(inventory.GapMalformed, faults, "native code was read in part or not at all, so what it needs and names may be missing", "Look at it with another tool.")
	r.several(inventory.GapSkipped, archives, "archives inside the app were not looked into", "")
	r.several(inventory.GapBlind, encrypted, "the App Store's encryption lies on this code: its classes, texts and addresses are not readable", "Judge it by what is not encrypted, or ask its maker for a copy without encryption.")
}

// byName is the order of the entries by their path.
func byName(entries []item) []int {
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(entries[a].rel, entries[b].rel) })
	return order
}

// several makes one gap of what happened at several places.
func (r *reading) several(kind inventory.GapKind, list []string, detail, next string) {
	if len(list) == 0 {
		return
	}
	g := gap(r.src.Name(), kind, "%s", detail)
	g.Count, g.Samples, g.Next = len(list), texts(list[:min(len(list), 5)]), next
	r.inv.Gaps = append(r.inv.Gaps, g)
}

// take takes what only one entry says.
func (r *reading) take(it item, out *result) {
	b := &r.bin
	switch {
	case out.profile != nil && it.rel == profileName:
		b.Provisioning = out.profile
		if out.problem != nil {
			g := gap(r.c.subject(it.name), inventory.GapUnknownLines, "the provisioning profile is told as it is written, and not verified: %v", out.problem)
			r.inv.Gaps = append(r.inv.Gaps, g)
		}
	case out.store != nil:
		r.store(out.store)
	case it.rel == r.main && out.native != nil:
		b.Entitlements = applecode.Entitlements(out.native.rights)
		b.Debuggable = plist.Bool(out.native.rights, "get-task-allow")
		b.Encrypted = out.native.encrypted
		r.app.Groups = short(plist.Texts(out.native.rights, "com.apple.security.application-groups"))
		if p := out.native.platform; p != "" {
			b.Features = slices.Compact(slices.Sorted(slices.Values(append(b.Features, "runs-on:"+p))))
		}
	case strings.HasPrefix(it.rel, "SC_Info/"):
		r.app.Distribution = "app-store"
	}
	for locale, label := range out.labels {
		if b.Labels == nil {
			b.Labels = map[string]string{}
		}
		if len(b.Labels) < maxLocales || b.Labels[locale] != "" {
			b.Labels[locale] = label
		}
	}
}

// store takes what the App Store wrote beside the app, and nothing of who got it.
func (r *reading) store(d map[string]any) {
	a := &r.app
	a.Distribution = "app-store"
	if n := plist.Int(d, "itemId"); n > 0 {
		a.StoreID = strconv.FormatInt(n, 10)
	}
	a.Genre = inventory.Text(plist.Text(d, "genre"))
	a.Publisher = inventory.Text(plist.Text(d, "artistName"))
	a.Name = inventory.Text(plist.Text(d, "itemName"))
}

// finish makes the Binary and the App.
func (r *reading) finish() {
	b, a := &r.bin, &r.app
	if b.Labels != nil && b.Label != "" {
		b.Labels[""] = b.Label
	}
	cut := false
	if b.CodePackages, cut = r.names.list(); cut {
		r.inv.Gaps = append(r.inv.Gaps, gap(r.src.Name(), inventory.GapLimit, "the app defines code of more modules than are kept; %d are listed", len(b.CodePackages)))
	}
	b.Endpoints, b.Hosts, cut = r.addresses.Result(r.bundleNames())
	if cut {
		g := gap(r.src.Name(), inventory.GapLimit, "the content names more addresses than are kept; %d are listed", len(b.Endpoints))
		g.Next = "Search the file for further addresses with another tool."
		r.inv.Gaps = append(r.inv.Gaps, g)
	}
	parts, cut := r.components.Result(b.SHA256, b.Origins[0])
	if cut {
		r.inv.Gaps = append(r.inv.Gaps, gap(r.src.Name(), inventory.GapLimit, "more libraries state their version than are kept; %d are listed", len(parts)))
	}
	r.inv.Components = append(r.inv.Components, parts...)
	r.inv.Binaries = append(r.inv.Binaries, *b)
	if b.Package == "" {
		return
	}
	a.ID = inventory.AppID("", inventory.IOSBundle, b.Package, b.SHA256)
	a.Platform, a.IdentifierKind, a.Identifier = inventory.IOS, inventory.IOSBundle, b.Package
	a.Name = cmp.Or(b.Label, a.Name, strings.TrimSuffix(inventory.Text(path.Base(r.at.root)), ".app"))
	a.Version, a.VersionCode, a.Debuggable = b.Version, b.VersionCode, b.Debuggable
	a.Extensions, a.Permissions, a.Signers = slices.Clone(b.Extensions), slices.Clone(b.Permissions), slices.Clone(b.Signers)
	a.Binaries, a.Origins = []string{b.SHA256}, slices.Clone(b.Origins)
	r.inv.Apps = append(r.inv.Apps, *a)
}

// bundleNames tells names of bundles, which look like hosts read backwards, from hosts.
func (r *reading) bundleNames() func(string) bool {
	known := map[string]bool{r.bin.Package: true}
	for i := range r.bin.Frameworks {
		known[r.bin.Frameworks[i].Identifier] = true
	}
	for i := range r.bin.Extensions {
		known[r.bin.Extensions[i].Identifier] = true
	}
	delete(known, "")
	return func(name string) bool { return known[name] }
}
