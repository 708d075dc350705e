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
	r := newReading(m, newTree(m.size).within(m))
	if m.share != nil {
		defer func() { *m.share -= r.tree.used() }()
	}
	defer r.load(env)()
	if m.bare {
		return r, r.alone(ctx, env)
	}
	f, err := r.container(ctx)
	if err != nil {
		return r, err
	}
	err = r.pass(ctx, env, f)
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err == nil && !r.tree.cut(m) {
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
	r.code.addresses.StopAt(ctx.Done())
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
			if sum, hashErr = r.sum(ctx); hashErr == nil && !r.tree.cut(r.m) && env.seen.has(sum) {
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
	if p.programs(); ctx.Err() != nil {
		return ctx.Err()
	}
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
