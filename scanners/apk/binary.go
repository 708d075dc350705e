package apk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// environment is what all readings of a scanner share.
type environment struct {
	seen   *seen
	budget *budget // for entries
	files  *budget // for whole files
}

func newEnvironment() *environment {
	return &environment{seen: new(seen), budget: newBudget(budgetBytes), files: newBudget(filesBytes)}
}

// reading is one container while it is read: an APK, or what was found in one.
type reading struct {
	m     *member
	tree  *tree
	depth int // 0 for a file that stands alone
	bin   inventory.Binary
	gaps  []inventory.Gap
	units []*reading // what is nested directly in it

	components []inventory.Component
	code       *code
	partly     bool                          // not all of its code was read
	absent     []inventory.ManifestComponent // that none of its DEX files defines
	sandbox    int                           // targetSandboxVersion of the manifest
	early      []unpacked                    // what was read before the pass
}

func newReading(m *member, t *tree) *reading {
	bin := inventory.Binary{Size: m.size, Format: "apk", FileNames: []string{inventory.Text(m.base)}}
	return &reading{m: m, tree: t, bin: bin, code: new(code)}
}

func (r *reading) gap(kind inventory.GapKind, next, format string, args ...any) {
	g := gap(r.m.name, kind, format, args...)
	g.Next = next
	r.gaps = append(r.gaps, g)
}

// read takes every fact of one APK. With an error, the Binary holds at least the hash when the file could
// be read at all.
func read(ctx context.Context, m *member, env *environment) (*reading, error) {
	r := newReading(m, newTree(m.size))
	defer r.load(env)()
	f, err := r.container(ctx)
	if err != nil {
		return r, err
	}
	err = r.pass(ctx, env, f)
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err == nil {
		env.seen.add(r)
	}
	return r, err
}

// load reads the file into memory when there is room, so that hash, digests and content come from one reading of
// it. The function that is returned gives the memory back.
func (r *reading) load(env *environment) func() {
	m := r.m
	if m.data != nil || !env.files.fits(m.size) {
		return func() {}
	}
	buf := env.files.takeNow(m.size)
	if buf == nil {
		return func() {}
	}
	if n, err := m.r.ReadAt(buf[:m.size], 0); int64(n) == m.size && (err == nil || errors.Is(err, io.EOF)) {
		m.data, m.file = buf[:m.size:m.size], nil
		m.r = bytes.NewReader(m.data)
	}
	return func() {
		m.data, m.r = nil, nil
		env.files.give(buf)
	}
}

// container opens the container. One that cannot be opened has at least a hash.
func (r *reading) container(ctx context.Context) (*apkfile.File, error) {
	if r.m.file != nil {
		return r.m.file, nil
	}
	f, err := r.m.open()
	if err == nil {
		return f, nil
	}
	if r.bin.SHA256 == "" {
		if err := r.hash(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%q cannot be read as an APK: %w; fetch the file again", r.m.name, err)
}

// pass reads everything in the container. The manifest comes first because the rest depends on it; the hash
// of the file is made beside all other work, unless it is known.
func (r *reading) pass(ctx context.Context, env *environment, f *apkfile.File) error {
	p := &pass{ctx: ctx, env: env, r: r, f: f, layout: layout{bundle: isBundle(f)}, ready: make(chan struct{})}
	var hashErr error
	manifestErr := errors.New("the manifest was not read") // unless it is
	again := false
	p.queue.add(&job{cost: first, name: manifestName, do: func(*result) {
		defer close(p.ready)
		r.entries(f, p.layout)
		manifestErr = r.manifest(ctx, f, p.layout)
		if r.bin.Package != "" || r.depth == 0 {
			p.openSignature()
		}
		p.early()
	}})
	sum := ""
	if r.bin.SHA256 == "" {
		p.queue.add(&job{cost: r.m.size / 2, do: func(*result) {
			if sum, hashErr = r.sum(ctx); hashErr == nil && env.seen.has(sum) {
				again = true
				p.queue.clear()
			}
		}})
	}
	p.plan()
	p.run()
	if err := cmp.Or(ctx.Err(), hashErr); err != nil {
		return err
	}
	if sum != "" {
		r.named(sum)
	}
	if again && env.seen.fill(r) {
		return nil
	}
	signErr := p.signature()
	hidden := p.collect()
	r.bin.Oddities, r.bin.Marks = append(r.bin.Oddities, f.Oddities()...), append(r.bin.Marks, f.Marks()...)
	if err := r.nested(ctx, env, f, hidden); err != nil {
		return err
	}
	r.takeCode()
	return cmp.Or(manifestErr, signErr)
}

// first is a cost above all others.
const first = 1 << 62

func (r *reading) hash(ctx context.Context) error {
	sum, err := r.sum(ctx)
	if err == nil {
		r.named(sum)
	}
	return err
}

// named sets what the Binary is known by.
func (r *reading) named(sum string) {
	r.bin.SHA256 = sum
	r.bin.Origins = []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.m.name), SHA256: sum}}
}

// sum is the SHA-256 of the file.
func (r *reading) sum(ctx context.Context) (string, error) {
	h := sha256.New()
	if r.m.data != nil {
		h.Write(r.m.data)
		return hex.EncodeToString(h.Sum(nil)), ctx.Err()
	}
	buf := make([]byte, max(1, min(r.m.size, 256<<10)))
	section := io.NewSectionReader(r.m.r, 0, r.m.size)
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, &canceller{ctx, section}, buf); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("cannot read %q: %w", r.m.name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
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
func (r *reading) manifest(ctx context.Context, f *apkfile.File, l layout) error {
	list := l.manifests(f)
	if len(list) == 0 && r.depth > 0 {
		r.bin.Format = archiveFormat(f)
		return nil
	}
	if len(list) == 0 {
		return fmt.Errorf("%q holds no %s; it is not an APK", r.m.name, manifestName)
	}
	data, err := f.Read(ctx, list[0], axml.MaxBytes)
	if err != nil {
		return fmt.Errorf("the manifest of %q cannot be read: %w", r.m.name, err)
	}
	r.early = append(r.early, unpacked{list[0], data})
	m, err := apkmanifest.Parse(ctx, data, r.resources(ctx, f))
	if err != nil && m.Package == "" {
		return fmt.Errorf("the manifest of %q cannot be read: %w", r.m.name, err)
	}
	if err != nil {
		r.gap(kindOf(err), "Look at the manifest by hand.", "the manifest was read only in part, so permissions and components may be missing: %v", err)
	}
	r.manifestFiles(ctx, f, m)
	r.fill(m)
	r.sandbox = m.TargetSandbox
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

// manifestFiles reads the resource files that the manifest names.
func (r *reading) manifestFiles(ctx context.Context, f *apkfile.File, m *apkmanifest.Manifest) {
	err := m.ReadFiles(ctx, func(path string) ([]byte, error) {
		e := f.Lookup(path)
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
