package riskdb

import "strings"

// Trackers lists the tracker list of Exodus Privacy, in the order of the IDs. It is under the ODbL 1.0: who
// passes it on keeps the notice and the licence.
func (db *DB) Trackers() []Tracker {
	return db.code.trackers.get(db.later, "Trackers", db.Tables.Trackers)
}

// anywhere is a part of class names that may stand at any place in one, because it begins with a dot.
type anywhere struct {
	part    string
	tracker *Tracker
}

// MatchTracker finds the entries of the tracker list that a class belongs to. The list's own tool searches for
// its signatures anywhere in the name of a class; here each must also begin and end with a whole label, so that
// com.tune is not found in com.tunein.
func (db *DB) MatchTracker(class string) []*Tracker {
	c := db.trackerIndex()
	var out []*Tracker
	for start := 0; ; {
		name := class[start:]
		for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
			out = append(out, c.byCode[name[:end]]...)
		}
		dot := strings.IndexByte(name, '.')
		if dot < 0 {
			break
		}
		start += dot + 1
	}
	for _, a := range c.anywhere {
		if at := strings.Index(class, a.part); at >= 0 && ends(class, at+len(a.part)) {
			out = append(out, a.tracker)
		}
	}
	return out
}

// ends reports whether a label ends before the place in the name of a class.
func ends(class string, at int) bool {
	return at == len(class) || class[at-1] == '.' || class[at] == '.' || class[at] == '$'
}

func (db *DB) trackerIndex() *codeTables {
	c := &db.code
	c.trackersOnce.Do(func() {
		c.byCode = map[string][]*Tracker{}
		list := db.Trackers()
		for i := range list {
			t := &list[i]
			for _, part := range t.Code {
				if strings.HasPrefix(part, ".") {
					c.anywhere = append(c.anywhere, anywhere{part, t})
					continue
				}
				key := strings.TrimSuffix(part, ".")
				c.byCode[key] = append(c.byCode[key], t)
			}
		}
	})
	return c
}
