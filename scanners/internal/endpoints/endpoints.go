// Package endpoints finds the addresses that content names: URLs, hosts, IP addresses, e-mail addresses, onion
// services and cloud storage.
//
// It is given string constants one by one, or whole texts and binary buffers, and looks for the few bytes that an
// address cannot do without, so that text without addresses costs almost nothing. Nothing is looked up: whether a name
// exists is told by the public suffix list alone.
//
// Precision comes before completeness, because most dotted words in code are classes, files and keys. The rules:
//
//   - A URL counts when its scheme is one that carries traffic ([networkSchemes]) and its host is complete: a name under
//     a top-level domain that exists, a public or private IP address, or an onion service. User names, passwords and
//     fragments are dropped. "https://%s/api" names no host and is left out; of "https://{region}.api.example.com/x" the
//     host is the fixed end, "api.example.com".
//   - Entities of HTML and XML are read in any text: "&amp;" in an address is "&", and "&quot;" or "&lt;" ends it.
//   - A host without a scheme counts when it stands alone: a whole string constant, or between quotes, NULs or the like,
//     and looks like neither a package, a file, a key nor a method. Top-level domains that are words or file endings
//     ("id", "name", "so", "zip", "app") need further evidence: see [weakHost].
//   - An IP address without a scheme counts when it stands alone, is public, and does not look like a version number.
//     Addresses of the machine itself and those reserved for documentation never count.
//   - An address that is a name for something (an XML namespace, a feature, a licence), or that a comment names, is kept as
//     [inventory.EndpointReference]: it is not called, and its host is not among the hosts.
//
// What the package cannot see: what it is not given, as the sections of a native library that are not loaded, in which
// compilers leave an address of their sources ("https://android.googlesource.com/…"); addresses that are put together while the code runs, encrypted or encoded ones, and
// whether one that is named is ever used.
package endpoints

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// The limits of what one collector keeps.
const (
	MaxEndpoints = 20_000 // of these, those whose hash is smallest, so that the order of reading does not matter
	MaxPlaces    = 3      // of each endpoint
	maxValue     = 1024   // bytes of an address; longer ones lose their query, then the end of their path
)

// A Collector gathers the endpoints of one binary. Its zero value is ready, and all its methods may be called by
// several goroutines; what comes out does not depend on their order.
type Collector struct {
	mu    sync.Mutex
	found map[key]*entry
	last  uint64 // while cut: the largest hash that is kept
	cut   bool
	stop  <-chan struct{}
}

type key struct {
	kind  inventory.EndpointKind
	value string
}

type entry struct {
	host  string
	hash  uint64
	count int
	files []string // the first MaxPlaces in the order of their names
}

// weak is the kind of a bare host that counts only if something else in the binary names its domain.
const weak inventory.EndpointKind = "weak"

// Add looks through one string constant, a text, or a binary buffer, and notes file as the place. A text with NUL
// bytes near its beginning is taken for binary: there, text of two bytes a character is read too.
func (c *Collector) Add(text []byte, file string) {
	c.AddPart(text, file, IsBinary(text))
}

// AddComment looks through a comment in code. Its addresses are references: they say where the author found something,
// and no code calls them.
func (c *Collector) AddComment(text []byte, file string) {
	w := walker{text: text, file: file, to: c, remark: true}
	w.walk()
}

// StopAt makes the collector end its work early once done is closed; what it holds then is not all. It is called before
// anything is added.
func (c *Collector) StopAt(done <-chan struct{}) { c.stop = done }

func (c *Collector) stopped() bool {
	select {
	case <-c.stop:
		return true
	default:
		return false
	}
}

// note keeps one address. It copies what it keeps.
func (c *Collector) note(kind inventory.EndpointKind, value, host, file string) {
	k := key{kind, value}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.found[k]
	if e == nil {
		e = c.admit(k, host)
	}
	if e != nil {
		e.count++
		e.place(file)
	}
}

func (c *Collector) admit(k key, host string) *entry {
	h := fnv.New64a()
	h.Write([]byte(k.kind))
	h.Write([]byte{0})
	h.Write([]byte(k.value))
	sum := h.Sum64()
	if c.cut && sum > c.last {
		return nil
	}
	if c.found == nil {
		c.found = map[key]*entry{}
	}
	e := &entry{host: host, hash: sum}
	c.found[k] = e
	if len(c.found) > 2*MaxEndpoints {
		c.shrink()
		if sum > c.last {
			return nil
		}
	}
	return e
}

// shrink keeps the MaxEndpoints of the smallest hashes. One that is dropped would be dropped in any order of reading,
// and one that stays has been there from its first sighting: its count is whole.
func (c *Collector) shrink() {
	hashes := make([]uint64, 0, len(c.found))
	for _, e := range c.found {
		hashes = append(hashes, e.hash)
	}
	slices.Sort(hashes)
	if len(hashes) <= MaxEndpoints {
		return
	}
	c.last, c.cut = hashes[MaxEndpoints-1], true
	for k, e := range c.found {
		if e.hash > c.last {
			delete(c.found, k)
		}
	}
}

func (e *entry) place(file string) {
	i, seen := slices.BinarySearch(e.files, file)
	if seen || i == MaxPlaces {
		return
	}
	e.files = slices.Insert(e.files, i, file)
	e.files = e.files[:min(len(e.files), MaxPlaces)]
}

// Merge adds to c all that o holds. o must not be in use.
func (c *Collector) Merge(o *Collector) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range o.found {
		if c.cut && e.hash > c.last {
			continue
		}
		mine := c.found[k]
		if mine == nil {
			if c.found == nil {
				c.found = map[key]*entry{}
			}
			mine = &entry{host: e.host, hash: e.hash}
			c.found[k] = mine
		}
		mine.count += e.count
		for _, f := range e.files {
			mine.place(f)
		}
	}
	if o.cut && (!c.cut || o.last < c.last) {
		c.last, c.cut = o.last, true
		for k, e := range c.found {
			if e.hash > c.last {
				delete(c.found, k)
			}
		}
	}
	c.shrink()
}

// Result returns what was found, sorted, the hosts of it, each once, and whether there was more than is kept. A bare
// host that defined calls a package, or whose beginning it calls one, is left out; defined may be nil.
func (c *Collector) Result(defined func(pkg string) bool) (list []inventory.Endpoint, hosts []string, cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shrink()
	named := c.domains()
	for k, e := range c.found {
		kind := k.kind
		if kind == weak {
			if !named[registered(e.host)] {
				continue
			}
			kind = inventory.EndpointHost
		}
		if kind == inventory.EndpointHost && defined != nil && isPackage(e.host, defined) {
			continue
		}
		list = append(list, e.endpoint(kind, k.value))
		if kind != inventory.EndpointReference && kind != inventory.EndpointEmail && e.host != "" {
			hosts = append(hosts, e.host)
		}
	}
	slices.SortFunc(list, func(a, b inventory.Endpoint) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	slices.Sort(hosts)
	return list, slices.Compact(hosts), c.cut
}

// domains are the registered domains that need no further evidence.
func (c *Collector) domains() map[string]bool {
	named := map[string]bool{}
	for k, e := range c.found {
		if k.kind != weak && k.kind != inventory.EndpointReference {
			named[registered(e.host)] = true
		}
	}
	delete(named, "")
	return named
}

func (e *entry) endpoint(kind inventory.EndpointKind, value string) inventory.Endpoint {
	ep := inventory.Endpoint{Kind: kind, Value: value, Host: e.host, Domain: registered(e.host), Count: e.count}
	for _, f := range e.files {
		ep.Places = append(ep.Places, inventory.Place{File: f})
	}
	return ep
}

// isPackage reports whether host, or its first two or more labels, is a package that the binary defines.
func isPackage(host string, defined func(string) bool) bool {
	for at := len(host); at > 0; at = strings.LastIndexByte(host[:at], '.') {
		if name := host[:at]; strings.Contains(name, ".") && defined(name) {
			return true
		}
	}
	return false
}
