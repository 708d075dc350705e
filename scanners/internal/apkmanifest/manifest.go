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

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// Limits on what one manifest may put into an inventory.
const (
	maxComponents = 20_000
	maxNames      = 20_000 // permissions, features, libraries and queries, each
	maxFilters    = 200    // actions, schemes, hosts, authorities and links of one component, each
	maxLinks      = 20_000 // of all components together
	maxReferences = 2_000
	maxFiles      = 200 // resource files that components name
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

	SharedUser       string
	Debuggable       bool
	TestOnly         bool
	AllowBackup      bool
	Cleartext        bool // usesCleartextTraffic="true"
	CleartextGiven   bool // the attribute is there
	NoCode           bool
	SplitRequired    bool
	ApplicationClass string
	ComponentFactory string // the class that makes the app's components, and so runs even before the application class

	Permissions []inventory.Permission // requested, in order, each once
	Defined     []string
	Definitions []inventory.PermissionDefinition // the same and permission trees, with who may hold them
	Features    []string
	Libraries   []string // shared libraries of the device that it uses
	Queries     []string // other apps that it looks for or runs in
	Components  []inventory.ManifestComponent

	// NetworkSecurity is the platform's default until [Manifest.ReadFiles] has read the app's configuration.
	NetworkSecurity *inventory.NetworkSecurity

	Marks      []inventory.Mark // how the document differs from what build tools make
	Unresolved []string         // attributes that refer to a value that was not found
	Cut        []string         // lists that reached a limit

	files  []file // resource files that are named
	source source
	table  Resources
}

// Resources finds the values of resources: [arsc.Table], and the table of an app bundle.
type Resources interface {
	Lookup(id uint32) ([]arsc.Value, error)
}

// source hands a document over element by element.
type source func(ctx context.Context, data []byte, h axml.Handler) (axml.Report, error)

// Parse reads a manifest. Table resolves references and may be nil. With an error, what was read before it
// is in the Manifest.
func Parse(ctx context.Context, data []byte, table *arsc.Table) (*Manifest, error) {
	var resources Resources
	if table != nil {
		resources = table
	}
	return parse(ctx, data, resources, axml.Walk)
}

func parse(ctx context.Context, data []byte, resources Resources, read source) (*Manifest, error) {
	b := newBuilder(resources)
	b.m.source, b.m.table = read, resources
	report, err := read(ctx, data, axml.Handler{Start: b.element})
	b.finish()
	b.marks(report)
	var structure *axml.StructureError
	switch {
	case b.m.Package != "":
	case err == nil:
		err = errors.New("the manifest names no package")
	case errors.As(err, &structure):
		err = fmt.Errorf("the manifest names no package; %w", err)
	}
	return b.m, err
}

// Name reads only who a manifest says it is, for recognition.
func Name(ctx context.Context, data []byte) (pkg, split string, err error) {
	return name(ctx, data, axml.Walk)
}

func name(ctx context.Context, data []byte, read source) (pkg, split string, err error) {
	_, err = read(ctx, data, axml.Handler{Start: func(e *axml.Element) error {
		if e.Name == "manifest" {
			pkg, split = e.Literal("package"), e.Literal("split")
		}
		return errNamed
	}})
	if errors.Is(err, errNamed) && pkg != "" {
		return pkg, split, nil
	}
	if err == nil || errors.Is(err, errNamed) {
		err = errors.New("the manifest names no package")
	}
	return pkg, split, err
}

var errNamed = errors.New("named")

// EffectiveTarget is the API level that the platform behaves by: the target, else the minimum, else 1. A codename
// stands for a level newer than all rules.
func (m *Manifest) EffectiveTarget() int {
	switch {
	case m.TargetSDKCodename != "":
		return anyTarget
	case m.TargetSDK > 0:
		return m.TargetSDK
	case m.MinSDKCodename != "":
		return anyTarget
	}
	return max(m.MinSDK, 1)
}

const anyTarget = 1<<30 - 1
