package endpoints

import (
	"strings"

	"quaestor/scanners/inventory"
)

// maxConstant is the most bytes of a string constant; a longer text may be code, where lists hold names of all kinds.
const maxConstant = 4096

// bare looks at the dotted word text[from:to], which follows no scheme, and returns how far the text is used up. It
// counts only where it stands alone, with no more than a port and a path after it.
func (w *walker) bare(from, to int) int {
	if w.binary { // pools have the length of a string before it, some twice
		if n := int(w.text[from]); n == to-from-2 && w.text[from+1] == w.text[from] {
			from += 2
		} else if n == to-from-1 {
			from++
		}
	}
	if !w.standsAlone(from) && !(w.binary && int(w.text[from-1]) == to-from) {
		return to
	}
	port, end := w.port(to)
	path := false
	if end < len(w.text) && w.text[end] == '/' && !w.opens(from) {
		return to
	}
	if end < len(w.text) && w.text[end] == '/' {
		path, end = true, w.endOfURL(end)
	}
	if !w.ends(from, end) {
		return to
	}
	token := w.text[from:to]
	for _, c := range token {
		if class[c]&lower == 0 {
			return to
		}
	}
	w.word(string(token), port, path)
	return end
}

// word notes a dotted word that stands alone if it is an address.
func (w *walker) word(token, port string, path bool) {
	if c := token[len(token)-1]; c >= '0' && c <= '9' {
		w.ipv4(token, port)
		return
	}
	if onion, ok := onionHost(token); ok {
		w.note(inventory.EndpointOnion, onion+port, onion)
		return
	}
	if code(token) {
		return
	}
	h, ok := name([]byte(token))
	if !ok || w.binary && len(token) < 6 || h.suffix() {
		return
	}
	kind := weak
	switch {
	case isReference(h, ""):
		port, kind = "", inventory.EndpointReference
	case isBucket(h.name, ""):
		kind = inventory.EndpointBucket
	case w.binary && len(h.name) == len(h.domain) && len(h.name)-lastLabel(h.name) == 2 && !generic[h.name[lastLabel(h.name):]]:
		// symbols and options of native code have this form too: it needs further evidence
	case h.strong(port, path):
		kind = inventory.EndpointHost
	}
	if kind == weak && !h.weak() {
		return
	}
	w.note(kind, h.name+port, h.name)
}

// standsAlone reports whether nothing that belongs to it stands before a word that begins at from.
func (w *walker) standsAlone(from int) bool {
	if w.atEdge(from - 1) {
		return true
	}
	switch w.text[from-1] {
	case '>':
		return true
	case '=', ',', ';', '|':
		return len(w.text) <= maxConstant
	case '/':
		return from >= 2 && w.text[from-2] == '/' && w.atEdge(from-3)
	}
	return false
}

// opens reports whether a word that begins at from is the beginning of a string constant, or of an address without
// its scheme ("//host/path").
func (w *walker) opens(from int) bool { return w.atEdge(from-1) || w.text[from-1] == '/' }

// port reads a port after a word that ends at to, and returns it with its colon and where it ends.
func (w *walker) port(to int) (string, int) {
	if to+1 >= len(w.text) || w.text[to] != ':' {
		return "", to
	}
	end := to + 1
	for end < len(w.text) && end-to < 7 && w.text[end] >= '0' && w.text[end] <= '9' {
		end++
	}
	if _, port := splitPort("x" + string(w.text[to:end])); port != "" {
		return port, end
	}
	return "", to
}

// ends reports whether the constant ends at end that holds a word from from on. In a list the next word may follow.
func (w *walker) ends(from, end int) bool {
	if w.atEdge(end) {
		if from > 0 && end < len(w.text) && (w.text[from-1] == '"' || w.text[from-1] == '\'') {
			return w.text[end] == w.text[from-1] || w.text[end] < ' '
		}
		return true
	}
	switch w.text[end] {
	case ',', ';', '|':
		return len(w.text) <= maxConstant
	case '<':
		return from > 0 && w.text[from-1] == '>'
	}
	return false
}

// roots begin the names of packages, classes and system properties. No bare host begins with one.
var roots = set(`com org net edu gov java javax android androidx kotlin kotlinx dalvik sun jdk libcore junit scala groovy
	clojure dart flutter jdbc xml org.w3c ro persist sys dev.fluttercommunity this self super window document module exports
	math object array string json console process event node`)

// extensions are top-level domains that files end with more often than hosts.
var extensions = set(`so py sh md rs pl ps cc zip mov ai app java am as cl cs db dm gz hs in la mk ml mm pm po pro rb re sc st
	tc tf tk ts vi ws zw bin dat dex doc bar ink ttf pub prof kim ms cab pics icu ar arpa`)

// code reports whether a dotted word is a package, class or key rather than a host.
func code(s string) bool {
	first, _, _ := strings.Cut(s, ".")
	if roots[first] || len(first) == 0 {
		return true
	}
	domain := s[lastLabel(s):]
	// "cn.example.client": a package turned round. Its first label is a top-level domain, its last one rarely one of
	// those that most hosts have.
	return len(first) == 2 && !generic[domain] && exists(first) && !hostWords[first]
}

// generic are the top-level domains under which most hosts are, and which are no words of code.
var generic = set(`com net org edu gov cn ru`)

// strong are top-level domains that are neither words nor file endings nor abbreviations of code.
var strong = set(`com net org edu gov mil biz mobi xyz asia cn ru de uk fr jp kr tw hk eu br ch nl au ca ua kz vn
	th sg cz dk fi gr hu nz ng mx pk by ro za tv io`)

// strong reports whether a name is a host whatever else the binary holds.
func (h host) strong(port string, path bool) bool {
	if own, _, _ := strings.Cut(h.domain, "."); len(own) < 2 {
		return false
	}
	tld := h.name[lastLabel(h.name):]
	if strong[tld] || tld != "arpa" && strings.Count(h.domain, ".") > 1 {
		return true
	}
	first, _, _ := strings.Cut(h.name, ".")
	return strings.Count(h.name, ".") > 1 && !extensions[tld] && (port != "" || path || hostWords[first])
}

// weak reports whether a name under any other top-level domain looks enough like a host to count if an address in the
// same binary names its domain.
func (h host) weak() bool { return len(h.domain) > 5 }

// hostWords are names that hosts begin with and keys do not.
var hostWords = set(`www api apis cdn static img m sdk smtp imap pop3 mail ftp dns ntp mqtt gateway gw sso oauth passport h5 wap`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(words) {
		m[s] = true
	}
	return m
}
