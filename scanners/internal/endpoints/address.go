package endpoints

import (
	"net/netip"
	"strings"

	"quaestor/scanners/inventory"
)

// reservedRanges are the blocks that name no computer: documentation, benchmarks, protocol assignments and what was
// never given out.
var reservedRanges = prefixes("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "2001:db8::/32", "2001:2::/48", "100::/64", "3fff::/20", "5f00::/16")

// sharedRange is used between providers and their customers.
var sharedRange = netip.MustParsePrefix("100.64.0.0/10")

// wellKnown are public resolvers whose addresses look like version numbers.
var wellKnown = map[string]bool{
	"1.0.0.1": true, "1.0.0.2": true, "1.0.0.3": true, "1.1.1.1": true, "1.1.1.2": true, "1.1.1.3": true,
	"8.8.8.8": true, "8.8.4.4": true, "9.9.9.9": true, "1.2.4.8": true, "4.2.2.1": true, "4.2.2.2": true,
	"64.6.64.6": true, "94.140.14.14": true, "94.140.15.15": true, "101.6.6.6": true, "119.29.29.29": true,
	"180.76.76.76": true, "182.254.116.116": true, "208.67.222.222": true, "208.67.220.220": true, "223.5.5.5": true,
	"223.6.6.6": true,
}

func prefixes(list ...string) (p []netip.Prefix) {
	for _, s := range list {
		p = append(p, netip.MustParsePrefix(s))
	}
	return p
}

// contactable reports whether an address can name another computer: on the internet or in a private network.
func contactable(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() {
		return false
	}
	for _, p := range reservedRanges {
		if p.Contains(a) {
			return false
		}
	}
	return a.Is4() || a.IsPrivate() || a.As16()[0]>>5 == 1 // 2000::/3 is all that is given out
}

// public reports whether an address names a computer on the internet.
func public(a netip.Addr) bool {
	return contactable(a) && !a.Unmap().IsPrivate() && !sharedRange.Contains(a.Unmap())
}

// ipv4 looks at four numbers between dots that stand alone. Without a port they count only if no version number looks
// like them: two of them above 31, and one of these among the first two.
func (w *walker) ipv4(token, port string) {
	addr, err := netip.ParseAddr(token)
	if err != nil || !addr.Is4() || !public(addr) {
		return
	}
	large, b := 0, addr.As4()
	for _, n := range b {
		if n > 31 {
			large++
		}
	}
	if port != "" || large >= 2 && max(b[0], b[1]) > 31 || wellKnown[token] {
		w.note(inventory.EndpointIP, token+port, token)
	}
}

// ipv6 looks at the hexadecimal groups around the first colon of an address, at i.
func (w *walker) ipv6(i, done int) int {
	from := i
	for from > done && i-from < 5 && class[w.text[from-1]]&hex != 0 {
		from--
	}
	bracket := from > 0 && w.text[from-1] == '['
	if !w.atEdge(from-1) && !(bracket && w.atEdge(from-2)) {
		return done
	}
	to := i + 1
	for to < len(w.text) && to-i < 46 && (class[w.text[to]]&hex != 0 || w.text[to] == '.') {
		to++
	}
	end := to
	if bracket && end < len(w.text) && w.text[end] == ']' {
		end++
	}
	if !w.atEdge(end) || to-from < 8 {
		return to
	}
	token := string(w.text[from:to])
	addr, err := netip.ParseAddr(token)
	if err == nil && addr.Is6() && public(addr) && strings.Count(token, ":") > 2 {
		w.note(inventory.EndpointIP, addr.String(), addr.String())
	}
	return to
}
