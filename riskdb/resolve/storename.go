package resolve

import (
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// byPackage finds products by the name of a package of the Microsoft Store, which management systems show where an app has no title:
// "BytedancePte.Ltd.TikTok_8.2.0.0_x64__6yccndn6064se". One that is listed tells the product; in any other the publisher before the
// last word has to agree with its vendor, where it is no number of the Store.
func (ix *Index) byPackage(q Query) Result {
	maker, title, ok := storeName(q.Name)
	if !ok || q.Identifier != "" && q.Kind != inventory.NameOnly || q.Platform != "" && q.Platform != inventory.Windows {
		return nil
	}
	family, _, _ := strings.Cut(q.Name, "_")
	for _, l := range ix.listedPackages(family) {
		return Result{{Product: l.Product, Vendor: l.Vendor, Via: ByName, How: AsWritten, Confidence: Low, rank: 120,
			Reason: fmt.Sprintf("The name is that of the package %q, which is listed for it.", cut(family))}}
	}
	publisher := companyOf(spaced(maker))
	if storeNumber(maker) {
		publisher = companyOf(q.Publisher)
	}
	agrees := func(f found) bool {
		stated := ix.agreement(publisher, ix.vendorOf[f.product])
		return (stated == PublisherAgrees || storeNumber(maker) && stated == PublisherUnstated && !f.common && !f.brief) && ix.fits(f, stated)
	}
	inner := q
	inner.Name, inner.Publisher = title, maker
	if storeNumber(maker) {
		inner.Publisher = q.Publisher
	}
	hits, script := ix.names(title, agrees, q.Platform)
	var out Result
	for _, f := range hits {
		c := ix.candidate(f, inner, script, ix.agreement(publisher, ix.vendorOf[f.product]), nil)
		c.Reason += fmt.Sprintf(" It is the last word of the name of a package, %q.", cut(family))
		out = append(out, c)
	}
	return out
}

func (ix *Index) listedPackages(family string) []Listed {
	if ix.lookup == nil {
		return nil
	}
	for _, l := range ix.lookup(inventory.MSIXFamily, family) {
		if l.Product != "" && !l.Shared {
			return []Listed{l}
		}
	}
	return nil
}

// storeName cuts the name of a package into who publishes it and what it is.
func storeName(name string) (maker, title string, ok bool) {
	family, _, _ := strings.Cut(name, "_")
	i := strings.LastIndexByte(family, '.')
	if i < 1 || i+1 == len(family) || !ascii(name) || strings.ContainsAny(name, " ,;:()/\\") {
		return "", "", false
	}
	return family[:i], family[i+1:], true
}

// storeNumber reports the eight digits by which the Store calls a publisher that chose no name: "5319275A".
func storeNumber(maker string) bool {
	return len(maker) == 8 && strings.Trim(maker, "0123456789ABCDEF") == "" && strings.ContainsAny(maker, "0123456789")
}

// spaced is the name of a package with its words apart, which it writes as one.
func spaced(name string) string {
	var parts []string
	for _, w := range words(name) {
		parts = append(parts, w.raw)
	}
	return strings.Join(parts, " ")
}
