package endpoints

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

// networkSchemes are the URL schemes that carry traffic to the host they name. Others (content, file, market, intent,
// an app's own) open something on the device. True stands for storage whose host part is the name of a bucket.
var networkSchemes = map[string]bool{
	"http": false, "https": false, "ws": false, "wss": false, "ftp": false, "ftps": false, "sftp": false, "ssh": false,
	"git": false, "telnet": false, "rtsp": false, "rtsps": false, "rtmp": false, "rtmps": false, "rtmpt": false,
	"srt": false, "mms": false, "tcp": false, "udp": false, "ssl": false, "tls": false, "quic": false, "mqtt": false,
	"mqtts": false, "amqp": false, "amqps": false, "stomp": false, "coap": false, "coaps": false, "ldap": false,
	"ldaps": false, "smtp": false, "smtps": false, "imap": false, "imaps": false, "pop3": false, "pop3s": false,
	"smb": false, "nfs": false, "redis": false, "rediss": false, "mongodb": false, "mongodb+srv": false,
	"mysql": false, "mariadb": false, "postgres": false, "postgresql": false, "sqlserver": false, "kafka": false,
	"nats": false, "grpc": false, "grpcs": false, "dns": false, "doh": false, "ntp": false, "socks": false,
	"socks4": false, "socks5": false, "proxy": false, "rsync": false, "sip": false, "sips": false, "xmpp": false,
	"stun": false, "turn": false, "vmess": false, "vless": false, "trojan": false, "thrift": false,
	"s3": true, "s3a": true, "s3n": true, "gs": true, "oss": true, "cos": true, "cosn": true, "obs": true, "b2": true,
}

const maxScheme = 12

// url looks at the URL whose scheme ends at colon and whose authority begins at from, and returns how far the text is
// used up.
func (w *walker) url(colon, from, done int) int {
	scheme := w.scheme(colon)
	if scheme == "" {
		return done
	}
	auth := from
	for auth < len(w.text) && auth-from < 600 && w.authority(auth) && !w.closes(auth) {
		auth++
	}
	if auth-from >= 600 {
		return auth
	}
	host := w.text[from:auth]
	if at := bytes.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	if networkSchemes[scheme] {
		end := w.endOfURL(auth)
		w.bucketURL(scheme, string(host), w.tail(auth, end))
		return end
	}
	bare, port := splitPort(string(host))
	h, kind, ok := urlHost(bare)
	if !ok {
		return auth
	}
	end := w.endOfURL(auth)
	tail := w.tail(auth, end)
	value := scheme + "://" + written(bare) + port + tail
	w.note(kindOf(kind, h, tail), clip(value, len(value)-len(tail)), h.name)
	return end
}

// scheme is the known scheme that ends at colon, in lower case, or nothing. Buffers without separators may have other
// letters before it, which is borne for those that carry the web.
func (w *walker) scheme(colon int) string {
	at := colon
	for at > 0 && colon-at <= maxScheme && class[w.text[at-1]]&inScheme != 0 {
		at--
	}
	if at == colon {
		return ""
	}
	s := strings.ToLower(string(w.text[at:colon]))
	if _, ok := networkSchemes[s]; ok {
		return s
	}
	for _, web := range [...]string{"https", "http", "wss"} {
		if strings.HasSuffix(s, web) {
			return web
		}
	}
	return ""
}

// authority reports whether the byte at i may be part of user names, host and port. What fills in templates may, so
// that it is seen.
func (w *walker) authority(i int) bool {
	c := w.text[i]
	return c >= 0x80 || class[c]&inURL != 0 && c != '/' && c != '?' && c != '#' && c != ',' && c != ';' && c != '(' && c != ')'
}

// trailing are characters that an address may hold and does not end with: they are of the sentence around it.
const trailing = ".,;:!?*&"

// endOfURL is where path, query and fragment that begin at i end.
func (w *walker) endOfURL(i int) int {
	start, open := i, 0
	for ; i < len(w.text); i++ {
		c := w.text[i]
		if c == '\\' && i+1 < len(w.text) && w.text[i+1] == '/' {
			continue // a slash as JSON may write it
		}
		if class[c]&inURL == 0 || w.closes(i) {
			break
		}
		switch c {
		case '(', '{', '[':
			open++
		case ')', '}', ']':
			open--
		}
		if open < 0 {
			break // it closes what was opened before the address
		}
	}
	for i > start && strings.IndexByte(trailing, w.text[i-1]) >= 0 {
		if i--; bytes.HasSuffix(w.text[start:i], []byte("&amp")) {
			i -= len("&amp")
		}
	}
	return i
}

// tail is path and query between two places: without the fragment, without backslashes and without entities.
func (w *walker) tail(from, to int) string {
	t := unescape(w.text[from:to])
	if at := bytes.IndexByte(t, '#'); at >= 0 {
		t = t[:at]
	}
	s := string(t)
	if strings.IndexByte(s, '\\') >= 0 {
		s = strings.ReplaceAll(s, `\/`, "/")
	}
	if s != "" && s[0] != '/' && s[0] != '?' {
		return ""
	}
	return strings.TrimRight(s, trailing)
}

// clip shortens an address to what is kept; what comes before bare is never cut.
func clip(value string, bare int) string {
	if len(value) <= maxValue {
		return value
	}
	if q := strings.IndexByte(value, '?'); q > bare && q <= maxValue {
		return value[:q]
	}
	return value[:max(bare, maxValue)]
}

// splitPort takes a port off a host. One that is filled in while the code runs is dropped.
func splitPort(s string) (host, port string) {
	at := strings.LastIndexByte(s, ':')
	if at < 0 || strings.HasSuffix(s, "]") {
		return s, ""
	}
	if strings.Count(s, ":") > 1 && !strings.HasPrefix(s, "[") {
		at = strings.IndexByte(s, ':')
	}
	digits := at + 1
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if n, err := strconv.Atoi(s[at+1 : digits]); err == nil && n > 0 && n < 65536 {
		return s[:at], s[at:digits]
	}
	return s[:at], ""
}

// urlHost reads the host of a URL and says of which kind it is.
func urlHost(s string) (host, inventory.EndpointKind, bool) {
	if strings.HasPrefix(s, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(s[1:], "]"))
		return host{name: addr.String()}, inventory.EndpointURL, err == nil && contactable(addr) && addr.Zone() == ""
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		return host{name: addr.String()}, inventory.EndpointURL, addr.Is4() && contactable(addr)
	}
	if fixed := fixedEnd(s); fixed != s {
		h, ok := name([]byte(fixed))
		return h, inventory.EndpointURL, ok
	}
	if onion, ok := onionHost(s); ok {
		return host{name: onion}, inventory.EndpointOnion, true
	}
	h, ok := name([]byte(s))
	return h, inventory.EndpointURL, ok
}

// fixedEnd is the part of a host after everything that is filled in while the code runs: format verbs, braces,
// variables. Only whole labels count.
func fixedEnd(s string) string {
	at := strings.LastIndexAny(s, "%${}<>*[]()!~&+=")
	if at < 0 {
		return s
	}
	rest := s[at+1:]
	if s[at] == '%' || s[at] == '$' || s[at] == '*' {
		dot := strings.IndexByte(rest, '.')
		if dot < 0 {
			return ""
		}
		return rest[dot+1:]
	}
	if !strings.HasPrefix(rest, ".") {
		if dot := strings.IndexByte(rest, '.'); dot >= 0 {
			return rest[dot+1:]
		}
		return ""
	}
	return rest[1:]
}

// written is a host as it stands, but for capitals.
func written(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// kindOf tells the kinds of URL apart that are more than a URL.
func kindOf(kind inventory.EndpointKind, h host, tail string) inventory.EndpointKind {
	switch {
	case kind != inventory.EndpointURL:
		return kind
	case isReference(h, tail):
		return inventory.EndpointReference
	case isBucket(h.name, tail):
		return inventory.EndpointBucket
	}
	return kind
}
