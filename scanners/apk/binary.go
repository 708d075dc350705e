package apk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/internal/apksign"
	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// reading is one APK while it is read.
type reading struct {
	m    *member
	bin  inventory.Binary
	gaps []inventory.Gap
}

func (r *reading) gap(kind inventory.GapKind, next, format string, args ...any) {
	g := gap(r.m.name, kind, format, args...)
	g.Next = next
	r.gaps = append(r.gaps, g)
}

// read takes every fact of one APK. With an error, the Binary holds at least the hash when the file could
// be read at all.
func read(ctx context.Context, m *member, known *seen) (*reading, error) {
	r := &reading{m: m, bin: inventory.Binary{Size: m.size, Format: "apk", FileNames: []string{inventory.Text(m.base)}}}
	if err := r.hash(ctx); err != nil {
		return r, err
	}
	if known.fill(r) {
		return r, nil
	}
	f := m.file
	if f == nil {
		var err error
		if f, err = apkfile.Open(m.r, m.size); err != nil {
			return r, fmt.Errorf("%q cannot be read as an APK: %w; fetch the file again", m.name, err)
		}
	}
	r.container(f)
	manifestErr := r.manifest(ctx, f)
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err := r.signature(ctx, f); err != nil {
		return r, err
	}
	if manifestErr == nil {
		known.add(r)
	}
	return r, manifestErr
}

func (r *reading) hash(ctx context.Context) error {
	h := sha256.New()
	buf := make([]byte, max(1, min(r.m.size, 256<<10)))
	section := io.NewSectionReader(r.m.r, 0, r.m.size)
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, &canceller{ctx, section}, buf); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("cannot read %q: %w", r.m.name, err)
	}
	r.bin.SHA256 = hex.EncodeToString(h.Sum(nil))
	r.bin.Origins = []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.m.name), SHA256: r.bin.SHA256}}
	return nil
}

// canceller ends a copy once ctx is done.
type canceller struct {
	ctx context.Context
	r   io.Reader
}

func (c *canceller) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// manifest reads AndroidManifest.xml with the resources it refers to. An error means that not even the
// package is known; a manifest that breaks off later is a Gap.
func (r *reading) manifest(ctx context.Context, f *apkfile.File) error {
	e := f.Lookup(manifestName)
	if e == nil {
		return fmt.Errorf("%q holds no %s; it is not an APK", r.m.name, manifestName)
	}
	data, err := f.Read(ctx, e, axml.MaxBytes)
	if err != nil {
		return fmt.Errorf("the manifest of %q cannot be read: %w", r.m.name, err)
	}
	m, err := apkmanifest.Parse(ctx, data, r.resources(ctx, f))
	if err != nil && m.Package == "" {
		return fmt.Errorf("the manifest of %q cannot be read: %w", r.m.name, err)
	}
	if err != nil {
		r.gap(kindOf(err), "Look at the manifest by hand.", "the manifest was read only in part, so permissions and components may be missing: %v", err)
	}
	r.fill(m)
	return nil
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

// resources reads the resource table, nil when there is none.
func (r *reading) resources(ctx context.Context, f *apkfile.File) *arsc.Table {
	e := f.Lookup("resources.arsc")
	if e == nil {
		return nil
	}
	data, err := f.Read(ctx, e, arsc.MaxBytes)
	var table *arsc.Table
	if err == nil {
		table, err = arsc.Parse(data)
	}
	if err != nil {
		r.gap(kindOf(err), "", "resources.arsc cannot be read, so the label and other values taken from resources are missing: %v", err)
		return nil
	}
	return table
}

// previewSDK is the API level that a preview's codename is taken for: all in use are newer than the first
// that reads signing blocks.
const previewSDK = 34

func (r *reading) minSDK() int {
	if r.bin.MinSDKCodename != "" {
		return previewSDK
	}
	return r.bin.MinSDK
}

// signature checks who signed. What stands in the way of checking is a Gap.
func (r *reading) signature(ctx context.Context, f *apkfile.File) error {
	res, err := apksign.Check(ctx, r.m.r, r.m.size, f, r.minSDK())
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var not *apksign.NotCheckedError
	if errors.As(err, &not) {
		kind := inventory.GapMalformed
		if not.Limit {
			kind = inventory.GapLimit
		}
		r.gap(kind, "Check it with apksigner.", "the signature was not checked: %v", err)
		r.bin.SignatureError = inventory.Text("not checked: " + err.Error())
		return nil
	}
	r.bin.Signed, r.bin.SignatureError = res.State, res.Error
	r.bin.Schemes, r.bin.Signers = res.Schemes, res.Signers
	return err
}
