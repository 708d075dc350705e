package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// So many of each kind are named in a report; the inventory has all.
const (
	maxHosts      = 12
	maxNamed      = 50 // libraries, components
	maxMarkPlaces = 3
)

// inside is nil for an app of which no file was read.
func (b *builder) inside(a *inventory.App) *Inside {
	var files []*inventory.Binary
	for _, sha := range a.Binaries {
		if f := b.binaries[sha]; f != nil {
			files = append(files, f)
		}
	}
	if !slices.ContainsFunc(files, wasRead) {
		return nil
	}
	base := files[0]
	in := &Inside{Signature: b.signature(base), MinSDK: base.MinSDK, TargetSDK: base.TargetSDK, MinCodename: base.MinSDKCodename, TargetCodename: base.TargetSDKCodename, Built: built(base), SDKs: append(b.sdks(b.a.Code[a.ID]), b.trackers(a.ID)...), Network: network(base), Apple: b.apple(base)}
	hosts, roles, marks := map[string]bool{}, map[string]bool{}, map[string]int{}
	told := map[string]string{}
	perms := a.Permissions
	for i, f := range files {
		in.Files = append(in.Files, InsideFile{SHA256: f.SHA256, Name: cmp.Or(f.FileNames...), Split: f.Split, Size: f.Size})
		in.Code = addCode(in.Code, f)
		in.addNative(f)
		in.addManifest(f, roles)
		in.Marks = addMarks(in.Marks, f, i > 0, marks)
		in.Carries = append(in.Carries, b.carriedIn(f, told)...)
		in.Libraries += len(b.libraries[f.SHA256])
		in.SomeLibraries = append(in.SomeLibraries, b.libraries[f.SHA256]...)
		addHosts(hosts, f)
		if len(a.Permissions) == 0 {
			perms = append(perms, f.Permissions...)
		}
	}
	in.SomeLibraries = in.SomeLibraries[:min(len(in.SomeLibraries), maxNamed)]
	in.Hosts, in.SomeHosts = len(hosts), firstKeys(hosts, maxHosts)
	in.Roles = firstKeys(roles, len(roles))
	slices.Sort(in.ABIs)
	in.ABIs = slices.Compact(in.ABIs)
	if a.Platform != inventory.Android {
		perms = b.db.Claims(a, base)
	}
	in.Asks = b.asks(perms)
	return in
}

// wasRead tells a file that was looked into from one that a list only names by its hash.
func wasRead(f *inventory.Binary) bool {
	return f.Code != nil || f.Signed != inventory.SignatureUnknown || f.Entries > 0 || len(f.Manifest)+len(f.Native) > 0
}

func firstKeys(m map[string]bool, few int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return slices.Clip(keys[:min(few, len(keys))])
}

// addHosts adds the hosts that a file names, without those that are only part of a name: of XML namespaces, licences.
func addHosts(into map[string]bool, f *inventory.Binary) {
	called, named := map[string]bool{}, map[string]bool{}
	for i := range f.Endpoints {
		e := &f.Endpoints[i]
		if e.Kind == inventory.EndpointReference {
			named[e.Host] = true
		} else {
			called[e.Host] = true
		}
	}
	for _, h := range f.Hosts {
		if called[h] || !named[h] {
			into[h] = true
		}
	}
}

func (b *builder) asks(perms []inventory.Permission) []Reach {
	var out []Reach
	for _, r := range b.db.Reach(perms) {
		out = append(out, Reach{Category: r.Category, Permissions: r.Permissions, Granted: r.Granted, Limited: r.Limited})
	}
	return out
}

// built is nil where the manifest lets others do nothing with the app.
func built(f *inventory.Binary) *Built {
	out := Built{Debuggable: f.Debuggable, TestOnly: f.TestOnly, AllowBackup: f.AllowBackup, SharedUser: f.SharedUser}
	if out == (Built{}) {
		return nil
	}
	return &out
}

func addCode(c *InsideCode, f *inventory.Binary) *InsideCode {
	if f.Code == nil {
		return c
	}
	if c == nil {
		c = &InsideCode{}
	}
	c.Files += len(f.Code.Files)
	c.Classes += f.Code.Classes
	c.Renamed += f.Code.Renamed
	return c
}

func (in *Inside) addManifest(f *inventory.Binary, roles map[string]bool) {
	for i := range f.Manifest {
		c := &f.Manifest[i]
		if c.Exported && c.Permission == "" && c.ReadPermission == "" && !c.Disabled {
			in.Exported++
			if !icon(c) {
				in.Open++
				if len(in.SomeOpen) < maxNamed {
					in.SomeOpen = append(in.SomeOpen, InsideComponent{Kind: c.Kind, Name: c.Name})
				}
			}
		}
		for _, r := range c.Roles {
			if r != "launcher" && r != "boot" { // nearly every app has these
				roles[r] = true
			}
		}
	}
}

// icon reports a component that is exported for the launcher to start it, and for nothing else.
func icon(c *inventory.ManifestComponent) bool {
	if c.Kind != "activity" && c.Kind != "activity-alias" || len(c.Links)+len(c.Schemes)+len(c.Hosts) > 0 {
		return false
	}
	return len(c.Actions) > 0 && !slices.ContainsFunc(c.Actions, func(a string) bool { return a != "android.intent.action.MAIN" })
}

// addMarks adds what was noticed in a file; at holds where each mark stands in the list.
func addMarks(list []InsideMark, f *inventory.Binary, split bool, at map[string]int) []InsideMark {
	for _, m := range f.Marks {
		i, ok := at[m.Code]
		if !ok {
			i = len(list)
			at[m.Code] = i
			list = append(list, InsideMark{Code: m.Code, Text: m.Detail})
		}
		list[i].Count += m.Count
		for _, p := range m.Places {
			place := Place{File: p.File, Item: p.Item, Binary: p.Binary}
			if split && place.Binary == "" {
				place.Binary = f.SHA256
			}
			if len(list[i].Places) < maxMarkPlaces {
				list[i].Places = append(list[i].Places, place)
			}
		}
	}
	return list
}

func (b *builder) signature(f *inventory.Binary) Signature {
	s := Signature{State: cmp.Or(string(f.Signed), "unknown"), Error: f.SignatureError, SignedFrom: f.SignedFrom}
	for _, c := range f.SchemeChecks {
		s.Schemes = append(s.Schemes, Scheme{Name: c.Scheme, Verified: c.Verified, MinSDK: c.MinSDK, MaxSDK: c.MaxSDK, Error: c.Error})
	}
	if len(s.Schemes) == 0 {
		for _, name := range f.Schemes {
			s.Schemes = append(s.Schemes, Scheme{Name: name, Verified: true})
		}
	}
	seen := map[string]bool{}
	for _, x := range f.Signers {
		if seen[x.SHA256] {
			continue
		}
		seen[x.SHA256] = true
		out := InsideSigner{SHA256: x.SHA256, Subject: x.Subject, Key: x.Key, KeyBits: x.KeyBits, Lineage: x.Lineage,
			Verified: x.Verified && f.Signed != inventory.SignatureInvalid && f.Signed != inventory.SignatureUnsigned}
		if x.NotAfter != nil {
			out.NotAfter = x.NotAfter.Format(time.DateOnly)
		}
		if k := b.db.TestKey(strings.ToLower(x.SHA256)); k != nil {
			out.Known = "public test key: " + k.Name
		}
		s.Signers = append(s.Signers, out)
	}
	return s
}

func (b *builder) sdks(found []riskdb.SDKMatch) []InsideSDK {
	var out []InsideSDK
	for _, m := range found {
		vendor := m.SDK.VendorName
		if v := b.db.Vendor(m.SDK.Vendor); v != nil {
			vendor = v.Name
		}
		s := InsideSDK{ID: m.SDK.ID, Name: m.SDK.Name, Vendor: vendor, Category: m.SDK.Category, Local: m.SDK.Local, Confidence: string(m.Confidence)}
		if len(m.Marks) > 0 {
			s.Places = places(m.Marks[0].Places)
		}
		out = append(out, s)
	}
	return out
}

// trackers are the entries of the tracker list whose code the app carries, each with what has to stand beside it.
func (b *builder) trackers(app string) []InsideSDK {
	var out []InsideSDK
	for _, m := range b.a.Trackers[app] {
		out = append(out, InsideSDK{ID: m.Tracker.ID, Name: m.Tracker.Name, Category: strings.ToLower(strings.Join(m.Tracker.Categories, ", ")),
			Confidence: string(m.Confidence), Places: places(m.Places), Attribution: b.db.Attribution(m.Tracker)})
	}
	return out
}

// network says what lets others read along: unencrypted traffic, and authorities that somebody added to the phone.
func network(f *inventory.Binary) []string {
	var out []string
	if f.NetworkSecurity == nil {
		if f.Cleartext {
			out = append(out, "the manifest lets unencrypted traffic through")
		}
		return out
	}
	var clear, users, pins int
	for _, r := range f.NetworkSecurity.Rules {
		if r.DebugOnly {
			continue
		}
		clear += number(r.Cleartext)
		users += number(r.UserCAs)
		pins += number(r.Pins > 0)
	}
	for _, x := range []struct {
		n    int
		text string
	}{{clear, "unencrypted traffic is let through"}, {users, "authorities that were added to the phone are trusted"}, {pins, "keys are pinned"}} {
		if x.n > 0 {
			out = append(out, x.text)
		}
	}
	return out
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
