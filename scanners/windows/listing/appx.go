package listing

import (
	"regexp"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// fullName is the full name of a package: name, version, processor, resources and the hash of its publisher.
var fullName = regexp.MustCompile(`^([A-Za-z0-9.-]{3,50})_([0-9]+(?:\.[0-9]+){1,3})_([A-Za-z0-9]*)_([^_]{0,30})_([a-hj-km-np-tv-z0-9]{13})$`)

// familyName is the name of a package with the hash of its publisher.
var familyName = regexp.MustCompile(`^([A-Za-z0-9.-]{3,50})_([a-hj-km-np-tv-z0-9]{13})$`)

// isAppx recognises Get-AppxPackage.
func isAppx(r records.Record) bool {
	return r.HasAny("PackageFullName", "PackageFamilyName") && r.Has("Name")
}

// Windows' numbers of processors and of ways in which a package is signed.
var (
	processors = map[string]string{"0": "x86", "5": "arm", "9": "x64", "11": "neutral", "12": "arm64"}
	signatures = map[string]string{"0": "none", "1": "developer", "2": "enterprise", "3": "store", "4": "system"}
)

// word is a number's word, or the text as it is, in small letters.
func word(numbers map[string]string, text string) string {
	if w, ok := numbers[text]; ok {
		return w
	}
	return strings.ToLower(text)
}

func readAppx(c *computer, r records.Record) {
	name := r.Text("Name")
	m := fullName.FindStringSubmatch(r.Text("PackageFullName"))
	identifier := name
	if m != nil {
		identifier = m[1]
	}
	if name == "" {
		name = identifier
	}
	if yes, _ := r.Bool("IsResourcePackage"); yes {
		c.parts.Add(name)
		return
	}
	a := inventory.App{IdentifierKind: inventory.MSIXFamily, Identifier: identifier, Name: name, Version: r.Text("Version"), Arch: word(processors, r.Text("Architecture"))}
	if m != nil {
		a.Version, a.Arch = m[2], strings.ToLower(m[3])
	}
	if a.Arch == "neutral" {
		a.Arch = ""
	}
	publisher(&a, r.Text("Publisher"))
	for _, f := range []struct{ column, flag string }{{"IsFramework", "framework"}, {"IsBundle", "bundle"}, {"IsDevelopmentMode", "development-mode"}, {"NonRemovable", "non-removable"}} {
		if yes, _ := r.Bool(f.column); yes {
			a.Flags = append(a.Flags, f.flag)
		}
	}
	switch word(signatures, r.Text("SignatureKind")) {
	case "store":
		a.Distribution = "app-store"
	case "system":
		a.Distribution, a.System = "system", true
	case "enterprise":
		a.Distribution = "enterprise"
	case "developer":
		a.Distribution = "development"
	case "none":
		a.Flags = append(a.Flags, "unsigned")
	}
	if at := r.Text("InstallLocation"); at != "" {
		a.Paths = []string{inventory.Text(at)}
	}
	a.Users = packageUsers(r)
	c.app(a, r.Line)
}

// publisher names who signed a package: the name in it, and as it stands in the certificate.
func publisher(a *inventory.App, dn string) {
	if dn == "" {
		return
	}
	a.Publisher = commonName(dn)
	if strings.Contains(dn, "=") {
		a.Signers = []inventory.Signer{{Subject: inventory.Text(dn), Scheme: "appx"}}
	}
}

// commonName is the CN of a name in a certificate; a text that is no such name stays as it is.
func commonName(dn string) string {
	at := strings.Index(strings.ToUpper(dn), "CN=")
	if at < 0 {
		return dn
	}
	cn := dn[at+3:]
	if rest, ok := strings.CutPrefix(cn, `"`); ok {
		cn, _, _ = strings.Cut(rest, `"`)
		return cn
	}
	cn, _, _ = strings.Cut(cn, ",")
	return strings.TrimSpace(cn)
}

// maxUsers is how many accounts of one package are kept.
const maxUsers = 1000

// shownUser is an account as PowerShell shows it: "{S-1-5-21-… [PC\anna]: Installed, …}".
var shownUser = regexp.MustCompile(`(S-1-[0-9-]+)\s*(?:\[([^\]]*)\])?\s*:\s*([A-Za-z]+)`)

// packageUsers are the accounts that a package is there for, where the list was made of all accounts.
func packageUsers(r records.Record) []inventory.AppUser {
	var out []inventory.AppUser
	add := func(sid, name, state string) {
		name = name[strings.LastIndexByte(name, '\\')+1:]
		if name == "" || strings.HasPrefix(strings.ToLower(name), "s-1-") {
			name = sid
		}
		if sid == "S-1-5-18" || len(out) >= maxUsers { // the system itself keeps what it stages
			return
		}
		out = append(out, inventory.AppUser{User: inventory.Text(name), Installed: state == "2" || strings.EqualFold(state, "installed")})
	}
	for _, m := range shownUser.FindAllStringSubmatch(r.Text("PackageUserInformation"), maxUsers) {
		add(m[1], m[2], m[3])
	}
	for _, v := range r.List("PackageUserInformation") {
		u, ok := records.From(v)
		if !ok {
			continue
		}
		sid, ok := records.From(u.Value("UserSecurityId"))
		if !ok {
			sid = u
		}
		add(sid.Text("Sid", "Value", "UserSecurityId"), sid.Text("Username"), u.Text("InstallState"))
	}
	return out
}
