package riskdb

import "strings"

// VendorDomains lists the domains of every company, in the order of their IDs.
func (db *DB) VendorDomains() []VendorDomains {
	return db.code.domains.get(db.later, "VendorDomains", db.Tables.VendorDomains)
}

// MatchDomain finds whose server a host is, nil when nobody's that is known. The longest domain wins, whole
// labels only: notweibo.com is not below weibo.com.
func (db *DB) MatchDomain(host string) *VendorDomains {
	c := &db.code
	c.domainsOnce.Do(func() {
		lists := db.VendorDomains()
		n := 0
		for i := range lists {
			n += len(lists[i].Domains)
		}
		c.byDomain = make(map[string]*VendorDomains, n)
		for i := range lists {
			for _, d := range lists[i].Domains {
				c.byDomain[d] = &lists[i]
			}
		}
	})
	for host = strings.TrimSuffix(lower(host), "."); host != ""; {
		if d := c.byDomain[host]; d != nil {
			return d
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return nil
}

// lower folds a host name, without a copy where it is folded already.
func lower(host string) string {
	for i := range len(host) {
		if host[i] >= 'A' && host[i] <= 'Z' || host[i] >= 0x80 {
			return strings.ToLower(host)
		}
	}
	return host
}
