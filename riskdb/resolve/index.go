package resolve

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"quaestor/scanners/inventory"
)

// Index finds products by what is said of them. It is immutable and safe for concurrent use.
type Index struct {
	products  []Product
	vendors   []Vendor
	title     []string    // by product: its name for a reader
	vendorOf  []int32     // by product; -1 when the vendor is not known
	companies [][]company // by vendor
	lookup    Lookup

	written map[string][]ref   // by compact folded name
	makers  map[string][]int32 // vendors by telling words
	longest int                // words of the longest name

	all    []listedName // from which the rarer ways are made when a name first asks for them
	sounds func() *soundIndex
	shapes func() *shapeIndex
	near   neighbours
}

type listedName struct {
	name string
	ref
}

// ref is one name of a product.
type ref struct {
	product int32
	odd     oddity // marks that the name itself has
	open    bool   // words of security software may follow
	needs   bool   // too little of a name without an agreeing publisher
	common  bool   // an ordinary word
	short   bool   // too short to stand alone
	brief   bool   // so short that others bear it too
	words   uint8  // in the name
	far     bool   // has a colon or the like in it
}

// minName is the shortest name in letters that is compared by itself; shorter ones are too often somebody else's.
const minName = 4

// maxBrief is the longest name in letters that apps of other makers are bound to bear too.
const maxBrief = 4

// New builds an index. Lookup may be nil, where identifiers are looked up elsewhere.
func New(products []Product, vendors []Vendor, lookup Lookup) *Index {
	ix := &Index{products: products, vendors: vendors, lookup: lookup,
		title: make([]string, len(products)), vendorOf: make([]int32, len(products)), companies: make([][]company, len(vendors)),
		written: make(map[string][]ref, 2*len(products)), makers: make(map[string][]int32, 2*len(vendors)), all: make([]listedName, 0, 2*len(products))}
	ix.sounds, ix.shapes = sync.OnceValue(ix.bySound), sync.OnceValue(ix.byShape)
	ix.near.names = sync.OnceValue(ix.nearNames)
	at := make(map[string]int32, len(vendors))
	for i := range vendors {
		at[vendors[i].ID] = int32(i)
		ix.addVendor(int32(i))
	}
	for i := range products {
		v, ok := at[products[i].Vendor]
		if !ok {
			v = -1
		}
		ix.vendorOf[i] = v
		ix.addProduct(int32(i))
	}
	return ix
}

func (ix *Index) addVendor(i int32) {
	for _, name := range ix.vendors[i].Names {
		for k, s := range spellings(name) {
			c := companyOf(s)
			if c.key == "" || k > 0 && c.plain { // "Hello Group (Momo, Tantan)" is not every company called Momo
				continue
			}
			ix.companies[i] = append(ix.companies[i], c)
			addOnce(ix.makers, c.key, i)
		}
	}
}

func addOnce(m map[string][]int32, key string, i int32) {
	if !slices.Contains(m[key], i) {
		m[key] = append(m[key], i)
	}
}

func (ix *Index) addProduct(i int32) {
	p := &ix.products[i]
	for n, name := range p.Names {
		if n == 0 {
			ix.title[i] = spellings(name)[0]
		}
		for k, s := range spellings(name) {
			if k > 0 && ix.speaksFor(companyOf(s), ix.vendorOf[i]) { // "Uber Russia (Yandex)" is not called Yandex
				continue
			}
			ix.addName(i, s, ref{})
			if short := ix.withoutMaker(i, s); short != "" {
				ix.addName(i, short, ref{needs: true})
			}
		}
	}
	for _, name := range p.Open {
		ix.addName(i, name, ref{open: true})
	}
}

func (ix *Index) addName(i int32, name string, r ref) {
	var few [8]word
	ws := wordsInto(few[:0], name)
	key := compact(ws)
	if key == "" {
		return
	}
	r.product = i
	for _, w := range ws {
		r.odd |= w.odd
		r.far = r.far || w.far > ws[0].far || w.brackets
	}
	r.words = uint8(len(ws))
	r.common = vocabulary()[key]&ordinary != 0 || !slices.ContainsFunc(ws, func(w word) bool { return vocabulary()[w.s]&(everyday|plain) == 0 })
	r.short, r.brief = ascii(key) && len(key) < minName, ascii(key) && len(key) <= maxBrief
	ix.longest = max(ix.longest, len(ws))
	add(ix.written, key, r)
	if ascii(key) {
		ix.all = append(ix.all, listedName{name, r})
	}
}

// add keeps one ref for each product and key: the one that asks least.
func add(m map[string][]ref, key string, r ref) {
	for i, old := range m[key] {
		if old.product == r.product {
			if old.needs && !r.needs {
				r.open = r.open || old.open
				m[key][i] = r
			} else if !r.needs {
				m[key][i].open = old.open || r.open
			}
			return
		}
	}
	m[key] = append(m[key], r)
}

// withoutMaker is a product's name without its vendor's before it, as the icon on a screen has it: "Teams" for
// "Microsoft Teams".
func (ix *Index) withoutMaker(i int32, name string) string {
	v := ix.vendorOf[i]
	first, rest, ok := strings.Cut(name, " ")
	if v < 0 || !ok || vocabulary()[strings.ToLower(rest)]&(plain|edition|protects) != 0 && vocabulary()[strings.ToLower(rest)]&ordinary == 0 {
		return ""
	}
	for _, c := range ix.companies[v] {
		if c.key == strings.ToLower(first) {
			return rest
		}
	}
	return ""
}

// spellings lists the names that a catalogue writes as one: "CM Security / Security Master", "X (Twitter)".
func spellings(name string) []string {
	if !strings.Contains(name, " / ") && strings.IndexByte(name, '(') < 0 {
		return []string{strings.TrimSpace(name)}
	}
	var out []string
	for _, part := range strings.Split(name, " / ") {
		base, rest, ok := strings.Cut(part, "(")
		inside, after, closed := strings.Cut(rest, ")")
		if !ok || !closed || strings.TrimSpace(base) == "" {
			out = append(out, strings.TrimSpace(part))
			continue
		}
		out = append(out, strings.TrimSpace(base+after))
		if strings.TrimSpace(after) != "" {
			continue
		}
		for _, other := range strings.Split(inside, ",") {
			if other = strings.TrimPrefix(strings.TrimSpace(other), "formerly "); isName(other) {
				out = append(out, other)
			}
		}
	}
	return out
}

// isName reports whether what stands in brackets is a name, and not a remark: each word begins as names do, and
// it is more than an ordinary word or two.
func isName(s string) bool {
	known := 0
	fields := strings.Fields(s)
	for _, f := range fields {
		r, _ := utf8.DecodeRuneInString(f)
		if r >= 'a' && r <= 'z' && len(fields) > 1 {
			return false
		}
		if vocabulary()[strings.ToLower(f)] != 0 {
			known++
		}
	}
	return utf8.RuneCountInString(s) >= minName && known < len(fields) && !strings.Contains(s, "/")
}

// knownOn reports whether the product is known on the platform.
func (ix *Index) knownOn(p int32, platform inventory.Platform) bool {
	return slices.Contains(ix.products[p].Platforms, platform)
}
