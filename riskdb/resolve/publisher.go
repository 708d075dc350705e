package resolve

import "strings"

// company is a publisher's name without legal form, and without what tells no companies apart.
type company struct {
	key     string   // the telling words as they sound, joined
	written string   // likewise, as they are written
	words   []string // all but the legal form, as they sound
	plain   bool     // one ordinary word, which tells little
}

// companyOf folds the name of a publisher: "ООО «ЯНДЕКС»", "Yandex LLC" and "CN=YANDEX, O=YANDEX LLC" are one.
func companyOf(name string) company {
	name = strings.TrimSpace(cut(name))
	if o := subjectField(name, "O"); o != "" {
		name = o
	} else if cn := subjectField(name, "CN"); cn != "" {
		name = cn
	}
	ws := words(strings.ToLower(name)) // "GmbH" is one word
	if read, _ := reading(ws); read != nil {
		ws = read
	}
	var c company
	var telling, written []string
	for _, w := range ws {
		s, class := trimHanForm(w.s), vocabulary()[w.s]
		if s == "" || class&legal != 0 {
			continue
		}
		raw := s
		s = spoken(s)
		c.words = append(c.words, s)
		c.plain = c.plain || class&ordinary != 0
		if class&vague == 0 {
			telling, written = append(telling, s), append(written, raw)
		}
	}
	if len(telling) == 0 {
		telling, written = c.words, c.words
	}
	c.written = strings.Join(written, "")
	c.key = strings.Join(telling, "")
	c.plain = c.plain && len(telling) == 1
	return c
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
// agrees ("Tencent Technology (Shenzhen)"), unless it is an ordinary word: "Signal Weather" is not Signal.
func (ix *Index) agreement(publisher company, vendor int32, product string) Agreement {
	if publisher.key == "" {
		return PublisherUnstated
	}
	if ix.speaksFor(publisher, vendor) || publisher.key == companyOf(product).key {
		return PublisherAgrees
	}
	for _, other := range ix.makers[publisher.key] {
		if other != vendor {
			return PublisherOther
		}
	}
	return PublisherUnknown
}

func (ix *Index) speaksFor(publisher company, vendor int32) bool {
	if vendor < 0 {
		return false
	}
	for _, known := range ix.companies[vendor] {
		if known.key == publisher.key {
			return true
		}
		if len(known.key) < minName || known.plain {
			continue
		}
		for i := range publisher.words {
			joined := ""
			for _, w := range publisher.words[i:] {
				if joined += w; len(joined) >= len(known.key) {
					break
				}
			}
			if joined == known.key {
				return true
			}
		}
	}
	return false
}
