package yamldb

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
	"quaestor/scanners/inventory"
)

var (
	slug        = lazyregexp.New(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	subdivision = lazyregexp.New(`^[A-Z]{2,3}$`)
	sha256Hex   = lazyregexp.New(`^[0-9a-f]{64}$`)
	pkgName     = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$`)
	bundleID    = lazyregexp.New(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	digits      = lazyregexp.New(`^[0-9]{5,12}$`)
	teamID      = lazyregexp.New(`^[A-Z0-9]{10}$`)
	wingetID    = lazyregexp.New(`^([^\s.]+(\.[^\s.]+)+|9[A-Z0-9]{11}|XP[A-Z0-9]{12})$`)
	guid        = lazyregexp.New(`^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$`)
	extensionID = lazyregexp.New(`^[a-p]{32}$`)
	msixName    = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9.-]{2,49}$`)
	debName     = lazyregexp.New(`^[a-z0-9][a-z0-9+._-]+$`)
)

// shapes are what identifiers of a kind look like. Kinds that are not here may hold any text.
var shapes = map[inventory.IdentifierKind]*lazyregexp.Regexp{
	inventory.AndroidPackage: pkgName, riskdb.AndroidCodePrefix: pkgName, inventory.IOSBundle: bundleID, inventory.MacBundle: bundleID,
	riskdb.AppStoreID: digits, riskdb.MacTeamID: teamID, inventory.WingetID: wingetID, inventory.DebPackage: debName,
	inventory.RPMPackage: debName, inventory.MSIXFamily: msixName, riskdb.LinuxPackage: debName, inventory.FlatpakApp: bundleID,
	riskdb.MSIProductCode: guid, riskdb.MSIUpgradeCode: guid, riskdb.AuthenticodeThumbprint: sha1Hex, riskdb.ChromeExtension: extensionID,
	riskdb.MacSystemExt: bundleID, riskdb.MacKernelExt: bundleID, riskdb.RootSHA256: sha256Hex, inventory.AlpinePackage: debName, inventory.ArchPackage: debName,
}

// folded are the kinds whose registries know no case.
var folded = []inventory.IdentifierKind{inventory.Process, inventory.WingetID, inventory.MSIXFamily, riskdb.ServiceName, riskdb.KernelDriver, riskdb.DisplayName,
	riskdb.UninstallKey, riskdb.PublisherName, riskdb.RootName, riskdb.InputMethod, inventory.Chocolatey}

// vendorID are the kinds that name who signs or publishes, and so a vendor.
var vendorID = map[inventory.IdentifierKind]bool{riskdb.MacTeamID: true, riskdb.AuthenticodeSubject: true, riskdb.AuthenticodeThumbprint: true, riskdb.PublisherName: true}

func kindName(k inventory.IdentifierKind) string {
	if k == riskdb.MacTeamID {
		return "a Team ID"
	}
	return "the kind " + string(k)
}

type owner struct {
	id     string
	shared bool
	where  row
}

// identifiers checks the form of every identifier, and that none belongs to two products unless each says
// that it is shared.
func (v *checker) identifiers() {
	seen := map[string]owner{}
	for i, p := range v.set.Products {
		r := v.set.rows["products"][i]
		for j, id := range p.Identifiers {
			n := item(child(r.node, "identifiers"), j)
			if vendorID[id.Kind] {
				v.problem(r, n, "%s names a vendor, not a product: put it there", kindName(id.Kind))
			} else if !slices.Contains(productID, id.Kind) {
				v.problem(r, n, "unknown kind of identifier %q", id.Kind)
			}
			v.identifier(r, n, id, owner{"product " + p.ID, id.Shared, r}, seen)
		}
	}
	for i, x := range v.set.Vendors {
		r := v.set.rows["vendors"][i]
		for j, id := range x.Identifiers {
			n := item(child(r.node, "identifiers"), j)
			if !vendorID[id.Kind] {
				v.problem(r, n, "a vendor has only identifiers of the kinds that name a signer or publisher, and %s is none", id.Kind)
			}
			v.identifier(r, n, id, owner{"vendor " + x.ID, id.Shared, r}, seen)
		}
	}
}

func (v *checker) identifier(r row, n *yaml.Node, id riskdb.Identifier, who owner, seen map[string]owner) {
	v.shape(r, n, id)
	value := id.Value
	if slices.Contains(folded, id.Kind) {
		value = strings.ToLower(value)
	}
	key := string(id.Kind) + " " + value
	old, taken := seen[key]
	switch {
	case taken && old.id == who.id:
		v.problem(r, n, "%s is listed twice", key)
	case taken && !(old.shared && id.Shared):
		v.problem(r, n, "%s belongs to %s (%s:%d) too; mark both as shared, or drop one", key, old.id, old.where.file, old.where.node.Line)
	}
	seen[key] = who
}

func (v *checker) shape(r row, n *yaml.Node, id riskdb.Identifier) {
	if re := shapes[id.Kind]; id.Value == "" || strings.TrimSpace(id.Value) != id.Value || (re != nil && !re.MatchString(id.Value)) {
		v.problem(r, n, "malformed %s %q", id.Kind, id.Value)
	}
	if id.Kind == riskdb.PublisherName && !id.Shared {
		v.problem(r, n, "publisher %q: anybody can write it, so that it is shared: true", id.Value)
	}
	if id.Kind == riskdb.AuthenticodeSubject && riskdb.Authenticode(quotedSubject(id.Value)) != id.Value {
		v.problem(r, n, "authenticode-subject %q: write CN=name, O=organisation", id.Value)
	}
	if id.Kind == inventory.Process && strings.ContainsAny(id.Value, `/\`) {
		v.problem(r, n, "process %q: write the name of the file alone", id.Value)
	}
	if id.Kind == riskdb.DisplayName && strings.ContainsAny(strings.TrimSuffix(id.Value, "*"), "*?[") {
		v.problem(r, n, "pattern %q: only a star at the end is understood", id.Value)
	}
}

// targets checks that each target of a ban is of one kind, and says whom it means.
func (v *checker) targets() {
	categories := map[string]bool{}
	for _, p := range v.set.Products {
		categories[p.Category] = true
	}
	for i, b := range v.set.Bans {
		r := v.set.rows["bans"][i]
		for j, t := range b.Targets {
			n := item(child(r.node, "targets"), j)
			v.target(r, n, t)
			if t.Category != "" && !categories[t.Category] {
				v.problem(r, child(n, "category"), "no product has the category %q", t.Category)
			}
		}
		if len(b.Targets) == 0 && !b.ListIncomplete {
			v.problem(r, nil, "no targets, and list_incomplete does not say why")
		}
	}
}

func (v *checker) target(r row, n *yaml.Node, t riskdb.Target) {
	v.vendorRef(r, child(n, "vendor"), t.Vendor)
	for k, id := range t.Products {
		v.ref(r, item(child(n, "products"), k), "product", "products", id)
	}
	for k, code := range t.Jurisdictions {
		v.state(r, item(child(n, "jurisdictions"), k), code)
	}
	for k, id := range t.Identifiers {
		v.shape(r, item(child(n, "identifiers"), k), id)
	}
	if !slices.Contains(covers, t.Covers) {
		v.problem(r, child(n, "covers"), "covers %q: write one of %s, or nothing for software", t.Covers, strings.Join(words(covers[1:]), ", "))
	}
	if t.Name == "" {
		v.problem(r, n, "a target without a name")
	}
	ways := 0
	for _, on := range []bool{len(t.Products)+len(t.Identifiers) > 0, t.Owner, len(t.Jurisdictions) > 0, t.Category != ""} {
		if on {
			ways++
		}
	}
	switch {
	case ways > 1:
		v.problem(r, n, "a target is products, an owner, states or a category: one of them")
	case ways == 0 && t.Covers == riskdb.CoversSoftware && !t.NeverByName:
		v.problem(r, n, "the target %q names nothing to recognise it by; say never_by_name, or what it covers", t.Name)
	case ways > 0 && t.NeverByName:
		v.problem(r, n, "never_by_name is for targets that nothing else recognises")
	case t.Clause != "" && !t.Successors:
		v.problem(r, child(n, "clause"), "a successor clause without successors: true")
	case (t.Owner || t.Successors) && t.Vendor == "":
		v.problem(r, n, "owner and successors need a vendor")
	case t.NamedOnly && !t.Owner:
		v.problem(r, child(n, "named_only"), "named_only is for a target with owner: true")
	}
}

// roots wants digests as they are compared.
func (v *checker) roots(r row, l *riskdb.RootList) {
	v.required(r, "title", l.Title)
	if len(l.SHA1)+len(l.SHA256) == 0 {
		v.problem(r, r.node, "no authority is named, so that nothing can be in it")
	}
	for j, d := range l.SHA1 {
		if !sha1Hex.MatchString(d) {
			v.problem(r, item(child(r.node, "sha1"), j), "%q is no SHA-1 in lower-case hex", d)
		}
	}
	for j, d := range l.SHA256 {
		if !sha256Hex.MatchString(d) {
			v.problem(r, item(child(r.node, "sha256"), j), "%q is no SHA-256 in lower-case hex", d)
		}
	}
}

// formats checks what is left: permissions, signers, keys, installers and states.
func (v *checker) formats() {
	t := &v.set.Tables
	for i, p := range t.Permissions {
		r := v.set.rows["permissions"][i]
		if p.Weight < 1 || p.Weight > 5 {
			v.problem(r, child(r.node, "weight"), "weight %d: write 1 to 5", p.Weight)
		}
		v.oneOf(r, "platform", p.Platform, "android", "apple")
		v.oneOf(r, "kind", p.Kind, "permission", "usage-key", "entitlement", "decision", "extension-point")
	}
	for i, s := range t.Signers {
		v.signer(v.set.rows["signers"][i], &s)
	}
	for i, k := range t.TestKeys {
		r := v.set.rows["test_keys"][i]
		if !sha256Hex.MatchString(k.SHA256) {
			v.problem(r, child(r.node, "sha256"), "%q is no SHA-256 in lower-case hex", k.SHA256)
		}
	}
	for i, l := range t.Roots {
		v.roots(v.set.rows["roots"][i], &l)
	}
	for i, x := range t.Installers {
		r := v.set.rows["installers"][i]
		if !pkgName.MatchString(x.Package) {
			v.problem(r, child(r.node, "package"), "malformed package %q", x.Package)
		}
		v.oneOf(r, "kind", string(x.Kind), words([]riskdb.InstallerKind{riskdb.Store, riskdb.Management, riskdb.Updater, riskdb.Sideloader})...)
	}
	for i, j := range t.Jurisdictions {
		r := v.set.rows["jurisdictions"][i]
		v.required(r, "name", j.Name, "group_basis", j.GroupBasis)
		v.oneOf(r, "group", j.Group, "priority", "priority-linked", "watch", "neutral", "adequate", "eu-eea")
		if !slices.Contains([]string{"member", "adequate", "none"}, j.Adequacy.Status) {
			v.problem(r, child(r.node, "adequacy"), "adequacy %q: write member, adequate or none", j.Adequacy.Status)
		}
	}
}

func (v *checker) signer(r row, s *riskdb.Signer) {
	if !pkgName.MatchString(s.Package) {
		v.problem(r, child(r.node, "package"), "malformed package %q", s.Package)
	}
	if len(s.Certs) == 0 {
		v.problem(r, nil, "package %q without certificates", s.Package)
	}
	for j, c := range s.Certs {
		n := item(child(r.node, "certs"), j)
		if !sha256Hex.MatchString(c.SHA256) {
			v.problem(r, n, "%q is no SHA-256 in lower-case hex", c.SHA256)
		}
		if c.Build != "release" && c.Build != "userdebug" {
			v.problem(r, n, "build %q: write release or userdebug", c.Build)
		}
		if v.has("test_keys", c.SHA256) {
			v.problem(r, n, "the certificate of package %q is a public test key", s.Package)
		}
		if slices.ContainsFunc(s.Certs[:j], func(o riskdb.Cert) bool { return o.SHA256 == c.SHA256 }) {
			v.problem(r, n, "the certificate is listed twice")
		}
	}
}

// quotedSubject puts the parts of a stored subject between quotes, as commas in names need it.
func quotedSubject(value string) string {
	cn, o, _ := strings.Cut(strings.TrimPrefix(value, "CN="), ", O=")
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	if o == "" {
		return "CN=" + quote(cn)
	}
	return "CN=" + quote(cn) + ", O=" + quote(o)
}
