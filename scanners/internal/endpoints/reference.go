package endpoints

import "strings"

// references are addresses that name something and are not called: XML namespaces, features and properties of parsers,
// document types, licences, and names that standards keep free for examples. A host alone stands for all below it; with
// a path, for the paths that begin so.
var references = map[string][]string{
	"schemas.android.com": nil, "schemas.google.com": nil, "www.wapforum.org": nil, "wapforum.org": nil, "www.openmobilealliance.org": {"/tech/DTD"}, "schemas.microsoft.com": nil, "schemas.xmlsoap.org": nil, "schemas.openxmlformats.org": nil,
	"ns.adobe.com": nil, "xmlpull.org": nil, "www.xmlpull.org": nil, "purl.org": nil, "xmlns.com": nil, "tempuri.org": nil,
	"www.w3.org": nil, "w3.org": nil, "www.ccil.org": {"/~cowan/tagsoup"}, "www.googleapis.com": {"/auth/"},
	"xml.org": {"/sax/"}, "www.xml.org": {"/sax/"}, "xml.apache.org": nil, "xerces.apache.org": nil, "xalan.apache.org": nil,
	"apache.org": {"/xml/", "/licenses/"}, "www.apache.org": {"/licenses", "/xml/"},
	"java.sun.com": {"/xml", "/jaxp", "/dtd", "/j2ee", "/jsp", "/jsf", "/products/", "/jndi"}, "xmlns.jcp.org": nil, "jcp.org": {"/en/jsr"},
	"xmlns.oracle.com": nil, "java.oracle.com": nil,
	"opensource.org": {"/licenses", "/license"}, "www.opensource.org": {"/licenses"}, "www.gnu.org": {"/licenses", "/copyleft"}, "gnu.org": {"/licenses"},
	"creativecommons.org": {"/licenses", "/publicdomain"}, "www.eclipse.org": {"/legal", "/org/documents"}, "mozilla.org": {"/MPL"},
	"www.mozilla.org": {"/MPL"}, "unlicense.org": nil, "scripts.sil.org": {"/OFL"}, "www.unicode.org": {"/copyright", "/license"},
	"www.opengis.net": nil, "relaxng.org": nil, "docbook.org": nil, "www.oasis-open.org": nil, "docs.oasis-open.org": nil, "www.topografix.com": {"/GPX"},
	"earth.google.com": {"/kml"}, "www.google.com": {"/kml"}, "www.garmin.com": {"/xmlschemas"}, "schema.org": nil, "ogp.me": {"/ns"},
	"json-schema.org": nil, "www.itunes.com": {"/dtds", "/DTDs"}, "search.yahoo.com": {"/mrss"}, "www.apple.com": {"/DTDs"},
	"iptc.org": {"/std"}, "cipa.jp": {"/exif"}, "www.jclark.com": {"/xt"}, "icl.com": {"/saxon"}, "saxon.sf.net": nil, "exslt.org": nil,
	"xmlsoap.org": nil, "www.xfa.org": nil, "www.aiim.org": nil, "www.npes.org": nil, "www.gribuser.ru": {"/xml/"}, "www.daisy.org": {"/z3986"},
	"www.idpf.org": {"/2007", "/epub"}, "jabber.org": {"/protocol", "/features"}, "etherx.jabber.org": nil, "www.inkscape.org": {"/namespaces"},
	"sodipodi.sourceforge.net": {"/DTD"}, "www.bohemiancoding.com": {"/sketch/ns"}, "www.smarttags.com": nil, "dublincore.org": nil,
	"openid.net": {"/spec", "/specs", "/srv"}, "specs.openid.net": nil, "uddi.org": nil, "www.ietf.org": {"/rfc"}, "tools.ietf.org": {"/html"},
	"iana.org": nil, "www.iana.org": nil, "www.rfc-editor.org": nil, "datatracker.ietf.org": {"/doc"}, "www.slf4j.org": {"/codes"},
}

// placeholders are what authors write where the owner of a site is to fill in a name, in the languages they write: the
// label below the public suffix.
var placeholders = set(`beispiel ejemplo eksempel esempio exemple exempel exemplo przyklad voorbeeld
	mycompany yourcompany your-company yourdomain your-domain yourserver your-server yoursite your-site yourapp your-app`)

// isReference reports whether an address is one of the references.
func isReference(h host, tail string) bool {
	if own, _, _ := strings.Cut(h.domain, "."); h.reserved() || placeholders[own] {
		return true
	}
	paths, known := references[h.name]
	if !known || paths == nil {
		return known
	}
	for _, p := range paths {
		if strings.HasPrefix(tail, p) {
			return true
		}
	}
	return false
}

// reserved reports whether a host lies in a domain that is kept for examples (RFC 2606).
func (h host) reserved() bool {
	switch h.domain {
	case "example.com", "example.net", "example.org", "example.edu":
		return true
	}
	return false
}
