package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/inventory"
)

// maxHosts is how many hosts of an app are named.
const maxHosts = 12

// inside is nil for an app of which no file was read.
func (b *builder) inside(a *inventory.App) *Inside {
	var files []*inventory.Binary
	for _, sha := range a.Binaries {
		if f := b.binaries[sha]; f != nil {
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		return nil
	}
	base := files[0]
	in := &Inside{Signature: b.signature(base), MinSDK: base.MinSDK, TargetSDK: base.TargetSDK, SDKs: b.sdks(a), Network: network(base)}
	hosts, roles, marks := map[string]bool{}, map[string]bool{}, map[string]int{}
	perms := a.Permissions
	for i, f := range files {
		in.Files = append(in.Files, InsideFile{SHA256: f.SHA256, Name: cmp.Or(f.FileNames...), Split: f.Split, Size: f.Size})
		in.addCode(f)
		in.addManifest(f, roles)
		in.addMarks(f, i > 0, marks)
		in.Carries = append(in.Carries, b.carried[f.SHA256]...)
		in.Libraries += b.libraries[f.SHA256]
		for _, h := range f.Hosts {
			hosts[h] = true
		}
		if len(a.Permissions) == 0 {
			perms = append(perms, f.Permissions...)
		}
	}
	in.Hosts, in.SomeHosts = len(hosts), firstKeys(hosts, maxHosts)
	in.Roles = firstKeys(roles, len(roles))
	slices.Sort(in.ABIs)
	in.ABIs = slices.Compact(in.ABIs)
	for _, r := range b.db.Reach(perms) {
		in.Asks = append(in.Asks, Reach{Category: r.Category, Permissions: r.Permissions, Granted: r.Granted})
	}
	return in
}

func firstKeys(m map[string]bool, few int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return slices.Clip(keys[:min(few, len(keys))])
}

func (in *Inside) addCode(f *inventory.Binary) {
	in.Native += max(len(f.Native), len(f.NativeLibs))
	in.ABIs = append(in.ABIs, f.ABIs...)
	if f.Code == nil {
		return
	}
	if in.Code == nil {
		in.Code = &InsideCode{}
	}
	in.Code.Files += len(f.Code.Files)
	in.Code.Classes += f.Code.Classes
	in.Code.Renamed += f.Code.Renamed
}

func (in *Inside) addManifest(f *inventory.Binary, roles map[string]bool) {
	for i := range f.Manifest {
		c := &f.Manifest[i]
		if c.Exported && c.Permission == "" && c.ReadPermission == "" && !c.Disabled {
			in.Exported++
		}
		for _, r := range c.Roles {
			if r != "launcher" && r != "boot" { // nearly every app has these
				roles[r] = true
			}
		}
	}
}

func (in *Inside) addMarks(f *inventory.Binary, split bool, at map[string]int) {
	for _, m := range f.Marks {
		i, ok := at[m.Code]
		if !ok {
			i = len(in.Marks)
			at[m.Code] = i
			in.Marks = append(in.Marks, InsideMark{Code: m.Code, Text: m.Detail})
		}
		in.Marks[i].Count += m.Count
		for _, p := range m.Places {
			place := Place{File: p.File, Item: p.Item, Binary: p.Binary}
			if split && place.Binary == "" {
				place.Binary = f.SHA256
			}
			if len(in.Marks[i].Places) < maxMarkPlaces {
				in.Marks[i].Places = append(in.Marks[i].Places, place)
			}
		}
	}
}

// maxMarkPlaces is how many places of a mark are named.
const maxMarkPlaces = 3

func (b *builder) signature(f *inventory.Binary) Signature {
	s := Signature{State: cmp.Or(string(f.Signed), "unknown"), Error: f.SignatureError}
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

func (b *builder) sdks(a *inventory.App) []InsideSDK {
	var out []InsideSDK
	for _, m := range b.a.Code[a.ID] {
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

// index prepares what the files of apps are looked up in.
func (b *builder) index() {
	b.binaries, b.carried, b.libraries = map[string]*inventory.Binary{}, map[string][]InsideCarried{}, map[string]int{}
	for i := range b.inv.Binaries {
		f := &b.inv.Binaries[i]
		b.binaries[f.SHA256] = f
		for _, p := range f.Inside {
			b.carried[p.Binary] = append(b.carried[p.Binary], InsideCarried{SHA256: f.SHA256, File: p.File, Format: f.Format, Package: f.Package, Size: f.Size})
		}
	}
	for _, list := range b.carried {
		slices.SortFunc(list, func(x, y InsideCarried) int {
			return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.SHA256, y.SHA256))
		})
	}
	for _, c := range b.inv.Components {
		if c.Binary != "" {
			b.libraries[c.Binary]++
		}
	}
}
