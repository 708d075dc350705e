package yamldb

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// ref checks that a key which is not empty is in a table.
func (v *checker) ref(r row, n *yaml.Node, what, table, key string) {
	if key != "" && !v.has(table, key) {
		v.problem(r, n, "unknown %s %q", what, key)
	}
}

// state checks a country code, or the code of a part of a state such as BE-VLG, whose state must be known.
func (v *checker) state(r row, n *yaml.Node, code string) {
	country, part, isPart := strings.Cut(code, "-")
	if code == "" || (v.has("jurisdictions", country) && (!isPart || subdivision.MatchString(part))) {
		return
	}
	v.problem(r, n, "unknown jurisdiction %q", code)
}

// references checks every reference from a row to another.
func (v *checker) references() {
	t := &v.set.Tables
	for i, a := range t.Authorities {
		r := v.set.rows["authorities"][i]
		v.state(r, child(r.node, "jurisdiction"), a.Jurisdiction)
		v.required(r, "name", a.Name, "jurisdiction", a.Jurisdiction)
	}
	for i, p := range t.Policies {
		v.policy(v.set.rows["policies"][i], &p)
	}
	for i, x := range t.Vendors {
		r := v.set.rows["vendors"][i]
		v.state(r, child(r.node, "hq"), x.HQ)
		v.state(r, child(r.node, "seat"), x.Seat)
		v.state(r, child(r.node, "jurisdiction"), x.Jurisdiction)
		for j, code := range x.Links {
			v.state(r, item(child(r.node, "links"), j), code)
		}
		v.required(r, "name", x.Name)
	}
	for i, e := range t.Entities {
		r := v.set.rows["entities"][i]
		v.state(r, child(r.node, "country"), e.Country)
		v.required(r, "name", e.Name)
		v.oneOf(r, "kind", e.Kind, "company", "business", "fund", "person", "state-body", "group", "public")
	}
	for i, p := range t.Products {
		r := v.set.rows["products"][i]
		v.vendorRef(r, child(r.node, "vendor"), p.Vendor)
		for j, id := range p.Apps {
			v.ref(r, item(child(r.node, "apps"), j), "product", "products", id)
		}
		v.publisherEdge(r, &p)
		v.required(r, "name", p.Name, "vendor", p.Vendor, "category", p.Category)
		v.oneOf(r, "kind", string(p.Kind), string(riskdb.AppProduct), string(riskdb.SecurityProduct))
		if (p.Kind == riskdb.SecurityProduct) != (p.SecurityKind != "") {
			v.problem(r, child(r.node, "kind"), "a security product, and no other, has a security_kind")
		}
	}
	for i, b := range t.Bans {
		v.ban(v.set.rows["bans"][i], &b)
	}
	for i, e := range t.Expectations {
		v.required(v.set.rows["expectations"][i], "category", e.Category)
	}
	for i, c := range t.Postures {
		v.posture(v.set.rows["postures"][i], &c)
	}
	for i, p := range t.Protections {
		r := v.set.rows["protections"][i]
		v.required(r, "says", p.Says, "means", p.Means)
		v.oneOf(r, "state", p.State, "off", "snoozed", "expired", "outdated", "several")
		v.oneOf(r, "severity", string(p.Severity), words(riskdb.Severities)...)
		v.oneOf(r, "firewall", string(cmp.Or(p.Firewall, p.Severity)), words(riskdb.Severities)...)
	}
	for i, p := range t.Payloads {
		v.required(v.set.rows["payloads"][i], "type", p.Type, "does", p.Does)
	}
	for i, c := range t.Combinations {
		r := v.set.rows["combinations"][i]
		for j, name := range c.AllOf {
			v.ref(r, item(child(r.node, "all_of"), j), "permission", "permissions", name)
		}
		v.oneOf(r, "severity", c.Severity, "critical", "high", "medium", "low")
	}
}

// posture wants a check that can be met, and told.
func (v *checker) posture(r row, c *riskdb.PostureCheck) {
	v.required(r, "title", c.Title, "why", c.Why)
	if ofManagement := slices.ContainsFunc(c.Values, func(x riskdb.PostureValue) bool { return strings.HasPrefix(x.Property, "management.") }); !ofManagement || c.Platform != "" {
		v.oneOf(r, "platform", string(c.Platform), string(inventory.Android), string(inventory.IOS)) // what a management says is the same of every system
	}
	v.oneOf(r, "severity", string(c.Severity), words(riskdb.Severities)...)
	if len(c.Values) == 0 {
		v.problem(r, child(r.node, "values"), "no value of a property is named, so that nothing can meet it")
	}
	for j, x := range c.Values {
		if x.Property == "" || len(x.Values) == 0 {
			v.problem(r, item(child(r.node, "values"), j), "name a property and at least one value of it")
		}
	}
}

// publisherEdge wants an edge by which the product's vendor controls somebody.
func (v *checker) publisherEdge(r row, p *riskdb.Product) {
	if p.PublisherEdge == "" {
		return
	}
	n := child(r.node, "publisher_edge")
	v.ref(r, n, "edge", "edges", p.PublisherEdge)
	for _, e := range v.set.Tables.Edges {
		// The company between the product and its vendor may itself be held through another.
		if e.ID == p.PublisherEdge && (e.Parent != p.Vendor || !e.Kind.Control()) {
			v.problem(r, n, "publisher_edge %q does not say that %q controls the product's company", p.PublisherEdge, p.Vendor)
		}
	}
}

// vendorRef wants a vendor where an entity, which shares the IDs, will not do.
func (v *checker) vendorRef(r row, n *yaml.Node, id string) {
	if id != "" && !slices.ContainsFunc(v.set.Vendors, func(x riskdb.Vendor) bool { return x.ID == id }) {
		v.problem(r, n, "unknown vendor %q", id)
	}
}

func (v *checker) policy(r row, p *riskdb.Policy) {
	for j, id := range p.Authorities {
		v.ref(r, item(child(r.node, "authorities"), j), "authority", "authorities", id)
	}
	for j, code := range p.Jurisdictions {
		v.state(r, item(child(r.node, "jurisdictions"), j), code)
	}
	v.required(r, "title", p.Title)
	own := len(p.Rules)+len(p.Allow)+len(p.Extends) > 0
	if p.All == (len(p.Authorities) > 0) && !own {
		v.problem(r, nil, "a policy names authorities, or has all: true, or rules of its own")
	}
}

func (v *checker) ban(r row, b *riskdb.Ban) {
	v.ref(r, child(r.node, "authority_id"), "authority", "authorities", b.AuthorityID)
	v.ref(r, child(r.node, "superseded_by"), "ban", "bans", b.SupersededBy)
	v.state(r, child(r.node, "jurisdiction"), b.Jurisdiction)
	v.required(r, "authority", b.Authority, "authority_id", b.AuthorityID, "jurisdiction", b.Jurisdiction, "scope", b.Scope)
	v.oneOf(r, "kind", string(b.Kind), words(banKinds)...)
	v.oneOf(r, "state", string(b.State), words(banStates)...)
	if (b.State == riskdb.Superseded) != (b.SupersededBy != "") {
		v.problem(r, child(r.node, "state"), "superseded and superseded_by go together")
	}
	if b.SupersededBy == b.ID {
		v.problem(r, child(r.node, "superseded_by"), "a ban cannot supersede itself")
	}
	v.period(r, b.Begins(), b.Until)
	if b.Review != "" && b.LastChecked != "" && b.Review.Last() <= b.LastChecked.First() {
		v.problem(r, child(r.node, "review"), "review (%s) comes before the last check (%s)", b.Review, b.LastChecked)
	}
	if (b.State == riskdb.InForce || b.State == riskdb.InForceWhenReported) && b.Kind.Binding() && b.Verified && b.Review == "" {
		v.problem(r, child(r.node, "state"), "a measure in force needs review: the day by which its state should be checked again")
	}
	for i, s := range b.Steps {
		if s.By == "" || s.What == "" {
			v.problem(r, item(child(r.node, "steps"), i), "a step needs by, the day, and what is to be done")
		}
	}
	if b.Issued == "" && b.From == "" && b.Verified && b.Kind != riskdb.NoneFound {
		v.problem(r, nil, "no date: write issued or from")
	}
}

func (v *checker) period(r row, from, until riskdb.Date) {
	if from != "" && until != "" && from.Valid() && until.Valid() && until.Last() < from.First() {
		v.problem(r, child(r.node, "until"), "it ends (%s) before it begins (%s)", until, from)
	}
}

// required checks pairs of a field's name and value.
func (v *checker) required(r row, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) == "" {
			v.problem(r, nil, "no %s", pairs[i])
		}
	}
}

func (v *checker) oneOf(r row, field, have string, allowed ...string) {
	if !slices.Contains(allowed, have) {
		v.problem(r, child(r.node, field), "%s %q: write one of %s", field, have, strings.Join(allowed, ", "))
	}
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

var (
	banKinds = []riskdb.BanKind{riskdb.BanOrder, riskdb.BanExtension, riskdb.Restriction, riskdb.NetworkBlock, riskdb.MarketBan, riskdb.WarningBinding,
		riskdb.PolicyRule, riskdb.DPAOrder, riskdb.Sanction, riskdb.StoreRemoval, riskdb.SDKRemoval, riskdb.List, riskdb.Warning, riskdb.Recommendation,
		riskdb.Advice, riskdb.Resolution, riskdb.NotApproved, riskdb.Request, riskdb.PositionNoBan, riskdb.NoneFound}
	banStates = []riskdb.BanState{riskdb.InForce, riskdb.InForceWhenReported, riskdb.Superseded, riskdb.Revoked, riskdb.Expired, riskdb.Suspended, riskdb.CourtSuspended,
		riskdb.Advisory, riskdb.Announced, riskdb.StateUnknown}
	edgeKinds = []riskdb.EdgeKind{riskdb.Owns, riskdb.Controls, riskdb.Minority, riskdb.GoldenShare, riskdb.JointVenture, riskdb.Former, riskdb.AnnouncedDeal}
	covers    = []riskdb.TargetCovers{riskdb.CoversSoftware, riskdb.CoversEquipment, riskdb.CoversSanction, riskdb.CoversSDK, riskdb.CoversCriteria}
	productID = []inventory.IdentifierKind{inventory.AndroidPackage, inventory.IOSBundle, inventory.MacBundle, inventory.WingetID, inventory.MSIXFamily, inventory.DebPackage,
		inventory.RPMPackage, inventory.FlatpakApp, inventory.SnapPackage, inventory.DesktopEntry, inventory.Process, riskdb.AppStoreID, riskdb.LinuxPackage,
		riskdb.ServiceName, riskdb.DisplayName, riskdb.MacApp, riskdb.MacPath, riskdb.MacLaunchDaemon, riskdb.MacMachService, riskdb.MacReceipt,
		riskdb.MacSystemExt, riskdb.KernelDriver, riskdb.AndroidCodePrefix, riskdb.UninstallKey, riskdb.MSIProductCode, riskdb.MSIUpgradeCode,
		riskdb.ChromeExtension, inventory.FirefoxAddon, riskdb.MacKernelExt, riskdb.KernelModule, riskdb.RootName, riskdb.RootSHA256, riskdb.InputMethod,
		inventory.AlpinePackage, inventory.ArchPackage, inventory.Homebrew, inventory.Chocolatey}
)
