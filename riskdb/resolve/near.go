package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// Neighbour is a product whose name is near that of another one.
type Neighbour struct {
	Product string
	Name    string // the near one of its names
	Why     string // a phrase
	at      int32
}

// nearName is a name of a product, as names are compared with each other.
type nearName struct {
	name    string
	words   []string
	key     string
	product int32
	common  bool
}

// neighbours knows which names are near each other; each answer is found once.
type neighbours struct {
	names func() []nearName
	known sync.Map // []Neighbour by product
}

// minApart is the shortest name in letters that is compared letter by letter: shorter ones are near everything.
const minApart = 6

// Near lists the products, nearest first, with which a product may be mixed up where its name is all that is told: those
// that have the same name, the same words and more of them or fewer, or another letter in it, and are known on the platform or on none.
func (ix *Index) Near(product string, on inventory.Platform) []Neighbour {
	var out []Neighbour
	for _, n := range ix.nearest(product) {
		if ix.knownOn(n.at, on) || len(ix.products[n.at].Platforms) == 0 { // one without a listed identifier may run anywhere
			out = append(out, n)
		}
	}
	return out
}

func (ix *Index) nearest(product string) []Neighbour {
	if list, ok := ix.near.known.Load(product); ok {
		return list.([]Neighbour)
	}
	of := int32(slices.IndexFunc(ix.products, func(p Product) bool { return p.ID == product }))
	if of < 0 {
		return nil
	}
	all := ix.near.names()
	type hit struct {
		Neighbour
		rank int
	}
	best := map[int32]hit{}
	for i := range all {
		if all[i].product != of {
			continue
		}
		for j := range all {
			other := &all[j]
			if other.product == of {
				continue
			}
			rank, why := apart(&all[i], other)
			if old, known := best[other.product]; why != "" && (!known || rank < old.rank) {
				best[other.product] = hit{Neighbour{ix.products[other.product].ID, other.name, why, other.product}, rank}
			}
		}
	}
	hits := make([]hit, 0, len(best))
	for _, h := range best {
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(x, y hit) int { return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.Product, y.Product)) })
	out := make([]Neighbour, len(hits))
	for i := range hits {
		out[i] = hits[i].Neighbour
	}
	ix.near.known.Store(product, out)
	return out
}

// nearNames are the names that are compared, without those that need a publisher to say anything.
func (ix *Index) nearNames() []nearName {
	out := make([]nearName, 0, len(ix.all))
	for _, l := range ix.all {
		if l.needs || l.open || l.short {
			continue
		}
		n := nearName{name: l.name, product: l.product, common: l.common}
		for _, w := range words(l.name) {
			n.words = append(n.words, w.s)
		}
		n.key = strings.Join(n.words, "")
		out = append(out, n)
	}
	return out
}

// apart says how far a name is from another one, and in what way; "" where it is not near.
func apart(name, other *nearName) (rank int, why string) {
	switch {
	case name.key == other.key:
		return 0, "bears the same name"
	case len(name.key) >= minApart && len(other.key) >= minApart && oneLetter(name.key, other.key):
		return 1, fmt.Sprintf("has a name that is one letter apart, %q", other.name)
	case !name.common && len(name.key) >= minName && begins(other.words, name.words):
		return 1 + len(other.words) - len(name.words), fmt.Sprintf("has a name that goes on, %q", other.name)
	case !other.common && len(other.key) >= minName && begins(name.words, other.words):
		return 1 + len(name.words) - len(other.words), fmt.Sprintf("has a name that stops before, %q", other.name)
	}
	return 0, ""
}

func begins(long, short []string) bool {
	return len(short) < len(long) && slices.Equal(long[:len(short)], short)
}

// oneLetter reports whether one letter more, less or another makes one word the other.
func oneLetter(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}
