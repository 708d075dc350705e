package apk

import (
	"context"
	"errors"
	"fmt"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// manifest reads AndroidManifest.xml with the resources it refers to. An error means that there is none. One of which
// not even the package can be read is a Gap, and so is one that breaks off later.
func (r *reading) manifest(ctx context.Context, f *apkfile.File, l layout) error {
	list := l.manifests(f)
	if len(list) == 0 && r.depth > 0 {
		r.bin.Format = archiveFormat(f)
		return nil
	}
	if len(list) == 0 && hasDex(f) {
		r.noManifest(f)
		return nil
	}
	if len(list) == 0 {
		return fmt.Errorf("%q holds no %s; it is not an APK", r.m.name, manifestName)
	}
	read := r.ownManifest
	if l.bundle {
		read = r.bundleManifests
	}
	if err := read(ctx, f, list); err != nil && ctx.Err() == nil {
		r.gap(kindOf(err), "Fetch the file again, or look at the manifest with another tool.", "which app it is and what it asks for is not known; its code and signature were read: %v", err)
	}
	return ctx.Err()
}

// ownManifest reads the one manifest of an APK.
func (r *reading) ownManifest(ctx context.Context, f *apkfile.File, list []*apkfile.Entry) error {
	data, err := f.Read(ctx, list[0], axml.MaxBytes)
	if err != nil {
		return fmt.Errorf("the manifest of %q cannot be read: %w", r.m.name, err)
	}
	r.early = append(r.early, unpacked{list[0], data})
	m, err := r.document(ctx, data, r.resources(ctx, f))
	if err != nil && m.Package == "" {
		return fmt.Errorf("the manifest of %q cannot be read: %w", r.m.name, err)
	}
	if err != nil {
		r.gap(kindOf(err), "Look at the manifest by hand.", "the manifest was read only in part, so permissions and components may be missing: %v", err)
	}
	r.manifestFiles(ctx, f, m, "")
	r.fill(m)
	r.sandbox = m.TargetSandbox
	return nil
}

// document reads the manifest as Android reads it, and one that is odd or broken also as a tool reads it: what the
// tool shows otherwise is hidden from those who use it. Where Android's way leads to nothing, the tool's word is taken.
func (r *reading) document(ctx context.Context, data []byte, table *arsc.Table) (*apkmanifest.Manifest, error) {
	m, err := apkmanifest.Parse(ctx, data, table)
	if err == nil || m.Package != "" {
		m.Compare(ctx, data, table, err)
		return m, err
	}
	other, otherErr := apkmanifest.ParseOther(ctx, data, table)
	if other.Package == "" || ctx.Err() != nil {
		return m, err
	}
	r.gap(inventory.GapMalformed, "Look at the manifest by hand.",
		"the manifest cannot be read as Android reads it (%v): what is told of it is what another tool shows, apkparser, and may not be what Android takes", err)
	return other, otherErr
}

// kindOf tells a limit from a broken file.
func kindOf(err error) inventory.GapKind {
	var container *apkfile.LimitError
	var document *axml.LimitError
	if errors.As(err, &container) || errors.As(err, &document) {
		return inventory.GapLimit
	}
	return inventory.GapMalformed
}

// manifestFiles reads the resource files that the manifest names. Module is the folder of a bundle in which they lie.
func (r *reading) manifestFiles(ctx context.Context, f *apkfile.File, m *apkmanifest.Manifest, module string) {
	err := m.ReadFiles(ctx, func(path string) ([]byte, error) {
		e := f.Lookup(module + path)
		if e == nil {
			return nil, errors.New("the file is not there")
		}
		return f.Read(ctx, e, axml.MaxBytes)
	})
	if err != nil {
		r.gap(kindOf(err), "Look at the file by hand.", "a resource file that the manifest names cannot be read whole, so the network security or what a service may do can be other than told: %v", err)
	}
}

// resources reads the resource table, nil when there is none.
func (r *reading) resources(ctx context.Context, f *apkfile.File) *arsc.Table {
	e := f.Lookup("resources.arsc")
	if e == nil {
		return nil
	}
	data, err := f.Read(ctx, e, arsc.MaxBytes)
	var table *arsc.Table
	if err == nil {
		r.early = append(r.early, unpacked{e, data})
		table, err = arsc.Parse(data)
	}
	if err != nil {
		r.gap(kindOf(err), "", "resources.arsc cannot be read, so the label and other values taken from resources are missing: %v", err)
		return nil
	}
	return table
}
