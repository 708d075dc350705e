package resolve

import (
	"slices"
	"strings"
)

// company is a publisher's name without legal form, and without what tells no companies apart.
type company struct {
	key     string // the telling words, joined
	sound   string // likewise, as they sound; of a name that is heard
	telling []string
	words   []string // all but the legal form; as they sound where it is heard
	heard   bool     // it was written in another script, so that only its sound can be compared
	plain   bool     // one ordinary word, which tells little
	forms   []string // legal forms, as written
	// follows is true of those who gather around a maker's name: "DeepSeek Community" is not DeepSeek.
	follows bool
}

// companyOf folds the name of a publisher: "ООО «ЯНДЕКС»", "Yandex LLC" and "CN=YANDEX, O=YANDEX LLC" are one.
func companyOf(name string) company {
	name = strings.TrimSpace(cut(name))
	if o := subjectField(name, "O"); o != "" {
		name = o
	} else if cn := subjectField(name, "CN"); cn != "" {
		name = cn
	}
	var few [8]word
	ws := wordsInto(few[:0], strings.ToLower(name)) // "GmbH" is one word
	var c company
	if read, _ := reading(ws); read != nil {
		ws, c.heard = read, true
	}
	all := make([]string, 0, 2*len(ws))
	telling := all[len(ws):len(ws):cap(all)]
	for _, w := range ws {
		s, class := trimHanForm(w.s), vocabulary()[w.s]
		if s == "" || class&legal != 0 {
			c.forms = append(c.forms, w.s)
			continue
		}
		all = append(all, s)
		c.plain = c.plain || class&ordinary != 0
		c.follows = c.follows || class&(accessory|following) != 0
		if class&vague == 0 {
			telling = append(telling, s)
		}
	}
	if len(telling) == 0 {
		telling = all
	}
	c.key, c.words, c.telling = strings.Join(telling, ""), all, telling
	c.plain = c.plain && len(telling) == 1
	if c.heard {
		c.sound = spokenWords(telling)
		for i, s := range all {
			c.words[i] = spoken(s)
		}
	}
	return c
}

// name is what is compared of a company: its telling words, or the sound of them.
func (c company) name() string {
	if c.heard {
		return c.sound
	}
	return c.key
}

// called lists the vendors of that name.
func (ix *Index) called(c company) []int32 {
	if c.heard {
		return ix.sounds().makers[c.sound]
	}
	return ix.makers[c.key]
}

// commonForms are legal forms that companies of many countries give themselves in English.
var commonForms = []string{"inc", "incorporated", "llc", "ltd", "limited", "co", "company", "corp", "corporation", "pte", "private"}

// sameAs reports whether a company that is called by one ordinary word is a known one: in whole, but for where it is.
// "Opera Norway AS" is Opera; "Lark Software" is not Lark, "Telecom Italia" not China Telecom, and "VK Kft" not VK.
func (c company) sameAs(known *company) bool {
	if !c.plain || c.heard {
		return true
	}
	words := slices.DeleteFunc(slices.Clone(c.words), func(w string) bool { return vocabulary()[w]&place != 0 && !slices.Contains(known.words, w) })
	return slices.Equal(words, known.words) && (len(words) < len(c.words) || !c.foreign(known))
}

// foreign reports a legal form of one country that the known company does not have.
func (c company) foreign(known *company) bool {
	return slices.ContainsFunc(c.forms, func(form string) bool {
		return ascii(form) && !slices.Contains(commonForms, form) && !slices.Contains(known.forms, form)
	})
}

// trimHanForm takes the legal form off a company's name in Han characters.
func trimHanForm(w string) string {
	for _, form := range []string{"股份有限公司", "有限责任公司", "有限公司", "公司"} {
		if rest, ok := strings.CutSuffix(w, form); ok {
			return rest
		}
	}
	return w
}

// subjectField reads one field of a certificate's subject, "CN=…, O=…"; empty when name is no subject.
func subjectField(name, field string) string {
	for rest := name; rest != ""; {
		part := rest
		if i := fieldEnd(rest); i >= 0 {
			part, rest = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		k, v, ok := strings.Cut(strings.TrimSpace(part), "=")
		if ok && strings.EqualFold(strings.TrimSpace(k), field) {
			return strings.Trim(strings.TrimSpace(v), `"`)
		}
	}
	return ""
}

// fieldEnd finds the comma that ends a field: one that is neither quoted nor escaped.
func fieldEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			quoted = !quoted
		case '\\':
			i++
		case ',', '+', '\n':
			if !quoted && (s[i] != '+') {
				return i
			}
		}
	}
	return -1
}

// agreement compares a stated publisher with the vendor of a product. A vendor's own word within a longer name
// agrees ("Tencent Technology (Shenzhen)"), unless it is an ordinary word: "Signal Weather" is not Signal. The name of
// the product does not: whoever calls an app "Quark" may call himself "Quark Inc.".
func (ix *Index) agreement(publisher company, vendor int32) Agreement {
	if publisher.key == "" {
		return PublisherUnstated
	}
	if ix.speaksFor(publisher, vendor) {
		return PublisherAgrees
	}
	for _, other := range ix.called(publisher) {
		if other != vendor {
			return PublisherOther
		}
	}
	if ix.incomparable(publisher, vendor) {
		return PublisherUnstated
	}
	return PublisherUnknown
}

// incomparable reports a publisher in letters whose sound is not known, beside a vendor of whom no name in such letters is
// listed: "北京奇虎科技有限公司" says nothing for or against "Qihoo 360".
func (ix *Index) incomparable(publisher company, vendor int32) bool {
	if vendor < 0 || publisher.heard || ascii(publisher.key) {
		return false
	}
	return !slices.ContainsFunc(ix.companies[vendor], func(known company) bool { return !ascii(known.key) })
}

func (ix *Index) speaksFor(publisher company, vendor int32) bool {
	if vendor < 0 {
		return false
	}
	for n := range ix.companies[vendor] {
		known := &ix.companies[vendor][n]
		name := known.key
		if publisher.heard {
			name = ix.sounds().companies[vendor][n]
		}
		if name == publisher.name() {
			return true
		}
		if len(name) >= minName && !known.plain && !publisher.follows && contains(publisher.words, name) {
			return true
		}
	}
	return false
}

// contains reports whether some words in a row make up the name.
func contains(words []string, name string) bool {
	for i := range words {
		rest := name
		for _, w := range words[i:] {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, w); !ok {
				break
			}
			if rest == "" {
				return true
			}
		}
	}
	return false
}
