// Package apkmanifest turns an AndroidManifest.xml into the facts that an inventory holds: who the app says
// it is, what it asks for and what it opens to others.
//
// What the package cannot see: permissions asked for at run time only (there are none on Android, but code
// may use what another app offers), components registered by code, and values that the manifest takes from
// the framework's resources.
package apkmanifest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// Limits on what one manifest may put into an inventory.
const (
	maxComponents = 20_000
	maxNames      = 20_000 // permissions and features, each
	maxFilters    = 200    // actions, schemes and hosts of one component, each
	maxReferences = 2_000
)

// Manifest is what a manifest says. Text is stored as [inventory.Text] makes it.
type Manifest struct {
	Package     string
	Split       string // name of the split, "" for a base
	ConfigFor   string // the split that a configuration split belongs to
	Feature     bool   // a feature split
	Label       string
	Labels      map[string]string // by language, when there is more than the default
	Version     string
	VersionCode int64

	MinSDK, TargetSDK, MaxSDK, CompileSDK int
	TargetSandbox                         int // targetSandboxVersion, 0 when not told
	MinSDKCodename, TargetSDKCodename     string

	SharedUser  string
	Debuggable  bool
	TestOnly    bool
	AllowBackup bool
	Cleartext   bool

	Permissions []inventory.Permission // requested, in order, each once
	Defined     []string
	Features    []string
	Components  []inventory.ManifestComponent

	Mismatches int      // attributes that show one string to tools and another to Android
	Unresolved []string // attributes that refer to a value that was not found
	Cut        []string // lists that reached a limit
}

// Parse reads a manifest. Table resolves references and may be nil. With an error, what was read before it
// is in the Manifest.
func Parse(ctx context.Context, data []byte, table *arsc.Table) (*Manifest, error) {
	b := newBuilder(table)
	mismatches, err := axml.Parse(ctx, data, b.element)
	b.m.Mismatches = mismatches
	b.finish()
	var structure *axml.StructureError
	if b.m.Package == "" && (err == nil || errors.As(err, &structure)) {
		err = errors.New("the manifest names no package")
	}
	return b.m, err
}

// Name reads only who a manifest says it is, for recognition.
func Name(ctx context.Context, data []byte) (pkg, split string, err error) {
	_, err = axml.Parse(ctx, data, func(e *axml.Element) error {
		if e.Name == "manifest" {
			pkg, split = e.Get("package"), e.Get("split")
		}
		return errNamed
	})
	if errors.Is(err, errNamed) && pkg != "" {
		return pkg, split, nil
	}
	if err == nil || errors.Is(err, errNamed) {
		err = errors.New("the manifest names no package")
	}
	return pkg, split, err
}

var errNamed = errors.New("named")

// builder collects facts while elements go by.
type builder struct {
	m     *Manifest
	table *arsc.Table
	seen  map[string]int    // position of each permission
	refs  map[string]string // references resolved so far
	path  []string          // names of the open elements

	launcherLabel string
	activityLabel *axml.Element // activity being read
	main          bool          // the filter being read has the main action
	launcher      bool          // … and a launcher category
	major, minor  int64
	exported      []bool // per component: the attribute is there
	filtered      []bool // per component: it has an intent filter
	current       int    // component being read, -1 outside
	features      map[string]bool
}

func newBuilder(table *arsc.Table) *builder {
	return &builder{
		m:       &Manifest{AllowBackup: true},
		table:   table,
		seen:    make(map[string]int),
		refs:    make(map[string]string),
		current: -1,
	}
}

func (b *builder) element(e *axml.Element) error {
	b.path = append(b.path[:min(e.Depth-1, len(b.path))], e.Name)
	switch {
	case e.Depth == 1:
		if e.Name != "manifest" {
			return fmt.Errorf("the root element is %q, not manifest", inventory.Text(e.Name))
		}
		b.root(e)
	case e.Depth == 2:
		b.current = -1
		b.top(e)
	case b.path[1] == "application" && e.Depth == 3:
		b.component(e)
	case b.path[1] == "application" && e.Depth >= 4 && b.current >= 0:
		b.filter(e)
	}
	return nil
}

func (b *builder) root(e *axml.Element) {
	m := b.m
	m.Package = inventory.Text(e.Get("package"))
	m.Split = inventory.Text(e.Get("split"))
	m.ConfigFor = inventory.Text(e.Get("configForSplit"))
	m.Feature = e.Get("isFeatureSplit") == "true"
	m.Version = b.text(e, "versionName")
	b.minor = b.number(e, "versionCode")
	b.major = b.number(e, "versionCodeMajor")
	m.SharedUser = b.text(e, "sharedUserId")
	m.TargetSandbox = int(b.number(e, "targetSandboxVersion"))
	m.CompileSDK = int(b.number(e, "compileSdkVersion"))
	if m.CompileSDK == 0 {
		m.CompileSDK = int(b.number(e, "platformBuildVersionCode"))
	}
}

// top reads the children of the manifest element.
func (b *builder) top(e *axml.Element) {
	switch e.Name {
	case "uses-sdk":
		b.m.MinSDK, b.m.MinSDKCodename = b.sdk(e, "minSdkVersion")
		b.m.TargetSDK, b.m.TargetSDKCodename = b.sdk(e, "targetSdkVersion")
		b.m.MaxSDK = int(b.number(e, "maxSdkVersion"))
	case "uses-permission":
		b.permission(e, 0)
	case "uses-permission-sdk-23", "uses-permission-sdk-m":
		b.permission(e, 23)
	case "permission":
		b.m.Defined = b.list(b.m.Defined, maxNames, "permissions defined", b.text(e, "name"))
	case "uses-feature":
		b.feature(e)
	case "application":
		b.application(e)
	}
}

func (b *builder) application(e *axml.Element) {
	m := b.m
	b.label(e)
	m.Debuggable = b.truth(e, "debuggable", false)
	m.TestOnly = b.truth(e, "testOnly", false)
	m.AllowBackup = b.truth(e, "allowBackup", true)
	m.Cleartext = b.truth(e, "usesCleartextTraffic", false)
}

func (b *builder) feature(e *axml.Element) {
	name := b.text(e, "name")
	if name == "" {
		if gl := b.text(e, "glEsVersion"); gl != "" {
			name = "glEsVersion " + gl
		}
	}
	if b.features == nil {
		b.features = make(map[string]bool)
	}
	if !b.features[name] {
		b.features[name] = true
		b.m.Features = b.list(b.m.Features, maxNames, "features", name)
	}
}

// permission adds a requested permission. Asked for twice, it holds for every API level that one of the
// two covers.
func (b *builder) permission(e *axml.Element, since int) {
	name := b.text(e, "name")
	if name == "" {
		return
	}
	p := inventory.Permission{Name: name, Requested: true, MinSDK: max(since, int(b.number(e, "minSdkVersion"))), MaxSDK: int(b.number(e, "maxSdkVersion"))}
	if at, ok := b.seen[name]; ok {
		have := &b.m.Permissions[at]
		have.MinSDK = min(have.MinSDK, p.MinSDK)
		if have.MaxSDK == 0 || p.MaxSDK == 0 {
			have.MaxSDK = 0
		} else {
			have.MaxSDK = max(have.MaxSDK, p.MaxSDK)
		}
		return
	}
	if len(b.m.Permissions) >= maxNames {
		b.cut("permissions", maxNames)
		return
	}
	b.seen[name] = len(b.m.Permissions)
	b.m.Permissions = append(b.m.Permissions, p)
}

// list appends a name unless it is empty or the list is full.
func (b *builder) list(to []string, limit int, what, name string) []string {
	if name == "" {
		return to
	}
	if len(to) >= limit {
		b.cut(what, limit)
		return to
	}
	return append(to, name)
}

func (b *builder) cut(what string, limit int) {
	s := what + " beyond " + strconv.Itoa(limit)
	for _, have := range b.m.Cut {
		if have == s {
			return
		}
	}
	b.m.Cut = append(b.m.Cut, s)
}

// finish derives what depends on the whole document.
func (b *builder) finish() {
	m := b.m
	m.VersionCode = b.major<<32 | b.minor&0xffffffff
	if m.Label == "" {
		m.Label = b.launcherLabel
	}
	for i := range m.Components {
		if !b.exported[i] {
			m.Components[i].Exported = b.exportedByDefault(i)
		}
	}
}

// exportedByDefault is the platform's rule for a component without android:exported: one with an intent
// filter is open to others; providers were open to all before API level 17.
func (b *builder) exportedByDefault(i int) bool {
	if b.m.Components[i].Kind == "provider" {
		target := b.m.TargetSDK
		if target == 0 && b.m.TargetSDKCodename == "" {
			target = b.m.MinSDK
		}
		return target < 17 && b.m.TargetSDKCodename == ""
	}
	return b.filtered[i]
}

// className completes a class name as the platform does.
func className(pkg, name string) string {
	switch {
	case name == "":
		return ""
	case strings.HasPrefix(name, "."):
		return pkg + name
	case !strings.Contains(name, "."):
		return pkg + "." + name
	}
	return name
}
