package bundle

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"

	"quaestor/riskdb"
)

var (
	built  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	expiry = time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)
	beyond = time.Date(2031, 12, 31, 23, 59, 59, 0, time.UTC)
)

// seeded gives the bytes of one digit, so that keys are the same in every run.
type seeded byte

func (s seeded) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s)
	}
	return len(p), nil
}

func key(t testing.TB, seed byte) *Key {
	t.Helper()
	k, err := NewKey(seeded(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func keys(t testing.TB, seeds ...byte) []*Key {
	t.Helper()
	var out []*Key
	for _, s := range seeds {
		out = append(out, key(t, s))
	}
	return out
}

// plan is a root by seeds of its keys; every key has to sign.
func plan(t testing.TB, root, bundle []byte) RootPlan {
	return RootPlan{RootKeys: keys(t, root...), BundleKeys: keys(t, bundle...), RootThreshold: len(root), BundleThreshold: len(bundle), Expires: beyond}
}

func rootOf(t testing.TB, p RootPlan) []byte {
	t.Helper()
	r, err := NewRoot(p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func small() *riskdb.Tables {
	return &riskdb.Tables{Version: riskdb.Version{Date: "2026-11-20"}, Entities: []riskdb.Entity{{ID: "a", Name: "A"}}}
}

func draft(t testing.TB, sequence int64, roots [][]byte, seeds ...byte) Draft {
	return Draft{Info: Info{Kind: Full, Authority: "example", Sequence: sequence, Built: "2026-11-22"}, Tables: small(), Expires: expiry, Roots: roots, Keys: keys(t, seeds...)}
}

func build(t testing.TB, d Draft) []byte {
	t.Helper()
	file, err := Build(d)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func read(file []byte, trust Trust, now time.Time) error {
	c, err := Check(file, trust, now)
	if err != nil {
		return err
	}
	_, err = c.Tables()
	return err
}

func TestABundleComesBack(t *testing.T) {
	root := rootOf(t, plan(t, []byte{1}, []byte{2, 3}))
	file := build(t, draft(t, 7, [][]byte{root}, 2, 3))
	c, err := Check(file, Trust{Root: root}, built)
	if err != nil {
		t.Fatal(err)
	}
	if c.Sequence != 7 || c.Authority != "example" || c.Kind != Full || c.Facts != "2026-11-20" || !c.Expires.Equal(expiry) || c.RootVersion != 1 || len(c.Signers) != 2 {
		t.Errorf("got %+v", c)
	}
	tables, err := c.Tables()
	if err != nil || len(tables.Entities) != 1 || tables.Entities[0].Name != "A" {
		t.Errorf("tables %+v (%v)", tables, err)
	}
	if again := build(t, draft(t, 7, [][]byte{root}, 3, 2)); !bytes.Equal(file, again) {
		t.Error("the same things give another file")
	}
	info, err := Peek(file)
	if err != nil || info != c.Info {
		t.Errorf("peek: %+v (%v)", info, err)
	}
}

// everyByte lets TestEveryByteCounts reseal at every position too, which takes a minute.
var everyByte = flag.Bool("every-byte", false, "give each flipped byte a new digest, not one in seven")

// TestEveryByteCounts flips each byte of a bundle in several ways. Then it writes the digest at the end anew, so
// that not the digest but the signatures have to find it.
func TestEveryByteCounts(t *testing.T) {
	first := rootOf(t, plan(t, []byte{1}, []byte{2}))
	second, err := Rotate(first, keys(t, 1), keys(t, 4), keys(t, 5), beyond)
	if err != nil {
		t.Fatal(err)
	}
	file := build(t, draft(t, 7, [][]byte{first, second}, 5))
	for _, trusted := range [][]byte{first, second} {
		if err := read(file, Trust{Root: trusted}, built); err != nil {
			t.Fatal(err)
		}
	}
	masks := []byte{0x01, 0x20, 0x80, 0xff}
	for at := range file {
		for i, mask := range masks {
			bad := bytes.Clone(file)
			bad[at] ^= mask
			if err := read(bad, Trust{Root: first}, built); err == nil {
				t.Fatalf("byte %d of %d, mask %#02x: accepted", at, len(file), mask)
			}
			if at >= len(file)-sha256.Size || !*everyByte && (at+i)%7 > 0 {
				continue
			}
			trusted := [][]byte{first, second}[(at/7+i)%2]
			if err := read(resealed(bad), Trust{Root: trusted}, built); err == nil {
				t.Fatalf("byte %d of %d, mask %#02x, with a new digest: accepted", at, len(file), mask)
			}
		}
	}
}

// resealed writes the digest of a file anew.
func resealed(file []byte) []byte {
	body := file[:len(file)-sha256.Size]
	sum := sha256.Sum256(body)
	return append(bytes.Clone(body), sum[:]...)
}

func TestEveryLengthCounts(t *testing.T) {
	root := rootOf(t, plan(t, []byte{1}, []byte{2}))
	file := build(t, draft(t, 1, [][]byte{root}, 2))
	for n := range file {
		if err := read(file[:n], Trust{Root: root}, built); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(file), err)
		}
		if n < sha256.Size {
			continue
		}
		if err := read(resealed(file[:n]), Trust{Root: root}, built); err == nil {
			t.Fatalf("cut to %d of %d bytes, with a new digest: accepted", n, len(file))
		}
	}
	for _, more := range []string{"\x00", "\n", "x", strings.Repeat("\x00", 4096), string(file)} {
		if err := read(append(bytes.Clone(file), more...), Trust{Root: root}, built); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes more: %v", len(more), err)
		}
		inside := append(bytes.Clone(file[:len(file)-sha256.Size]), more...)
		if err := read(resealed(append(inside, make([]byte, sha256.Size)...)), Trust{Root: root}, built); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d bytes more before the digest: %v", len(more), err)
		}
	}
}

func TestWhoMaySign(t *testing.T) {
	ours := plan(t, []byte{1}, []byte{2})
	root := rootOf(t, ours)
	file := build(t, draft(t, 3, [][]byte{root}, 2))
	stranger := rootOf(t, plan(t, []byte{8}, []byte{9}))
	theirs := build(t, draft(t, 4, [][]byte{stranger}, 9))
	if err := read(theirs, Trust{Root: root}, built); !errors.Is(err, ErrUntrusted) {
		t.Errorf("a stranger's bundle: %v", err)
	}
	c, err := open(theirs)
	if err != nil {
		t.Fatal(err)
	}
	c.roots = [][]byte{root}
	if err := read(c.write(), Trust{Root: root}, built); !errors.Is(err, ErrUntrusted) {
		t.Errorf("a stranger's bundle under our root: %v", err)
	}
	if _, err := Build(draft(t, 3, [][]byte{root}, 9)); err == nil {
		t.Error("built without the keys of the root")
	}
	if err := read(file, Trust{Root: stranger}, built); !errors.Is(err, ErrUntrusted) {
		t.Errorf("our bundle by the root of a stranger: %v", err)
	}
}

func TestThreshold(t *testing.T) {
	p := plan(t, []byte{1}, []byte{2, 3})
	root := rootOf(t, p)
	p.BundleThreshold = 1
	lax := rootOf(t, p)
	one := build(t, draft(t, 3, [][]byte{lax}, 2))
	c, err := open(one)
	if err != nil {
		t.Fatal(err)
	}
	c.roots = [][]byte{root} // the same keys, and two of them have to sign
	if err := read(c.write(), Trust{Root: root}, built); !errors.Is(err, ErrUntrusted) || !strings.Contains(err.Error(), "good signatures of 2 of its bundle keys") {
		t.Errorf("one signature of two: %v", err)
	}
	for _, bad := range []RootPlan{{}, {RootKeys: p.RootKeys, BundleKeys: p.BundleKeys, RootThreshold: 2, BundleThreshold: 1, Expires: beyond}} {
		if _, err := NewRoot(bad); err == nil {
			t.Errorf("a root of thresholds %d and %d", bad.RootThreshold, bad.BundleThreshold)
		}
	}
}

// TestNoSignatureToSpare changes a signature that the threshold does not need, and adds one of nobody: TUF would
// pass over both, and here they would be bytes that anybody can change.
func TestNoSignatureToSpare(t *testing.T) {
	p := plan(t, []byte{1}, []byte{2, 3})
	p.BundleThreshold = 1
	root := rootOf(t, p)
	file := build(t, draft(t, 3, [][]byte{root}, 2, 3))
	c, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := parse[metadata.TimestampType](c.timestamp)
	if err != nil || len(m.Signatures) != 2 {
		t.Fatalf("%d signatures (%v)", len(m.Signatures), err)
	}
	good := m.Signatures
	for name, signatures := range map[string][]metadata.Signature{
		"one that is not good": {good[0], {KeyID: good[1].KeyID, Signature: bytes.Repeat([]byte{7}, 64)}},
		"one of nobody":        {good[0], good[1], {KeyID: strings.Repeat("0", 64), Signature: good[0].Signature}},
	} {
		m.Signatures = signatures
		if c.timestamp, err = m.ToBytes(false); err != nil {
			t.Fatal(err)
		}
		if err := read(c.write(), Trust{Root: root}, built); !errors.Is(err, ErrUntrusted) || !strings.Contains(err.Error(), "which is not good") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTime(t *testing.T) {
	p := plan(t, []byte{1}, []byte{2})
	root := rootOf(t, p)
	file := build(t, draft(t, 3, [][]byte{root}, 2))
	for _, c := range []struct {
		now  time.Time
		want error
	}{{built, nil}, {expiry, nil}, {expiry.Add(time.Second), ErrExpired}, {beyond, ErrExpired}, {time.Time{}, nil}} {
		if err := read(file, Trust{Root: root}, c.now); !errors.Is(err, c.want) {
			t.Errorf("at %v: %v, want %v", c.now, err, c.want)
		}
	}
	p.Expires = built.Add(-time.Hour)
	gone := rootOf(t, p)
	if err := read(build(t, draft(t, 3, [][]byte{gone}, 2)), Trust{Root: gone}, built); !errors.Is(err, ErrExpired) {
		t.Errorf("an expired root: %v", err)
	}
}

func TestNoWayBack(t *testing.T) {
	root := rootOf(t, plan(t, []byte{1}, []byte{2}))
	older, newer := build(t, draft(t, 3, [][]byte{root}, 2)), build(t, draft(t, 4, [][]byte{root}, 2))
	if err := read(newer, Trust{Root: root, Previous: older, Sequence: 3}, built); err != nil {
		t.Errorf("forth: %v", err)
	}
	if err := read(older, Trust{Root: root, Previous: newer}, built); !errors.Is(err, ErrRollback) {
		t.Errorf("back, by TUF: %v", err)
	}
	if err := read(older, Trust{Root: root, Sequence: 4}, built); !errors.Is(err, ErrRollback) {
		t.Errorf("back, by sequence: %v", err)
	}
	if err := read(newer, Trust{Root: root, Previous: newer, Sequence: 4}, built); err != nil {
		t.Errorf("the same again: %v", err)
	}
	other := draft(t, 4, [][]byte{root}, 2)
	other.Tables.Entities[0].Name = "B"
	if err := read(build(t, other), Trust{Root: root, Previous: newer, Sequence: 4}, built); !errors.Is(err, ErrRollback) {
		t.Errorf("another of the same sequence: %v", err)
	}
	late := expiry.Add(time.Hour)
	fresh := draft(t, 5, [][]byte{root}, 2)
	fresh.Expires = beyond
	if err := read(build(t, fresh), Trust{Root: root, Previous: newer, Sequence: 4}, late); err != nil {
		t.Errorf("the one before has expired: %v", err)
	}
}

func TestRotation(t *testing.T) {
	first := rootOf(t, plan(t, []byte{1}, []byte{2}))
	second, err := Rotate(first, keys(t, 1), keys(t, 4), keys(t, 5), beyond)
	if err != nil {
		t.Fatal(err)
	}
	before := build(t, draft(t, 3, [][]byte{first}, 2))
	after := build(t, draft(t, 4, [][]byte{first, second}, 5))
	c, err := Check(after, Trust{Root: first, Previous: before, Sequence: 3}, built)
	if err != nil {
		t.Fatal(err)
	}
	if c.RootVersion != 2 || !bytes.Equal(c.Root, second) {
		t.Errorf("root %d", c.RootVersion)
	}
	lost := build(t, draft(t, 9, [][]byte{first}, 2)) // whoever stole the old keys
	if err := read(lost, Trust{Root: second, Previous: after, Sequence: 4}, built); !errors.Is(err, ErrUntrusted) {
		t.Errorf("signed by the old key: %v", err)
	}
	if _, err := Rotate(first, keys(t, 9), keys(t, 4), keys(t, 5), beyond); !errors.Is(err, ErrUntrusted) {
		t.Errorf("a stranger makes the next root: %v", err)
	}
	strange, err := Rotate(rootOf(t, plan(t, []byte{8}, []byte{9})), keys(t, 8), nil, nil, beyond)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Build(draft(t, 5, [][]byte{first, strange}, 9)); !errors.Is(err, ErrUntrusted) {
		t.Errorf("a bundle with a root that nobody signed: %v", err)
	}
	forged := build(t, draft(t, 5, [][]byte{strange}, 9))
	if err := read(forged, Trust{Root: first}, built); !errors.Is(err, ErrUntrusted) {
		t.Errorf("the next root, signed by itself alone: %v", err)
	}
	third, err := Rotate(second, keys(t, 4), keys(t, 4), keys(t, 6), beyond)
	if err != nil {
		t.Fatal(err)
	}
	if err := read(build(t, draft(t, 5, [][]byte{third}, 6)), Trust{Root: first}, built); !errors.Is(err, ErrUntrusted) || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a gap in the chain: %v", err)
	}
	kept, err := Rotate(first, keys(t, 1), nil, keys(t, 6), beyond)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := DescribeRoot(kept); err != nil || r.Version != 2 || r.RootKeys[0] != key(t, 1).ID || r.BundleKeys[0] != key(t, 6).ID || r.RootThreshold != 1 {
		t.Errorf("new bundle keys alone: %+v (%v)", r, err)
	}
	if err := read(build(t, draft(t, 5, [][]byte{first, second, third}, 6)), Trust{Root: first, Previous: before}, built); err != nil {
		t.Errorf("two rotations at once: %v", err)
	}
}

func TestTheFuture(t *testing.T) {
	root := rootOf(t, plan(t, []byte{1}, []byte{2}))
	d := draft(t, 3, [][]byte{root}, 2)
	d.Info.MinTool = "v1.10.0"
	file := build(t, d)
	for tool, want := range map[string]error{"v1.9.9": ErrFuture, "v1.10.0": nil, "v2.0.0": nil, "v0.99.99": ErrFuture,
		"v1.9.9+0a1b2c3d4e5f": ErrFuture, "v1.10.0+0a1b2c3d4e5f.changes": nil, "v1.10.0-rc1": ErrFuture, "devel-abc": ErrFuture, "": nil} {
		if err := read(file, Trust{Root: root, Tool: tool}, built); !errors.Is(err, want) {
			t.Errorf("tool %q: %v", tool, err)
		}
	}
	c, err := open(build(t, draft(t, 3, [][]byte{root}, 2)))
	if err != nil {
		t.Fatal(err)
	}
	later := bytes.Clone(c.write())
	later[len(magic)+3] = 2
	if err := read(resealed(later), Trust{Root: root}, built); !errors.Is(err, ErrFuture) {
		t.Errorf("container format 2: %v", err)
	}
	for name, text := range map[string]string{
		"schema 2":        `{"kind":"full","authority":"example","sequence":3,"built":"2026-11-22","facts":"2026-11-20","schema":2,"size":1,"sha256":"x","mood":1}`,
		"form of another": `{"kind":"full","authority":"example","sequence":3,"built":"2026-11-22","facts":"2026-11-20","schema":1,"size":1,"sha256":"x","mood":1}`,
	} {
		if _, err := parseInfo([]byte(text)); (name == "schema 2") != errors.Is(err, ErrFuture) || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatMayNotBeBuilt(t *testing.T) {
	root := rootOf(t, plan(t, []byte{1}, []byte{2}))
	for name, change := range map[string]func(*Draft){
		"no sequence":  func(d *Draft) { d.Info.Sequence = 0 },
		"no authority": func(d *Draft) { d.Info.Authority = "" },
		"bad name":     func(d *Draft) { d.Info.Authority = "../../etc" },
		"no day":       func(d *Draft) { d.Info.Built = "2026" },
		"no kind":      func(d *Draft) { d.Info.Kind = "half" },
		"bad tool":     func(d *Draft) { d.Info.MinTool = "1.2" },
		"no facts":     func(d *Draft) { d.Tables.Version.Date = "" },
		"no root":      func(d *Draft) { d.Roots = nil },
		"an overlay":   func(d *Draft) { d.Tables.Layer.ID = "example" },
		"no overlay":   func(d *Draft) { d.Info.Kind = Overlay },
		"of another":   func(d *Draft) { d.Info.Kind, d.Tables.Layer = Overlay, riskdb.Layer{ID: "other", Date: "2026"} },
		"bad text":     func(d *Draft) { d.Tables.Entities[0].Name = "\xff" },
	} {
		d := draft(t, 3, [][]byte{root}, 2)
		change(&d)
		if _, err := Build(d); err == nil {
			t.Errorf("%s: built", name)
		}
	}
}

func TestOverlay(t *testing.T) {
	root := rootOf(t, plan(t, []byte{1}, []byte{2}))
	d := draft(t, 1, [][]byte{root}, 2)
	d.Info.Kind = Overlay
	d.Tables = &riskdb.Tables{Layer: riskdb.Layer{ID: "example", Date: "2026-11"}, Withdrawals: []riskdb.Withdrawal{{Table: "bans", ID: "x", Reason: "it ended"}}}
	c, err := Check(build(t, d), Trust{Root: root}, built)
	if err != nil {
		t.Fatal(err)
	}
	if tables, err := c.Tables(); err != nil || c.Kind != Overlay || c.Facts != "2026-11" || len(tables.Withdrawals) != 1 {
		t.Errorf("%+v (%v)", c.Info, err)
	}
}

func TestKeysAsText(t *testing.T) {
	k := key(t, 7)
	text, err := k.PEM()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseKey(text)
	if err != nil || back.ID != k.ID {
		t.Errorf("got %v (%v)", back, err)
	}
	for _, bad := range []string{"", "x", string(text) + "x", strings.Replace(string(text), "PRIVATE", "PUBLIC", 2), string(text[:60]) + "\n-----END PRIVATE KEY-----\n"} {
		if _, err := ParseKey([]byte(bad)); err == nil {
			t.Errorf("%q: read", bad)
		}
	}
	if _, err := NewKey(io.LimitReader(seeded(1), 31)); err == nil {
		t.Error("a key of 31 bytes of chance")
	}
}

// TestLargeClaims gives sizes that are never unpacked.
func TestLargeClaims(t *testing.T) {
	packed, err := pack([]byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{-1, 3, 5, 1 << 40} {
		if _, err := unpack(packed, size); err == nil {
			t.Errorf("unpacked as %d bytes", size)
		}
	}
	if out, err := unpack(packed, 4); err != nil || string(out) != "text" {
		t.Errorf("%q (%v)", out, err)
	}
	if _, err := open(make([]byte, MaxSize+1)); !errors.Is(err, ErrDamaged) {
		t.Error("a file above the limit")
	}
}

func FuzzCheck(f *testing.F) {
	root := rootOf(f, plan(f, []byte{1}, []byte{2}))
	file := build(f, draft(f, 7, [][]byte{root}, 2))
	f.Add(file[:len(file)-sha256.Size])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, body []byte) {
		bad := resealed(append(bytes.Clone(body), make([]byte, sha256.Size)...))
		if c, err := open(bad); err == nil && !bytes.Equal(c.write(), bad) {
			t.Fatal("opened, and written otherwise")
		}
		if _, err := Peek(bad); err == nil {
			_, _ = OwnRoot(bad)
		}
		if own, err := OwnRoot(bad); err == nil {
			_ = read(bad, Trust{Root: own}, built) // a stranger's root: it must not crash
		}
		if err := read(bad, Trust{Root: root}, built); err == nil && !bytes.Equal(bad, file) {
			t.Fatal("another file is accepted")
		}
	})
}
