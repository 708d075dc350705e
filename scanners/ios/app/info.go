package app

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const (
	maxValues  = 500 // of a list in Info.plist
	maxLocales = 200

	maxSealList = 32 << 20 // bytes of the list of sealed files
)

// first reads Info.plist and the list of sealed files, by which the rest is read.
func (r *reading) first(entries []item) (problem error) {
	problem = errors.New("it has no Info.plist, so that it is not known what it is")
	for i := range entries {
		it := &entries[i]
		if it.store || it.rel != infoName && it.rel != resourcesName {
			continue
		}
		if it.size > maxSealList {
			r.inv.Gaps = append(r.inv.Gaps, gap(r.c.subject(it.name), inventory.GapLimit, "with %d bytes it is too large to be read", it.size))
			continue
		}
		content, err := r.c.whole(r.ctx, it.entry, make([]byte, 0, it.size+1))
		if err != nil {
			if it.rel == infoName {
				problem = fmt.Errorf("its Info.plist cannot be unpacked: %w", err)
			}
			continue
		}
		if it.rel == resourcesName {
			r.seal = newSeal(content)
			continue
		}
		r.rawInfo = content
		if len(content) > maxInfo {
			problem = fmt.Errorf("its Info.plist has more than %d bytes", maxInfo)
			continue
		}
		v, err := plist.Decode(content)
		if err != nil {
			problem = fmt.Errorf("its Info.plist cannot be read: %w", err)
			continue
		}
		r.info, problem = plist.Dict(v), nil
	}
	if r.info == nil && problem == nil {
		problem = errors.New("its Info.plist is no dictionary")
	}
	r.main = cmp.Or(plist.Text(r.info, "CFBundleExecutable"), strings.TrimSuffix(path.Base(cmp.Or(r.at.root, r.src.Name())), ".app"))
	if problem == nil && plist.Text(r.info, "CFBundleIdentifier") == "" {
		problem = errors.New("its Info.plist does not say what it is called (CFBundleIdentifier)")
	}
	return problem
}

// manifest takes what Info.plist says.
func (r *reading) manifest() {
	b, d := &r.bin, r.info
	text := func(path ...string) string { return inventory.Text(plist.Text(d, path...)) }
	b.Package, b.Version = text("CFBundleIdentifier"), text("CFBundleShortVersionString")
	b.Label = cmp.Or(text("CFBundleDisplayName"), text("CFBundleName"))
	build := text("CFBundleVersion")
	if n, err := strconv.ParseInt(build, 10, 64); err == nil && n > 0 {
		b.VersionCode = n
	}
	if b.Version == "" {
		b.Version = build
	}
	b.Permissions = usage(d)
	b.Queries = values(d, "scheme:", "LSApplicationQueriesSchemes")
	b.NetworkSecurity, b.Cleartext = transport(d)
	b.Features = features(d)
	b.Manifest = urlTypes(d)
}

// values are the texts of a list with a mark before them, each once.
func values(d map[string]any, mark string, path ...string) []string {
	var out []string
	for _, s := range plist.Texts(d, path...) {
		if len(out) < maxValues {
			out = append(out, inventory.Text(mark+s))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// usage are the accesses that an app says it needs, with what it tells the user.
func usage(d map[string]any) []inventory.Permission {
	var list []inventory.Permission
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if !strings.HasSuffix(key, "UsageDescription") || len(list) >= maxValues {
			continue
		}
		if purpose, ok := d[key].(string); ok {
			list = append(list, inventory.Permission{Name: inventory.Text(key), Requested: true, Purpose: inventory.Text(purpose)})
		}
	}
	return list
}

// urlTypes are the addresses by which other apps and web pages open the app.
func urlTypes(d map[string]any) []inventory.ManifestComponent {
	c := inventory.ManifestComponent{Kind: "url-type", Name: "CFBundleURLTypes", Exported: true}
	for _, t := range plist.List(d, "CFBundleURLTypes") {
		for _, s := range plist.Texts(t, "CFBundleURLSchemes") {
			if len(c.Schemes) < maxValues {
				c.Schemes = append(c.Schemes, inventory.Text(s))
			}
		}
	}
	if len(c.Schemes) == 0 {
		return nil
	}
	slices.Sort(c.Schemes)
	c.Schemes = slices.Compact(c.Schemes)
	return []inventory.ManifestComponent{c}
}

// devices are the families by their numbers.
var devices = map[int64]string{1: "iphone", 2: "ipad", 3: "apple-tv", 4: "apple-watch", 7: "vision"}

// features are what an app asks of the device and the system, each with a word before it that says of which kind it is.
func features(d map[string]any) []string {
	out := slices.Concat(values(d, "background:", "UIBackgroundModes"), values(d, "platform:", "CFBundleSupportedPlatforms"), values(d, "bonjour:", "NSBonjourServices"))
	families := plist.List(d, "UIDeviceFamily")
	for _, f := range families[:min(len(families), 20)] {
		n, _ := f.(int64)
		if name := devices[n]; name != "" {
			out = append(out, "device:"+name)
		}
	}
	switch caps := plist.Get(d, "UIRequiredDeviceCapabilities").(type) {
	case map[string]any:
		for name, needed := range caps {
			if yes, _ := needed.(bool); yes && len(out) < 2*maxValues {
				out = append(out, inventory.Text("capability:"+name))
			}
		}
	default:
		out = append(out, values(d, "capability:", "UIRequiredDeviceCapabilities")...)
	}
	if v := plist.Text(d, "MinimumOSVersion"); v != "" {
		out = append(out, inventory.Text("minimum-os:"+v))
	}
	if v := plist.Text(d, "DTSDKName"); v != "" {
		out = append(out, inventory.Text("built-with:"+v))
	}
	if plist.Bool(d, "UIFileSharingEnabled") {
		out = append(out, "file-sharing")
	}
	for _, item := range plist.List(d, "SKAdNetworkItems") {
		if id := plist.Text(item, "SKAdNetworkIdentifier"); id != "" && len(out) < 4*maxValues {
			out = append(out, inventory.Text("ad-network:"+strings.ToLower(id)))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// transport is what App Transport Security lets through. That connections may also be checked against authorities that
// the phone's owner added holds for every app, and is not told.
func transport(d map[string]any) (*inventory.NetworkSecurity, bool) {
	const key = "NSAppTransportSecurity"
	all := plist.Bool(d, key, "NSAllowsArbitraryLoads")
	for _, finer := range []string{"NSAllowsArbitraryLoadsInWebContent", "NSAllowsArbitraryLoadsForMedia", "NSAllowsLocalNetworking"} {
		if plist.Get(d, key, finer) != nil { // it takes the place of the exception for all, since iOS 10
			all = false
		}
	}
	n := &inventory.NetworkSecurity{Rules: []inventory.NetworkRule{{Cleartext: all, SystemCAs: true}}}
	if plist.Dict(d, key) != nil {
		n.File = infoName
	}
	domains, pins := plist.Dict(d, key, "NSExceptionDomains"), plist.Dict(d, key, "NSPinnedDomains")
	names := slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, m := range []map[string]any{domains, pins} {
			for name := range m {
				if !yield(name) {
					return
				}
			}
		}
	}))
	for _, name := range names {
		if len(n.Rules) > maxValues {
			n.Cut = true
			break
		}
		n.Rules = append(n.Rules, rule(name, domains, pins, all))
	}
	return n, all
}

// rule is what holds for one domain.
func rule(name string, domains, pins map[string]any, all bool) inventory.NetworkRule {
	shown := strings.ToLower(name)
	if plist.Bool(domains, name, "NSIncludesSubdomains") || plist.Bool(pins, name, "NSIncludesSubdomains") {
		shown = "." + shown
	}
	out := inventory.NetworkRule{Domains: []string{inventory.Text(shown)}, Cleartext: all, SystemCAs: true}
	if plist.Dict(domains, name) != nil {
		out.Cleartext = plist.Bool(domains, name, "NSExceptionAllowsInsecureHTTPLoads") || plist.Bool(domains, name, "NSTemporaryExceptionAllowsInsecureHTTPLoads")
	}
	out.Pins = len(plist.List(pins, name, "NSPinnedLeafIdentities")) + len(plist.List(pins, name, "NSPinnedCAIdentities"))
	return out
}
