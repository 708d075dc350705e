package resolve

import (
	"slices"
	"strings"
)

// found is a product whose name begins what is asked, with how much of it and what follows.
type found struct {
	ref
	head  []word
	tail  []word
	how   How
	maker bool // the name begins with the vendor's
}

// match finds the longest known name that the words begin with and that what follows does not make another one.
// The vendor's name may stand before it: "Tencent WeChat".
func (ix *Index) match(ws []word, names map[string][]ref, how How, accept func(found) bool) []found {
	var j joined
	j.set(ws, how)
	if hits := ix.matchFrom(ws, &j, 0, nil, names, how, accept); hits != nil {
		return hits
	}
	for from := 1; from <= 3 && from < j.n; from++ {
		if vendors := ix.makers[string(j.part(0, from))]; vendors != nil {
			if hits := ix.matchFrom(ws, &j, from, vendors, names, how, accept); hits != nil {
				return hits
			}
		}
	}
	return ix.matchLater(ws, &j, names, how, accept)
}

// matchLater finds security software whose name comes after what it is: "Антивирус Dr.Web для Windows", "Agent de sécurité
// Bitdefender". Only words for a kind of program may stand before it, for what is left says nothing of other makers.
func (ix *Index) matchLater(ws []word, j *joined, names map[string][]ref, how How, accept func(found) bool) []found {
	guards := func(f found) bool { return ix.guards(f.product) && accept(f) }
	for from := 0; from < j.n-1 && from < maxBefore && vocabulary()[ws[from].s]&before != 0; from++ {
		if hits := ix.matchFrom(ws, j, from+1, nil, names, how, guards); hits != nil {
			return hits
		}
	}
	return nil
}

// maxBefore is how many words may stand before the name of security software.
const maxBefore = 5

// guards reports whether a product is security software that is known by the beginning of its names.
func (ix *Index) guards(product int32) bool { return len(ix.products[product].Open) > 0 }

func (ix *Index) matchFrom(ws []word, j *joined, from int, vendors []int32, names map[string][]ref, how How, accept func(found) bool) []found {
	for k := min(j.n, from+ix.longest+2); k > from; k-- {
		var hits []found
		for _, r := range names[string(j.part(from, k))] {
			if vendors != nil && !slices.Contains(vendors, ix.vendorOf[r.product]) || spans(ws[from:k]) && !r.far && (k < j.n || r.words < manyWords) {
				continue
			}
			if f := (found{ref: r, head: ws[from:k], tail: ws[k:], how: how, maker: vendors != nil}); accept(f) {
				hits = append(hits, f)
			}
		}
		if hits != nil {
			return hits
		}
	}
	return nil
}

// manyWords is from how many words on a name that is all that is said is the same with and without a colon in it: "Kaspersky: Antivirus
// & VPN". "Clip: Show" is not ClipShow.
const manyWords = 3

// spans reports whether something stands between the words that no name has inside.
func spans(head []word) bool {
	last := head[len(head)-1]
	return last.far > head[0].far || last.brackets && !head[0].brackets
}

// fits reports whether what follows the name leaves it the name of the product. Words that are not known make it
// another name; what stands apart may be a tagline.
func (ix *Index) fits(f found, publisher Agreement) bool {
	agrees := publisher == PublisherAgrees
	category := ix.products[f.product].Category
	if f.needs && (!agrees || f.maker) { // the maker's other brand before it makes another name
		return false
	}
	weak := f.common || f.short
	if weak && (publisher == PublisherUnknown || publisher == PublisherOther) {
		return false
	}
	if len(f.tail) == 1 && f.tail[0].s == "18" { // a number that is no version
		return false
	}
	last := f.head[len(f.head)-1]
	about := agrees || f.maker || f.words > 1 && isNoun(category, last.s) // "UC Browser" says it itself
	for i := 0; i < len(f.tail); i++ {
		w, apart := f.tail[i].tailText(), f.tail[i].apartFrom(last)
		spaced := f.tail[i].brackets || f.tail[i].far > last.far // not "telegram-owl"
		c, noun := vocabulary()[w], isNoun(category, w)
		about = about || noun || isAbout(category, w)
		if n := ix.again(f, i); n > 0 {
			i += n - 1
			continue
		}
		switch {
		case c&accessory != 0:
			return false
		case c&linking != 0 && i+1 < len(f.tail) && vocabulary()[f.tail[i+1].tailText()]&platform != 0:
			i++
		case c&plain != 0 || isVersion(w) || noun:
		case c&edition != 0 && (!weak || agrees || apart):
		case f.open && c&(protects|linking|legal) != 0:
		case spaced && (c&region != 0 || !weak):
		case apart && (about || ix.aboutLater(category, f.tail[i:])):
			about = true
		default:
			return false
		}
	}
	return !f.short || about
}

// again is how many words of what follows a name, from one on, are another name of the same product: "REDnote-小红书", "WeChat (微信)".
// In the same script it stands apart.
func (ix *Index) again(f found, from int) int {
	last := f.head[len(f.head)-1]
	first := f.tail[from]
	if ascii(first.s) == ascii(last.s) && !first.brackets && first.far == last.far {
		return 0
	}
	for n := min(len(f.tail)-from, ix.longest); n > 0; n-- {
		for _, r := range ix.written[compact(f.tail[from:from+n])] {
			if r.product == f.product && !r.needs {
				return n
			}
		}
	}
	return 0
}

// about reports whether the maker's name before it, or a word of the product's own business after it, tells a name that
// is an ordinary word from others.
func (ix *Index) about(f found) bool {
	category := ix.products[f.product].Category
	return f.maker || slices.ContainsFunc(f.tail, func(w word) bool {
		return isNoun(category, w.tailText()) || isAbout(category, w.tailText())
	})
}

// tailText is a word as it was written, also where the name is compared by its shape.
func (w word) tailText() string {
	if w.said != "" && ascii(w.said) {
		return w.said
	}
	return w.s
}

// aboutLater reports whether a tagline has a word of the product's own business.
func (ix *Index) aboutLater(category string, tail []word) bool {
	return slices.ContainsFunc(tail, func(w word) bool { return isAbout(category, w.tailText()) })
}

func isAbout(category, w string) bool {
	for _, stem := range stems[category] {
		if strings.HasPrefix(w, stem) {
			return true
		}
	}
	return false
}

func isNoun(category, w string) bool {
	for list := nouns[category]; list != ""; {
		var noun string
		if noun, list, _ = strings.Cut(list, " "); noun == w {
			return true
		}
	}
	return false
}

// isVersion reports numbers, and numbers with the letters that versions have: 115, v2, 24h2, sp1, r2, 3b1.
func isVersion(w string) bool {
	digits, other := 0, 0
	for i := 0; i < len(w); i++ {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z':
			other++
		default:
			return false
		}
	}
	if digits == 0 {
		return false
	}
	if other == 0 {
		return true
	}
	letters := strings.Trim(w, "0123456789")
	switch letters {
	case "v", "r", "u", "a", "b", "h", "i", "rc", "sp", "sr", "hf", "mr", "cu", "kb", "beta", "alpha", "build":
		return true
	}
	return false
}
