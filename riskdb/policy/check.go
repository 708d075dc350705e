package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
	"quaestor/scanners/inventory"
)

// Scope is what a file is checked against.
type Scope struct {
	DB      *riskdb.DB
	AsOf    riskdb.Date
	Beside  []*Document // files chosen together with this one
	Shipped bool        // the file is one that the database is made of

	compiled map[string]riskdb.Condition // what was compiled while checking, for who loads the file; nil otherwise
}

// Check says what is wrong with the content of a file, with its place. Faults keep the file from being used;
// warnings do not: something in it that does nothing, or no longer.
func Check(d *Document, s Scope) Problems {
	c := &checker{doc: d, Scope: s, ids: map[string]string{}}
	c.file()
	c.out = slices.DeleteFunc(c.out, func(p Problem) bool {
		return slices.ContainsFunc(d.problems, func(q Problem) bool { return p.Line == q.Line && p.Column == q.Column })
	}) // what the form of a value already made a fault of
	slices.SortStableFunc(c.out, func(a, b Problem) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	return c.out
}

type checker struct {
	Scope
	doc        *Document
	out        Problems
	ids        map[string]string
	categories map[string]bool
}

func (c *checker) add(warning bool, path, format string, args ...any) {
	p := Problem{File: c.doc.Name, Line: 1, Column: 1, Text: fmt.Sprintf(format, args...), Warning: warning}
	if n := c.doc.place(path); n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	c.out = append(c.out, p)
}

func (c *checker) fault(path, format string, args ...any) { c.add(false, path, format, args...) }
func (c *checker) warn(path, format string, args ...any)  { c.add(true, path, format, args...) }

var slug = lazyregexp.New(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// id checks a name, and that it is used once in its space.
func (c *checker) id(space, path, id string) {
	switch {
	case id == "":
		c.fault(path, "%s has no id", last(path))
	case !slug.MatchString(id) || len(id) > 64:
		c.fault(path+".id", "id %q: use small letters, digits and single hyphens, 64 at most", id)
	case c.ids[space+id] != "":
		c.fault(path+".id", "the id %q is there twice", id)
	}
	c.ids[space+id] = path
}

func (c *checker) required(path string, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			c.fault(path, "%s has no %s", last(path), pairs[i])
		}
	}
}

func (c *checker) file() {
	f := &c.doc.File
	if len(f.Policies)+len(f.Exceptions) == 0 {
		c.fault("", "the file has neither policies nor exceptions")
	}
	for i, s := range f.Sources {
		path := fmt.Sprintf("sources[%d]", i)
		c.id("source ", path, s.ID)
		c.required(path, "title", s.Title)
		c.date(path+".date", s.Date, false)
		if c.DB.Source(s.ID) != nil && !c.Shipped {
			c.fault(path+".id", "the database has a source %q already: name it, or choose another id", s.ID)
		}
	}
	c.groups("", f.Groups)
	c.exceptions("", f.Exceptions, f.Groups, nil)
	for i := range f.Policies {
		c.policy(fmt.Sprintf("policies[%d]", i), &f.Policies[i])
	}
}

func (c *checker) policy(path string, p *riskdb.Policy) {
	c.id("policy ", path, p.ID)
	c.required(path, "title", p.Title)
	if !c.Shipped && c.DB.Policy(p.ID) != nil {
		c.fault(path+".id", "the program ships a policy %q: choose another id, and write extends: [%s] to build on it", p.ID, p.ID)
	}
	if p.ID == "none" {
		c.fault(path+".id", "\"none\" means that no policy applies: choose another id")
	}
	if _, err := riskdb.Extend(p, c.find); err != nil {
		c.fault(path+".extends", "%v", err)
	}
	for i, a := range p.Authorities {
		if c.DB.Authority(a) == nil {
			c.warn(at(path+".authorities", i), "unknown authority %q: no measure of it can apply; see `quaestor explain policies`", a)
		}
	}
	c.sources(path, p.Sources)
	c.overrides(path, p)
	if len(p.Rules) > maxRules {
		c.fault(path+".rules", "%d rules; a policy may have %d", len(p.Rules), maxRules)
		return
	}
	for i := range p.Rules {
		c.rule(at(path+".rules", i), p.ID, &p.Rules[i])
	}
	c.allow(path, p)
	c.groups(path, p.Groups)
	groups := p.Groups
	if flat, err := riskdb.Extend(p, c.find); err == nil {
		groups = flat.Groups
	}
	c.exceptions(path, p.Exceptions, slices.Concat(groups, c.doc.Groups), p)
	for i := range p.Tests {
		c.test(at(path+".tests", i), &p.Tests[i])
	}
}

// find finds a pack of the same files, or of the database.
func (c *checker) find(id string) *riskdb.Policy {
	for _, d := range append([]*Document{c.doc}, c.Beside...) {
		for i := range d.Policies {
			if d.Policies[i].ID == id {
				return &d.Policies[i]
			}
		}
	}
	return c.DB.Policy(id)
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func (c *checker) overrides(path string, p *riskdb.Policy) {
	for i, o := range p.Severity {
		here := at(path+".severity", i)
		if o.Rule == "" && o.Axis == "" {
			c.fault(here, "an override names a rule, an axis, or both")
		}
		c.ruleName(here+".rule", o.Rule, p)
		if o.Axis != "" {
			oneOf(c, here+".axis", o.Axis, riskdb.Axes)
		}
		oneOf(c, here+".severity", o.Severity, riskdb.Severities)
	}
}

// ruleName checks the name of a rule of the program, or PACK/RULE.
func (c *checker) ruleName(path, name string, p *riskdb.Policy) {
	if name == "" || riskdb.RuleByID(name) != nil {
		return
	}
	if pack, rule, ok := strings.Cut(name, "/"); ok {
		found := c.find(pack)
		if p != nil && p.ID == pack {
			found = p
		}
		if found != nil {
			if flat, err := riskdb.Extend(found, c.find); err == nil && (rule == "allow" && len(flat.Allow) > 0 || slices.ContainsFunc(flat.Rules, func(r riskdb.PackRule) bool { return r.ID == rule })) {
				return
			}
		}
	}
	c.fault(path, "there is no rule %q: see `quaestor explain rules`, or write PACK/RULE", name)
}

func oneOf[T ~string](c *checker, path string, value T, list []T) {
	if slices.Contains(list, value) {
		return
	}
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	c.fault(path, "%q: write one of %s", value, strings.Join(words, ", "))
}

func (c *checker) sources(path string, ids []string) {
	for i, id := range ids {
		if c.DB.Source(id) == nil && !slices.ContainsFunc(c.doc.Sources, func(s Source) bool { return s.ID == id }) {
			c.fault(at(path+".sources", i), "unknown source %q: add it to the list sources of this file", id)
		}
	}
}

var (
	platforms = []string{string(inventory.Android), string(inventory.IOS), string(inventory.Windows), string(inventory.MacOS), string(inventory.Linux)}
	origins   = []string{"system", "store", "management", "other", "none", "unknown"}
)

func (c *checker) rule(path, pack string, r *riskdb.PackRule) {
	c.id("rule of "+pack+" ", path, r.ID)
	if r.ID == "allow" {
		c.fault(path+".id", "\"allow\" is the name of the allow list: choose another id")
	}
	c.required(path, "title", r.Title, "reason", r.Reason)
	oneOf(c, path+".axis", r.Axis, riskdb.Axes)
	oneOf(c, path+".severity", r.Severity, riskdb.Severities)
	oneOf(c, path+".action", r.Action, riskdb.Actions)
	c.sources(path, r.Sources)
	for i, p := range r.Platforms {
		oneOf(c, at(path+".platforms", i), p, platforms)
	}
	for i, o := range r.Origins {
		oneOf(c, at(path+".origins", i), o, origins)
	}
	c.known(path+".products", "product", r.Products, c.isProduct)
	c.known(path+".owners", "vendor or owner", r.Owners, c.isOwner)
	c.known(path+".jurisdictions", "state", r.Jurisdictions, func(s string) bool { return c.DB.Jurisdiction(s) != nil })
	c.known(path+".categories", "category", r.Categories, c.isCategory)
	c.known(path+".sdks", "software development kit", r.SDKs, func(id string) bool { return c.DB.SDK(id) != nil })
	for i, p := range r.Permissions {
		if !strings.Contains(p, ".") {
			c.warn(at(path+".permissions", i), "%q: write the full name of the permission, such as android.permission.%s; this can never match", p, p)
		}
	}
	if len(r.Products)+len(r.Owners)+len(r.Jurisdictions)+len(r.Categories)+len(r.Permissions)+len(r.SDKs)+len(r.Platforms)+len(r.Installers)+len(r.Origins) == 0 && r.When == "" {
		c.fault(path, "the rule %q has no condition and would match every app: say of which", r.ID)
	}
	c.when(path+".when", r.When)
}

func (c *checker) isProduct(id string) bool { return c.DB.Product(id) != nil }
func (c *checker) isOwner(id string) bool   { return c.DB.Vendor(id) != nil || c.DB.Entity(id) != nil }

func (c *checker) isCategory(name string) bool {
	if c.categories == nil {
		c.categories = map[string]bool{}
		for i := range c.DB.Products {
			c.categories[c.DB.Products[i].Category] = true
		}
	}
	return c.categories[name]
}

// known warns of values that the database does not have.
func (c *checker) known(path, what string, values []string, has func(string) bool) {
	unknown := 0
	for i, v := range values {
		if !has(v) {
			unknown++
			c.warn(at(path, i), "the database has no %s %q: this can never match", what, v)
		}
	}
	if unknown > 1 && unknown == len(values) {
		c.warn(path, "nothing in this list is known: it can never match")
	}
}

func (c *checker) when(path, expression string) {
	if expression == "" {
		return
	}
	compiled, err := c.compiled[expression], error(nil)
	if compiled == nil {
		compiled, err = Compile(expression)
	}
	var p *ExpressionProblem
	switch {
	case errors.As(err, &p):
		line, column := c.doc.inText(path, p.Line, p.Column)
		c.out = append(c.out, Problem{File: c.doc.Name, Line: line, Column: column, Text: p.Text})
	case err != nil:
		c.fault(path, "%v", err)
	default:
		if c.compiled != nil {
			c.compiled[expression] = compiled
		}
		if text := compiled.(*condition).costly(); text != "" {
			c.warn(path, "%s", text)
		}
		switch compiled.(*condition).constant {
		case 'f':
			c.warn(path, "the condition is false for every app: the rule can never match")
		case 't':
			c.warn(path, "the condition is true for every app")
		}
	}
}

// inText finds the place in the file of a place in a text.
func (d *Document) inText(path string, line, column int) (int, int) {
	n := d.place(path)
	if n == nil {
		return 1, 1
	}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		lines := strings.Split(string(d.raw), "\n")
		first := n.Line // 0-based: the line below the mark
		for first < len(lines) && strings.TrimSpace(lines[first]) == "" {
			first++
		}
		if n.Style&yaml.FoldedStyle != 0 || first >= len(lines) {
			return first + 1, column
		}
		indent := len(lines[first]) - len(strings.TrimLeft(lines[first], " "))
		return first + line, indent + column
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		column++
	}
	return n.Line, n.Column + column - 1
}

func (c *checker) allow(path string, p *riskdb.Policy) {
	for i, w := range p.Allow {
		here := at(path+".allow", i)
		c.required(here, "reason", w.Reason)
		if !w.System && len(w.Products)+len(w.Owners)+len(w.Apps)+len(w.Kinds)+len(w.Installers) == 0 {
			c.fault(here, "an entry of the allow list says what it allows")
		}
		c.known(here+".products", "product", w.Products, c.isProduct)
		c.known(here+".owners", "vendor or owner", w.Owners, c.isOwner)
		for j, k := range w.Kinds {
			if !inventory.IdentifierKind(k).Known() {
				c.fault(at(here+".kinds", j), "%q is no kind of identifier", k)
			}
		}
	}
}

func (c *checker) groups(path string, groups []riskdb.DeviceGroup) {
	for i, g := range groups {
		here := at(join(path, "groups"), i)
		c.id("group of "+path+" ", here, g.ID)
		if len(g.Devices) == 0 {
			c.fault(here, "the group %q has no devices", g.ID)
		}
	}
}

func (c *checker) exceptions(path string, list []riskdb.Exception, groups []riskdb.DeviceGroup, p *riskdb.Policy) {
	if len(list) > maxExceptions {
		c.fault(join(path, "exceptions"), "%d exceptions; %d is the most", len(list), maxExceptions)
		return
	}
	for i, e := range list {
		here := at(join(path, "exceptions"), i)
		c.id("exception ", here, e.ID)
		c.required(here, "approved_by", e.ApprovedBy, "reason", e.Reason, "until", string(e.Until))
		c.date(here+".from", e.From, true)
		c.date(here+".until", e.Until, true)
		if e.From != "" && e.Until != "" && e.Until.Compare(e.From) < 0 {
			c.fault(here+".until", "the exception ends on %s, before it begins on %s", e.Until, e.From)
		}
		if e.Until.Valid() && e.Until.Ended(c.AsOf) {
			c.warn(here+".until", "the exception ended on %s", e.Until)
		}
		c.scope(here, &e, groups)
		c.long(here+".until", e.Until)
		for j, g := range e.Groups {
			if !slices.ContainsFunc(groups, func(x riskdb.DeviceGroup) bool { return x.ID == g }) {
				c.fault(at(here+".groups", j), "there is no group %q", g)
			}
		}
		for j, r := range e.Rules {
			if r == "" {
				c.fault(at(here+".rules", j), "an empty name: name a rule, see `quaestor explain rules`")
			}
			c.ruleName(at(here+".rules", j), r, p)
		}
		c.known(here+".products", "product", e.Products, c.isProduct)
		c.vulnerabilities(here, &e)
	}
}

func (c *checker) date(path string, d riskdb.Date, whole bool) {
	switch {
	case !d.Valid():
		c.fault(path, "date %q: write YYYY-MM-DD", d)
	case whole && d != "" && len(d) != len("2006-01-02"):
		c.fault(path, "date %q: write the day too, as YYYY-MM-DD", d)
	}
}

var certificate = lazyregexp.New(`^[0-9a-f]{64}$`)

func (c *checker) test(path string, t *riskdb.PolicyTest) {
	c.required(path, "name", t.Name)
	c.date(path+".as_of", t.AsOf, true)
	for i, r := range t.Only {
		c.ruleName(at(path+".only", i), r, nil)
	}
	names := map[string]bool{}
	for i, d := range t.Devices {
		c.required(at(path+".devices", i), "name", d.Name)
		names[d.Name] = true
		if d.Platform != "" {
			oneOf(c, at(path+".devices", i)+".platform", d.Platform, platforms)
		}
		c.date(at(path+".devices", i)+".security_patch", riskdb.Date(d.SecurityPatch), true)
	}
	apps := map[string]bool{}
	for i, a := range t.Apps {
		here := at(path+".apps", i)
		c.required(here, "id", a.ID)
		apps[a.ID] = true
		if a.Kind != "" && !inventory.IdentifierKind(a.Kind).Known() {
			c.fault(here+".kind", "%q is no kind of identifier", a.Kind)
		}
		c.known(here+".sdks", "software development kit", a.SDKs, func(id string) bool { return c.DB.SDK(id) != nil })
		for j, s := range a.Signers {
			if !certificate.MatchString(s) {
				c.fault(at(here+".signers", j), "%q: write the SHA-256 digest of a certificate, 64 digits of lower-case hex", s)
			}
		}
		if a.File && a.Device != "" {
			c.fault(here+".device", "a file that was handed in is on no device: leave one of the two out")
		}
		if a.Device != "" && !names[a.Device] {
			c.fault(here+".device", "the test has no device %q", a.Device)
		}
	}
	for i, w := range t.Want {
		here := at(path+".want", i)
		c.required(here, "rule", w.Rule)
		c.ruleName(here+".rule", w.Rule, nil)
		if len(t.Only) > 0 && !slices.Contains(t.Only, w.Rule) {
			c.fault(here+".rule", "the test is only about %s: add %q there", strings.Join(t.Only, ", "), w.Rule)
		}
		if w.App != "" && !apps[w.App] {
			c.fault(here+".app", "the test has no app %q", w.App)
		}
		if w.Severity != "" {
			oneOf(c, here+".severity", w.Severity, riskdb.Severities)
		}
		if w.Action != "" {
			oneOf(c, here+".action", w.Action, riskdb.Actions)
		}
		if w.Confidence != "" {
			oneOf(c, here+".confidence", w.Confidence, []riskdb.Confidence{riskdb.ConfidenceHigh, riskdb.ConfidenceModerate, riskdb.ConfidenceLow})
		}
	}
}
