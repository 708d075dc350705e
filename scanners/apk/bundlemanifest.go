package apk

import (
	"context"
	"fmt"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/internal/protoxml"
	"quaestor/scanners/inventory"
)

// bundleManifests reads the manifests of the modules of a bundle: the base's says what the app is, the others add what
// they ask for and offer, as if all of them were installed.
func (r *reading) bundleManifests(ctx context.Context, f *apkfile.File, list []*apkfile.Entry) error {
	r.bin.Format = formatBundle
	for i, e := range list {
		m, err := r.moduleManifest(ctx, f, e)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && i == 0 && (m == nil || m.Package == ""):
			return fmt.Errorf("the manifest of %q cannot be read: %w", r.m.name, err)
		case err != nil:
			r.gap(kindOf(err), "Look at the manifest by hand.", "the manifest %q was read in part or not at all, so permissions and components may be missing: %v", e.Name, err)
		}
		switch {
		case m == nil:
		case i == 0:
			r.fill(m)
			r.bin.Format = formatBundle
		default:
			r.addModule(m)
		}
	}
	g := gap(r.m.name, inventory.GapBlind, "an App Bundle is what a maker gives to a store: its signature is that of the upload, and the store signs the APKs that phones get with another key")
	g.Next = "Scan the APKs from a phone or the store to see who signs them."
	r.gaps = append(r.gaps, g)
	return nil
}

// moduleManifest reads the manifest of one module with the module's resources.
func (r *reading) moduleManifest(ctx context.Context, f *apkfile.File, e *apkfile.Entry) (*apkmanifest.Manifest, error) {
	module := strings.TrimSuffix(e.Clean(), "manifest/"+manifestName)
	data, err := f.Read(ctx, e, axml.MaxBytes)
	if err != nil {
		return nil, err
	}
	r.early = append(r.early, unpacked{e, data})
	m, err := apkmanifest.ParseProto(ctx, data, r.moduleResources(ctx, f, module))
	if m != nil && m.Package != "" {
		r.manifestFiles(ctx, f, m, module)
	}
	return m, err
}

// moduleResources reads the resource table of a module, nil when there is none.
func (r *reading) moduleResources(ctx context.Context, f *apkfile.File, module string) *protoxml.Table {
	e := f.Lookup(module + "resources.pb")
	if e == nil {
		return nil
	}
	data, err := f.Read(ctx, e, protoxml.MaxTable)
	var table *protoxml.Table
	if err == nil {
		r.early = append(r.early, unpacked{e, data})
		table, err = protoxml.ParseTable(data)
	}
	if err != nil {
		r.gap(kindOf(err), "", "%q cannot be read, so the label and other values taken from resources are missing: %v", e.Name, err)
	}
	return table
}

// addModule adds what a further module asks for and offers.
func (r *reading) addModule(m *apkmanifest.Manifest) {
	b := &r.bin
	b.Permissions = inventory.UnitePermissions(b.Permissions, m.Permissions)
	b.DefinedPermissions = append(b.DefinedPermissions, m.Defined...)
	b.PermissionDefinitions = append(b.PermissionDefinitions, m.Definitions...)
	b.Manifest = append(b.Manifest, m.Components...)
	b.Features = append(b.Features, m.Features...)
	b.Marks = append(b.Marks, m.Marks...)
	for _, c := range m.Cut {
		r.gap(inventory.GapLimit, "", "a module's manifest holds more than is kept: %s were left out", c)
	}
}
