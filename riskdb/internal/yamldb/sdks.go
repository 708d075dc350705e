package yamldb

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
)

var (
	libName       = lazyregexp.New(`^[A-Za-z0-9_.+-]+\.so$`)
	frameworkName = lazyregexp.New(`^[A-Za-z0-9_+-]+$`)
	codeName      = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
	className     = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_$]*)+$`)
	countryCode   = lazyregexp.New(`^[A-Z]{2}$`) // of trackers, whose countries need not be records
	packageName   = lazyregexp.New(`^(maven/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?|cocoapods/[A-Za-z0-9_.+-]+|npm/(@[a-z0-9._-]+/)?[a-z0-9._-]+|npm/@[a-z0-9._-]+|pub/[a-z0-9_]+)$`)
	domainName    = lazyregexp.New(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)
)

// markShapes are what signatures of a kind look like.
var markShapes = map[riskdb.SignatureKind]*lazyregexp.Regexp{
	riskdb.NativeLibrary: libName, riskdb.AppleFramework: frameworkName, riskdb.CodePrefix: codeName, riskdb.CodeComponent: className,
	riskdb.PackageName: packageName,
}

// sdkCategories are what SDKs do, in the words of the table.
var sdkCategories = []string{"ads", "analytics", "ar", "audio-video", "browser-engine", "cloud-storage", "code-loading", "crash", "device-identification",
	"face-ocr", "game", "im", "iot", "keyboard", "library", "location", "login-share", "maps", "mini-program", "network", "on-device", "packer", "payment", "push", "speech"}

// codeMark is where a signature was met first.
type codeMark struct {
	sdk   string
	where row
	weak  bool
}

// sdks checks the code inside apps: whose it is, and that no mark is claimed twice without saying so.
func (v *checker) sdks() {
	marks := map[string]codeMark{}
	for i := range v.set.SDKs {
		s, r := &v.set.SDKs[i], v.set.rows["sdks"][i]
		v.required(r, "name", s.Name)
		v.oneOf(r, "category", s.Category, sdkCategories...)
		v.whose(r, s.Vendor, s.VendorName, s.Country)
		v.ref(r, child(r.node, "licence"), "licence", "licences", s.Licence)
		for j, id := range s.With {
			v.ref(r, item(child(r.node, "with"), j), "SDK", "sdks", id)
		}
		if len(s.Signatures) == 0 {
			v.problem(r, nil, "SDK %q without signatures", s.ID)
		}
		for j := range s.Signatures {
			v.mark(r, item(child(r.node, "signatures"), j), s.ID, &s.Signatures[j], marks)
		}
	}
	v.lookalikes(marks)
	v.domains()
	v.shareAlike()
}

// whose wants a recorded vendor, or else a name with its country, the same wherever the name stands.
func (v *checker) whose(r row, vendor, name string, c *riskdb.SDKCountry) {
	v.vendorRef(r, child(r.node, "vendor"), vendor)
	switch {
	case vendor == "" && (name == "" || c == nil):
		v.problem(r, nil, "no vendor: write vendor, or vendor_name and country")
	case vendor != "" && c != nil:
		v.problem(r, child(r.node, "country"), "the country is that of vendor %q: take it out", vendor)
	case c != nil && c.Code == "":
		v.problem(r, child(r.node, "country"), "a country without a code")
	case c != nil:
		v.state(r, child(r.node, "country"), c.Code)
		if old, known := v.countries[name]; known && old != c.Code {
			v.problem(r, child(r.node, "country"), "vendor %q is of %s in another row: write one of them, that of who controls it", name, old)
		}
		v.countries[name] = c.Code
	}
}

func (v *checker) mark(r row, n *yaml.Node, sdk string, s *riskdb.Signature, marks map[string]codeMark) {
	shape := markShapes[s.Kind]
	switch {
	case shape == nil:
		v.problem(r, n, "unknown kind of signature %q", s.Kind)
		return
	case !shape.MatchString(s.Value):
		v.problem(r, n, "malformed %s %q", s.Kind, s.Value)
	case s.Strength.Rank() == 0:
		v.problem(r, n, "strength %q: write strong, medium or weak", s.Strength)
	}
	key := string(s.Kind) + " " + s.Value
	weak := s.Strength == riskdb.WeakMark && s.Kind == riskdb.NativeLibrary
	old, taken := marks[key]
	switch {
	case taken && old.sdk == sdk:
		v.problem(r, n, "%s is listed twice", key)
	case taken && !(old.weak && weak):
		v.problem(r, n, "%s is a mark of SDK %s (%s:%d) too; only a library that is weak in both may be", key, old.sdk, old.where.file, old.where.node.Line)
	}
	marks[key] = codeMark{sdk, r, weak}
}

func (v *checker) lookalikes(marks map[string]codeMark) {
	for i := range v.set.Lookalikes {
		l, r := &v.set.Lookalikes[i], v.set.rows["lookalikes"][i]
		v.required(r, "name", l.Name, "reason", l.Reason)
		v.oneOf(r, "kind", string(l.Kind), words([]riskdb.LookalikeKind{riskdb.OpenSource, riskdb.BundledCopy, riskdb.TooGeneric, riskdb.MisleadingName})...)
		v.ref(r, child(r.node, "sdk"), "SDK", "sdks", l.SDK)
		if !codeName.MatchString(l.Prefix) {
			v.problem(r, child(r.node, "prefix"), "malformed prefix %q", l.Prefix)
		}
		own, taken := marks[string(riskdb.CodePrefix)+" "+l.Prefix]
		switch {
		case taken && own.sdk != l.SDK:
			v.problem(r, nil, "prefix %q is a mark of SDK %s (%s:%d): drop one, or write sdk: %s", l.Prefix, own.sdk, own.where.file, own.where.node.Line, own.sdk)
		case l.SDK != "" && v.has("sdks", l.SDK) && !v.covered(l):
			v.problem(r, child(r.node, "sdk"), "SDK %s has no code prefix that covers %q", l.SDK, l.Prefix)
		}
	}
}

// covered reports whether the SDK of a lookalike has a code prefix at or above it.
func (v *checker) covered(l *riskdb.Lookalike) bool {
	return slices.ContainsFunc(v.set.SDKs, func(s riskdb.SDK) bool {
		return s.ID == l.SDK && slices.ContainsFunc(s.Signatures, func(g riskdb.Signature) bool {
			return g.Kind == riskdb.CodePrefix && (g.Value == l.Prefix || len(l.Prefix) > len(g.Value) && l.Prefix[:len(g.Value)+1] == g.Value+".")
		})
	})
}

func (v *checker) domains() {
	seen := map[string]string{}
	for i := range v.set.VendorDomains {
		d, r := &v.set.VendorDomains[i], v.set.rows["vendor_domains"][i]
		v.whose(r, d.Vendor, d.VendorName, d.Country)
		for j, name := range d.Domains {
			n := item(child(r.node, "domains"), j)
			if !domainName.MatchString(name) {
				v.problem(r, n, "malformed domain %q: small letters, at least two labels, no dot at the end", name)
			}
			if old, taken := seen[name]; taken {
				v.problem(r, n, "domain %q is in the list of %s too", name, old)
			}
			seen[name] = d.ID
		}
	}
	for i := range v.set.Trackers {
		c, r := v.set.Trackers[i].Country, v.set.rows["trackers"][i]
		v.required(r, "name", v.set.Trackers[i].Name, "licence", v.set.Trackers[i].Licence)
		v.ref(r, child(r.node, "licence"), "licence", "licences", v.set.Trackers[i].Licence)
		if c != nil && !countryCode.MatchString(c.Code) {
			v.problem(r, child(r.node, "country"), "country %q: write its code of two capital letters", c.Code)
		}
	}
}

// shareAlike checks that what was taken from a source under a share-alike licence stands in a file under that
// licence, or says itself that it is under it.
func (v *checker) shareAlike() {
	file := map[string]string{}
	for _, f := range v.set.licenceOf {
		file[f.file] = f.licence
	}
	alike, from := map[string]bool{}, map[string]string{}
	for _, l := range v.set.Licences {
		alike[l.SPDX] = l.ShareAlike
	}
	for _, s := range v.set.Sources {
		if alike[s.Licence] {
			from[s.ID] = s.Licence
		}
	}
	for _, u := range v.uses {
		have, read := file[u.at.file] // a row below an overlay was read, and checked, elsewhere
		if own := child(u.at.node, "licence"); own != nil {
			have = own.Value
		}
		if licence := from[u.source]; licence != "" && read && have != licence {
			v.problem(u.at, u.node, "source %q is under %s: the row belongs in a file with `licence: %s`", u.source, licence, licence)
		}
	}
}

// use is a source that a row names.
type use struct {
	source string
	at     row
	node   *yaml.Node
}
