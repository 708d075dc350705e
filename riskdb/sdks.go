package riskdb

import (
	"path"
	"strings"
	"sync"
)

// SDKs lists every SDK, in the order of their IDs.
func (db *DB) SDKs() []SDK { return db.code.sdks.get(db.later, "SDKs", db.Tables.SDKs) }

// Lookalikes lists every prefix that is not what it seems, in order.
func (db *DB) Lookalikes() []Lookalike {
	return db.code.lookalikes.get(db.later, "Lookalikes", db.Tables.Lookalikes)
}

// codeTables are what the database knows about code inside apps. They are read, and indexed, when the first
// look-up asks for them.
type codeTables struct {
	sdks       laterTable[SDK]
	lookalikes laterTable[Lookalike]
	domains    laterTable[VendorDomains]
	trackers   laterTable[Tracker]

	indexed      sync.Once
	byID         map[string]*SDK
	libraries    map[string][]SDKHit
	frameworks   map[string]SDKHit
	components   map[string]SDKHit
	packages     map[string]SDKHit // of registries
	prefixes     map[string]prefix
	domainsOnce  sync.Once
	byDomain     map[string]*VendorDomains
	trackersOnce sync.Once
	byCode       map[string][]*Tracker
	anywhere     []anywhere
}

// SDKHit is an SDK and the signature of it that something bears. It is zero where nothing is known.
type SDKHit struct {
	SDK       *SDK
	Signature *Signature
}

// prefix is what a package name begins with: a mark of an SDK, or of none.
type prefix struct {
	hit       SDKHit
	lookalike *Lookalike
}

// SDK finds an SDK by ID, nil when there is none.
func (db *DB) SDK(id string) *SDK { return db.codeIndex().byID[id] }

func (db *DB) codeIndex() *codeTables {
	c := &db.code
	c.indexed.Do(func() {
		sdks := db.SDKs()
		c.byID = byKey(sdks, func(s *SDK) string { return s.ID })
		n := 0
		for i := range sdks {
			n += len(sdks[i].Signatures)
		}
		c.frameworks, c.packages = map[string]SDKHit{}, map[string]SDKHit{}
		c.libraries, c.components, c.prefixes = map[string][]SDKHit{}, map[string]SDKHit{}, make(map[string]prefix, n)
		for i := range sdks {
			for j := range sdks[i].Signatures {
				c.add(SDKHit{&sdks[i], &sdks[i].Signatures[j]})
			}
		}
		for i := range sdks {
			c.addMaven(&sdks[i])
		}
		looks := db.Lookalikes()
		for i := range looks {
			c.addLookalike(&looks[i])
		}
	})
	return c
}

func (c *codeTables) add(h SDKHit) {
	switch v := h.Signature.Value; h.Signature.Kind {
	case AppleFramework:
		c.frameworks[v] = h
	case NativeLibrary:
		c.libraries[v] = append(c.libraries[v], h)
	case CodeComponent:
		c.components[v] = h
	case CodePrefix:
		c.prefixes[v] = prefix{hit: h}
	case PackageName:
		c.packages[v] = h
	}
}

// addLookalike puts a prefix before the signatures. Where it belongs to an SDK after all, the SDK's own
// signature that covers it stands.
func (c *codeTables) addLookalike(l *Lookalike) {
	p := prefix{lookalike: l}
	if s := c.byID[l.SDK]; s != nil {
		for i := range s.Signatures {
			if sig := &s.Signatures[i]; sig.Kind == CodePrefix && underPackage(sig.Value, l.Prefix) {
				p.hit = SDKHit{s, sig}
			}
		}
	}
	c.prefixes[l.Prefix] = p
}

// underPackage reports whether a package name is the other or stands above it.
func underPackage(above, name string) bool {
	return strings.HasPrefix(name, above) && (len(name) == len(above) || name[len(above)] == '.')
}

// MatchNativeLibrary finds whose library a file is, by its name; folders before it do not matter. Several SDKs
// may use one name, and then it is a weak mark of each.
func (db *DB) MatchNativeLibrary(name string) []SDKHit {
	return db.codeIndex().libraries[path.Base(name)]
}

// MatchFramework finds whose framework a bundle in an app of Apple's systems is, by its name; zero when nobody's that is known.
func (db *DB) MatchFramework(name string) SDKHit {
	return db.codeIndex().frameworks[strings.TrimSuffix(path.Base(name), ".framework")]
}

// MatchCodePrefix finds whose code a package or class is. The longest prefix wins, whole labels only:
// com.tencentmusic is not below com.tencent. A prefix that is not what it seems comes back as a lookalike, and
// then with a hit only where it belongs to an SDK all the same.
func (db *DB) MatchCodePrefix(name string) (SDKHit, *Lookalike) {
	c := db.codeIndex()
	for name = strings.TrimSuffix(name, "."); name != ""; {
		if p, ok := c.prefixes[name]; ok {
			return p.hit, p.lookalike
		}
		name = name[:max(strings.LastIndexByte(name, '.'), 0)]
	}
	return SDKHit{}, nil
}

// MatchComponent finds whose component a class of the manifest is: one that is listed, else by its package.
func (db *DB) MatchComponent(class string) SDKHit {
	if h, ok := db.codeIndex().components[class]; ok {
		return h
	}
	h, _ := db.MatchCodePrefix(class)
	return h
}
