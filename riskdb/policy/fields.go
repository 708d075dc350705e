package policy

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"quaestor/riskdb"
)

// field is one thing that a condition can ask about, as object.name.
type field struct {
	name  string
	kind  *cel.Type
	doc   string
	value func(*riskdb.Facts) ref.Val
}

// object is a variable with fields.
type object struct {
	name   string
	doc    string
	fields []field
	kind   *cel.Type
}

var texts = cel.ListType(cel.StringType)

func str(name, doc string, get func(*riskdb.Facts) string) field {
	return field{name, cel.StringType, doc, func(f *riskdb.Facts) ref.Val { return fact(get(f)) }}
}

func yes(name, doc string, get func(*riskdb.Facts) bool) field {
	return field{name, cel.BoolType, doc, func(f *riskdb.Facts) ref.Val { return types.Bool(get(f)) }}
}

func num(name, doc string, get func(*riskdb.Facts) int) field {
	return field{name, cel.IntType, doc, func(f *riskdb.Facts) ref.Val { return types.Int(get(f)) }}
}

func list(name, doc string, get func(*riskdb.Facts) []string) field {
	return field{name, texts, doc, func(f *riskdb.Facts) ref.Val { return types.NewStringList(types.DefaultTypeAdapter, get(f)) }}
}

// objects are the variables with fields. A field that the source does not tell is empty, zero or false.
var objects = []*object{
	{name: "app", doc: "what the device says about the app", fields: []field{
		str("identifier", "package name, bundle identifier and the like", func(f *riskdb.Facts) string { return f.App.Identifier }),
		str("kind", "registry of the identifier: android-package, deb, …", func(f *riskdb.Facts) string { return string(f.App.IdentifierKind) }),
		str("platform", "android, ios, windows, macos or linux", func(f *riskdb.Facts) string { return string(f.App.Platform) }),
		str("name", "what the app calls itself", func(f *riskdb.Facts) string { return f.App.Name }),
		str("version", "as the app writes it", func(f *riskdb.Facts) string { return f.App.Version }),
		num("version_code", "number of the version on Android", func(f *riskdb.Facts) int { return int(f.App.VersionCode) }),
		str("publisher", "as the source states it", func(f *riskdb.Facts) string { return f.App.Publisher }),
		str("installer", "package that installed it", func(f *riskdb.Facts) string { return f.App.Installer }),
		str("origin", "system, store, management, other, none or unknown", func(f *riskdb.Facts) string { return f.Origin() }),
		num("target_sdk", "Android API level that it is made for", func(f *riskdb.Facts) int { return targetSDK(f) }),
		yes("system", "part of the system image", func(f *riskdb.Facts) bool { return f.App.System }),
		yes("disabled", "for every user", func(f *riskdb.Facts) bool { return f.App.Disabled }),
		yes("debuggable", "a debugger may attach", func(f *riskdb.Facts) bool { return f.App.Debuggable }),
		yes("privileged", "a system app with further rights", func(f *riskdb.Facts) bool { return f.App.Privileged }),
		yes("not_installed", "known to the device, installed for no user", func(f *riskdb.Facts) bool { return f.App.NotInstalled }),
		yes("on_device", "false for a file that was handed in", func(f *riskdb.Facts) bool { return f.App.Device != "" }),
	}},
	{name: "device", doc: "the device of the app", fields: []field{
		str("id", "as in the report", device(func(f *riskdb.Facts) string { return f.Device.ID })),
		str("name", "name of the device or of its dump", device(func(f *riskdb.Facts) string { return f.Device.Name })),
		str("serial", "serial number", device(func(f *riskdb.Facts) string { return f.Device.Serial })),
		str("platform", "android, ios, windows, macos or linux", device(func(f *riskdb.Facts) string { return string(f.Device.Platform) })),
		str("manufacturer", "as the device says", device(func(f *riskdb.Facts) string { return f.Device.Manufacturer })),
		str("model", "as the device says", device(func(f *riskdb.Facts) string { return f.Device.Model })),
		str("os_name", "name of the system", device(func(f *riskdb.Facts) string { return f.Device.OSName })),
		str("os_version", "version of the system", device(func(f *riskdb.Facts) string { return f.Device.OSVersion })),
		str("security_patch", "patch level, YYYY-MM-DD", device(func(f *riskdb.Facts) string { return f.Device.SecurityPatch })),
		list("groups", "groups of the policy that the device is in", func(f *riskdb.Facts) []string { return f.Groups() }),
	}},
	{name: "product", doc: "the product of the database that the app is; empty when not recognised", fields: []field{
		yes("known", "the app was recognised", func(f *riskdb.Facts) bool { return f.Product != nil }),
		str("id", "id in the database", product(func(f *riskdb.Facts) string { return f.Product.ID })),
		str("name", "name in the database", product(func(f *riskdb.Facts) string { return f.Product.Name })),
		str("category", "category in the database", product(func(f *riskdb.Facts) string { return f.Product.Category })),
		str("kind", "app or security", product(func(f *riskdb.Facts) string { return string(f.Product.Kind) })),
		str("security_kind", "antivirus, vpn, …", product(func(f *riskdb.Facts) string { return f.Product.SecurityKind })),
		yes("by_name_only", "recognised by its name alone", func(f *riskdb.Facts) bool { return f.NameOnly() }),
	}},
	{name: "vendor", doc: "the vendor of that product; empty when not recognised", fields: []field{
		str("id", "id in the database", vendor(func(f *riskdb.Facts) string { return f.Vendor.ID })),
		str("name", "name in the database", vendor(func(f *riskdb.Facts) string { return f.Vendor.Name })),
		str("hq", "country of the headquarters, as recorded", vendor(func(f *riskdb.Facts) string { return f.Vendor.HQ })),
		str("seat", "country of the registered seat, as recorded", vendor(func(f *riskdb.Facts) string { return f.Vendor.Seat })),
		yes("verified", "the record has a source that was verified", func(f *riskdb.Facts) bool { return f.Vendor != nil && f.Vendor.Verified }),
	}},
}

// variables are the lists that stand by themselves.
var variables = []field{
	list("owners", "ids of the vendor and of everybody who controls it on the day", func(f *riskdb.Facts) []string { return f.Owners() }),
	list("jurisdictions", "codes of the states whose law reaches the owner over a verified chain", func(f *riskdb.Facts) []string { return f.Jurisdictions() }),
	list("jurisdictions_unverified", "codes of the states that are recorded without a verified chain; a rule that asks for them gives low confidence", func(f *riskdb.Facts) []string { return f.Unverified() }),
	list("permissions", "full names of the permissions that the app asks for or holds", func(f *riskdb.Facts) []string { return f.Permissions() }),
	list("granted", "those of them that the source says it holds", func(f *riskdb.Facts) []string { return f.Granted() }),
	list("sdks", "ids of the software development kits whose code the files of the app carry", func(f *riskdb.Facts) []string { return f.SDKs() }),
	list("signers", "SHA-256 digests of the signing certificates, lower-case hex", func(f *riskdb.Facts) []string { return f.Signers() }),
}

func device(get func(*riskdb.Facts) string) func(*riskdb.Facts) string {
	return func(f *riskdb.Facts) string {
		if f.Device == nil {
			return ""
		}
		return get(f)
	}
}

func product(get func(*riskdb.Facts) string) func(*riskdb.Facts) string {
	return func(f *riskdb.Facts) string {
		if f.Product == nil {
			return ""
		}
		return get(f)
	}
}

func vendor(get func(*riskdb.Facts) string) func(*riskdb.Facts) string {
	return func(f *riskdb.Facts) string {
		if f.Vendor == nil {
			return ""
		}
		return get(f)
	}
}

func targetSDK(f *riskdb.Facts) int {
	if f.App.TargetSDK == 0 && f.Binary != nil {
		return f.Binary.TargetSDK
	}
	return f.App.TargetSDK
}

// Field is something that a condition can ask about, for the documentation.
type Field struct {
	Name string `json:"name"` // app.identifier, owners, …
	Type string `json:"type"` // string, bool, int or list(string)
	Doc  string `json:"doc"`
}

// Fields lists everything that a condition can ask about.
func Fields() []Field {
	var out []Field
	for _, o := range objects {
		for _, f := range o.fields {
			out = append(out, Field{o.name + "." + f.name, f.kind.String(), f.doc})
		}
	}
	for _, f := range variables {
		out = append(out, Field{f.name, f.kind.String(), f.doc})
	}
	return out
}
