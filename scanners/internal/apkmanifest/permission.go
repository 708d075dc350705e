package apkmanifest

import (
	"strings"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// neverForLocation is the value of usesPermissionFlags by which an app promises to learn no place from a scan.
const neverForLocation = 0x00010000

// request adds a requested permission. Asked for twice, it holds for every API level that one of the two covers.
// Android takes no name from a resource, as a resource may change.
func (b *builder) request(e *axml.Element, since int) {
	v, _ := e.Lookup("name")
	if _, isRef := reference(v); isRef {
		b.references++
		return
	}
	name := inventory.Text(v)
	if name == "" {
		return
	}
	p := inventory.Permission{Name: name, Requested: true, MinSDK: max(since, int(b.number(e, "minSdkVersion"))), MaxSDK: int(b.number(e, "maxSdkVersion"))}
	if b.number(e, "usesPermissionFlags")&neverForLocation != 0 {
		p.Flags = []string{"neverForLocation"}
	}
	if at, ok := b.seen[name]; ok {
		b.again(&b.m.Permissions[at], &p)
		return
	}
	if len(b.m.Permissions) >= maxNames {
		b.cut("permissions", maxNames)
		return
	}
	b.seen[name] = len(b.m.Permissions)
	b.m.Permissions = append(b.m.Permissions, p)
}

// again joins a second request for a permission with the first. A promise holds only if both make it.
func (b *builder) again(have, p *inventory.Permission) {
	have.MinSDK = min(have.MinSDK, p.MinSDK)
	if have.MaxSDK == 0 || p.MaxSDK == 0 {
		have.MaxSDK = 0
	} else {
		have.MaxSDK = max(have.MaxSDK, p.MaxSDK)
	}
	if p.Flags == nil {
		have.Flags = nil
	}
}

// define adds a permission that the app defines for others.
func (b *builder) define(e *axml.Element) {
	name := b.text(e, "name")
	if name == "" {
		return
	}
	if len(b.m.Definitions) >= maxNames {
		b.cut("permissions defined", maxNames)
		return
	}
	d := inventory.PermissionDefinition{Name: name, Protection: protection(uint32(b.number(e, "protectionLevel"))), Group: b.text(e, "permissionGroup")}
	if e.Name == "permission-tree" {
		d.Protection = "tree"
	} else {
		b.m.Defined = append(b.m.Defined, name)
	}
	b.m.Definitions = append(b.m.Definitions, d)
}

// protectionFlags are the words of the platform for who else may hold a permission.
var protectionFlags = []struct {
	bit  uint32
	name string
}{
	{0x10, "privileged"}, {0x20, "development"}, {0x40, "appop"}, {0x80, "pre23"}, {0x100, "installer"},
	{0x200, "verifier"}, {0x400, "preinstalled"}, {0x800, "setup"}, {0x1000, "instant"}, {0x2000, "runtime"},
	{0x4000, "oem"}, {0x8000, "vendorPrivileged"}, {0x10000, "textClassifier"}, {0x40000, "documenter"}, {0x80000, "configurator"},
	{0x100000, "incidentReportApprover"}, {0x200000, "appPredictor"}, {0x400000, "module"}, {0x800000, "companion"},
	{0x1000000, "retailDemo"}, {0x2000000, "recents"}, {0x4000000, "role"}, {0x8000000, "knownSigner"},
}

// protection writes a protection level in the platform's words.
func protection(level uint32) string {
	var words []string
	switch level & 0xf {
	case 0:
		words = append(words, "normal")
	case 1:
		words = append(words, "dangerous")
	case 2:
		words = append(words, "signature")
	case 3:
		words = append(words, "signature") // signatureOrSystem, the old way to say that privileged apps may hold it too
		level |= 0x10
	case 4:
		words = append(words, "internal")
	default:
		words = append(words, "unknown")
	}
	for _, f := range protectionFlags {
		if level&f.bit != 0 {
			words = append(words, f.name)
		}
	}
	return strings.Join(words, "|")
}
