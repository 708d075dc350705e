package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// Resolve lists the products and vendors that a query may mean, best first. A product that an exact identifier
// names is the only answer; else the name, the signer and the publisher each have their say.
func (ix *Index) Resolve(q Query) Result {
	if out := ix.byIdentifier(q); out != nil {
		return out
	}
	var publisher company
	if q.Publisher != "" && publishes(q.Kind) {
		publisher = companyOf(q.Publisher)
	}
	return ix.told(q, publisher)
}

// told is what name, signer and publisher tell.
func (ix *Index) told(q Query, publisher company) Result {
	signer := ix.signer(q)
	out := ix.byName(q, publisher, signer)
	if signer != nil {
		out = append(out, *signer)
	} else if c := ix.byPublisher(q, publisher); c != nil {
		out = append(out, *c)
	}
	return out
}

// Session resolves the queries of one inventory, in which publishers repeat. It is not safe for concurrent use.
type Session struct {
	ix         *Index
	publishers map[string]company
}

// Session begins one.
func (ix *Index) Session() *Session { return &Session{ix: ix, publishers: map[string]company{}} }

// Known is how many publishers it keeps.
func (s *Session) Known() int { return len(s.publishers) }

// Resolve is [Index.Resolve].
func (s *Session) Resolve(q Query) Result {
	if out := s.ix.byIdentifier(q); out != nil {
		return out
	}
	var publisher company
	if q.Publisher != "" && publishes(q.Kind) {
		known := false
		if publisher, known = s.publishers[q.Publisher]; !known {
			publisher = companyOf(q.Publisher)
			s.publishers[q.Publisher] = publisher
		}
	}
	return s.ix.told(q, publisher)
}

func (ix *Index) byIdentifier(q Query) Result {
	if ix.lookup == nil || q.Identifier == "" || q.Kind == inventory.NameOnly {
		return nil
	}
	var out Result
	for _, l := range ix.lookup(q.Kind, q.Identifier) {
		if l.Product == "" {
			continue
		}
		c := Candidate{Product: l.Product, Vendor: l.Vendor, Via: ByIdentifier, Confidence: Moderate, rank: 1000,
			Reason: fmt.Sprintf("The %s %q is listed for it.", q.Kind, q.Identifier)}
		if l.Shared || l.Doubtful {
			c.Confidence, c.rank = Low, 900
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return b.rank - a.rank })
	return out
}

// Kinds of mark that name a vendor; the values are those of the risk database.
const (
	teamID  inventory.IdentifierKind = "macos-team-id"
	subject inventory.IdentifierKind = "authenticode-subject"
)

// signer is the vendor that the signature names: surely where the mark is listed, by its company's name otherwise.
func (ix *Index) signer(q Query) *Candidate {
	for _, mark := range []struct {
		kind  inventory.IdentifierKind
		value string
		says  string
	}{{teamID, q.TeamID, "Team ID"}, {subject, q.Subject, "signing certificate"}} {
		if mark.value == "" || ix.lookup == nil {
			continue
		}
		for _, l := range ix.lookup(mark.kind, mark.value) {
			if l.Product != "" || l.Vendor == "" {
				continue
			}
			c := &Candidate{Vendor: l.Vendor, Via: BySigner, Confidence: Moderate,
				Reason: fmt.Sprintf("The %s %q is listed for %s.", mark.says, cut(mark.value), ix.vendorName(l.Vendor))}
			if l.Shared || l.Doubtful {
				c.Confidence = Low
			}
			return c
		}
	}
	if q.Subject == "" {
		return nil
	}
	if v := ix.maker(companyOf(q.Subject)); v >= 0 {
		return &Candidate{Vendor: ix.vendors[v].ID, Via: BySigner, Confidence: Low,
			Reason: fmt.Sprintf("The signing certificate %q bears the name of %s.", cut(q.Subject), ix.vendors[v].Names[0])}
	}
	return nil
}

// byPublisher is the vendor that bears the name of the stated publisher: a text that anybody can write.
func (ix *Index) byPublisher(q Query, publisher company) *Candidate {
	v := ix.maker(publisher)
	if v < 0 {
		return nil
	}
	return &Candidate{Vendor: ix.vendors[v].ID, Via: ByPublisher, Confidence: Low, Publisher: PublisherAgrees,
		Reason: fmt.Sprintf("The stated publisher %q bears the name of %s.", cut(q.Publisher), ix.vendors[v].Names[0])}
}

// maker is the one vendor of that company's name; -1 when there is none, or several.
func (ix *Index) maker(c company) int32 {
	if c.key == "" {
		return -1
	}
	is := slices.DeleteFunc(slices.Clone(ix.called(c)), func(v int32) bool {
		return !slices.ContainsFunc(ix.companies[v], func(known company) bool { return c.name() == known.key && c.sameAs(&known) || c.heard })
	})
	if len(is) == 1 {
		return is[0]
	}
	for n := min(len(c.words), 6); n > 0 && !c.plain; n-- { // "Tencent Technology (Shenzhen)": the beginning tells
		if n == 1 && vocabulary()[c.words[0]] != 0 { // "Advanced Micro Devices" is not Advanced Technologies
			break
		}
		begin := company{heard: c.heard, key: strings.Join(c.words[:n], "")}
		begin.sound = begin.key
		if is := ix.called(begin); len(is) == 1 && ix.speaksFor(c, is[0]) {
			return is[0]
		}
	}
	return -1
}

func (ix *Index) vendorName(id string) string {
	for i := range ix.vendors {
		if ix.vendors[i].ID == id {
			return ix.vendors[i].Names[0]
		}
	}
	return id
}

// publishes reports whether the publisher of an app of this kind is who made it. In a Linux distribution it is who
// packaged it.
func publishes(k inventory.IdentifierKind) bool {
	switch k {
	case inventory.DebPackage, inventory.RPMPackage, inventory.AlpinePackage, inventory.ArchPackage, inventory.FlatpakApp, inventory.SnapPackage, inventory.DesktopEntry:
		return false
	}
	return true
}

func (ix *Index) byName(q Query, publisher company, signer *Candidate) Result {
	if q.Name == "" {
		return nil
	}
	fits := func(f found) bool { return ix.fits(f, ix.stated(publisher, signer, f.product)) }
	hits, script := ix.names(q.Name, fits, q.Platform)
	note := ""
	if hits == nil {
		hits, script = ix.completed(q, fits)
		note = " The list cut the name, so that its end is a guess."
	}
	if hits == nil {
		if out := ix.byPackage(q); out != nil {
			return out
		}
	}
	var out Result
	for _, f := range hits {
		c := ix.candidate(f, q, script, ix.stated(publisher, signer, f.product), signer)
		c.Reason += note
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(a.Doubt), 0)-cmp.Compare(len(b.Doubt), 0), b.rank-a.rank, cmp.Compare(a.Product, b.Product))
	})
	return out
}

// stated is how the publisher, or the surer signer, compares with the vendor of a product.
func (ix *Index) stated(publisher company, signer *Candidate, product int32) Agreement {
	if signer != nil {
		if signer.Vendor == ix.products[product].Vendor {
			return PublisherAgrees
		}
		return PublisherOther
	}
	return ix.agreement(publisher, ix.vendorOf[product])
}

// names finds products by a name: as written, as read in Latin letters, and by its shape, in that order.
func (ix *Index) names(name string, fits func(found) bool, on inventory.Platform) (hits []found, script string) {
	ws := words(name)
	if hits = ix.onPlatform(ws, ix.written, AsWritten, fits, on); hits != nil {
		return hits, ""
	}
	if read, script := reading(ws); read != nil {
		if hits = ix.onPlatform(read, ix.sounds().names, Transliterated, fits, on); hits != nil {
			return hits, script
		}
	}
	if ascii(name) && !forged(ws) || !ix.shapes().mayLook(ws) {
		return nil, ""
	}
	return ix.onPlatform(shapeWords(ws), ix.shapes().names, Lookalike, fits, on), ""
}

// onPlatform prefers products that are known on the platform, even if a longer name fits one that is not.
func (ix *Index) onPlatform(ws []word, names map[string][]ref, how How, fits func(found) bool, on inventory.Platform) []found {
	all := ix.match(ws, names, how, fits)
	if all == nil {
		return nil
	}
	open := func(f found) bool {
		return f.open && !(len(f.tail) > 0 && f.tail[0].apartFrom(f.head[len(f.head)-1])) && fits(f)
	}
	if on == "" { // a vendor's security software and its app may share the name
		return appendNew(all, ix.match(ws, names, how, open))
	}
	if here := ix.match(ws, names, how, func(f found) bool { return ix.knownOn(f.product, on) && fits(f) }); here != nil {
		return here
	}
	return all
}

func appendNew(all, more []found) []found {
	for _, f := range more {
		if !slices.ContainsFunc(all, func(g found) bool { return g.product == f.product }) {
			all = append(all, f)
		}
	}
	return all
}

func (ix *Index) candidate(f found, q Query, script string, publisher Agreement, signer *Candidate) Candidate {
	p := &ix.products[f.product]
	name := ix.title[f.product]
	c := Candidate{Product: p.ID, Vendor: p.Vendor, Via: ByName, How: f.how, Confidence: Low, Common: f.common || f.short, Brief: f.brief, Publisher: publisher, rank: 100}
	switch odd := oddities(f.head) &^ f.odd; {
	case f.how == Lookalike || f.how == Transliterated && patched(f, q.Name):
		c.How = Lookalike
		c.Reason = fmt.Sprintf("The name is written with %s and reads as %s.", strange(q.Name), name)
		c.Doubt = "Letters that only look like those of the name are no spelling of it."
	case odd&disguise != 0:
		c.How = Lookalike
		c.Reason = fmt.Sprintf("The name is written with %s and reads as %s.", odd.words(), name)
		c.Doubt = "Its maker does not write it so."
	case f.how == Transliterated:
		c.Reason = fmt.Sprintf("The name is written in %s letters and reads as %s.", script, name)
		c.rank += 10
	case odd&wide != 0:
		c.Reason = fmt.Sprintf("The name is %s in full-width letters.", name)
		c.rank += 20
	default:
		c.Reason = fmt.Sprintf("The name is that of %s.", name)
		c.rank += 20
	}
	switch publisher {
	case PublisherAgrees:
		c.rank += 5
		if signer != nil && c.Doubt == "" {
			c.Via, c.Confidence = ByNameAndSigner, signer.Confidence
			c.Reason += " " + signer.Reason
		} else if signer == nil {
			c.Reason += fmt.Sprintf(" The stated publisher %q agrees.", cut(q.Publisher))
		}
	case PublisherUnknown:
		c.doubt(fmt.Sprintf("The stated publisher %q is not a known name of its vendor.", cut(q.Publisher)))
	case PublisherOther:
		c.doubt("It is published or signed by another vendor.")
	case PublisherUnstated:
		if f.common && !ix.about(f) {
			c.doubt("The name is of ordinary words, which others use too.")
		}
	}
	if w := ix.elsewhere(f); w != "" && publisher != PublisherAgrees {
		c.doubt(fmt.Sprintf("The word %q is of a platform on which the product is not known, and programs of other makers are called so.", w))
	}
	if q.Platform != "" && ix.knownOn(f.product, q.Platform) {
		c.rank += 3
	}
	return c
}

// doubt makes a question of the candidate.
func (c *Candidate) doubt(why string) { c.Doubt = strings.TrimSpace(c.Doubt + " " + why) }

// elsewhere is the word after a name that stands for a platform on which the product is not known.
func (ix *Index) elsewhere(f found) string {
	for _, w := range f.tail {
		on, ok := runsOn()[w.tailText()]
		if ok && !slices.ContainsFunc(on, func(p inventory.Platform) bool { return ix.knownOn(f.product, p) }) {
			return w.tailText()
		}
	}
	return ""
}

func oddities(ws []word) (o oddity) {
	for _, w := range ws {
		o |= w.odd
	}
	return o
}

func (o oddity) words() string {
	var parts []string
	for _, x := range []struct {
		bit  oddity
		text string
	}{{accented, "marks above or below letters"}, {hidden, "invisible characters"}, {styled, "styled letters"}} {
		if o&x.bit != 0 {
			parts = append(parts, x.text)
		}
	}
	return strings.Join(parts, " and ")
}

// strange says what is not Latin in a name that only looks so.
func strange(name string) string {
	if found := scriptsOf(name); len(found) > 0 {
		return strings.Join(found, " and ") + " letters"
	}
	return "characters that look like others"
}
