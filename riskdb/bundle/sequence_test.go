package bundle

import (
	"errors"
	"math"
	"testing"
)

// TestALeapIsRefused: one bundle cannot take the highest number there is.
func TestALeapIsRefused(t *testing.T) {
	root := rootOf(t, plan(t, []byte{1}, []byte{2}))
	for _, c := range []struct {
		accepted, next int64
		want           error
	}{
		{0, MaxSequence, nil},
		{7, 7 + MaxLeap, nil},
		{7, 8 + MaxLeap, ErrLeap},
		{7, MaxSequence, ErrLeap},
		{20261122, 20270101, nil},
		{1795341600, 1803117600, nil}, // seconds, a quarter later
		{math.MaxInt64, 8, ErrRollback},
	} {
		file := build(t, draft(t, c.next, [][]byte{root}, 2))
		if err := read(file, Trust{Root: root, Sequence: c.accepted}, built); !errors.Is(err, c.want) {
			t.Errorf("%d after %d: %v, want %v", c.next, c.accepted, err, c.want)
		}
	}
	for _, n := range []int64{MaxSequence + 1, math.MaxInt64} {
		if _, err := Build(draft(t, n, [][]byte{root}, 2)); err == nil {
			t.Errorf("number %d: built", n)
		}
	}
}

// TestNewKeysEndWhatTheOldOnesDid: after the bundle keys were stolen and replaced, the rightful number is accepted,
// though the thief's was higher. Nothing else opens a way back.
func TestNewKeysEndWhatTheOldOnesDid(t *testing.T) {
	first := rootOf(t, plan(t, []byte{1}, []byte{2}))
	replacing := rotated(t, first, nil, keys(t, 5))
	rootOnly := rotated(t, first, keys(t, 4), nil)
	thief := build(t, draft(t, 9_000_000, [][]byte{first}, 2))
	rightful := build(t, draft(t, 8, [][]byte{first, replacing}, 5))
	for name, c := range map[string]struct {
		file  []byte
		trust Trust
		want  error
	}{
		"by the new keys":          {rightful, Trust{Root: first, Previous: thief, Sequence: 9_000_000}, nil},
		"after a reset":            {rightful, Trust{Root: first, Sequence: 9_000_000}, nil},
		"the highest number":       {rightful, Trust{Root: first, Sequence: math.MaxInt64}, nil},
		"new root keys alone":      {build(t, draft(t, 8, [][]byte{first, rootOnly}, 2)), Trust{Root: first, Previous: thief, Sequence: 9_000_000}, ErrRollback},
		"the root is trusted":      {rightful, Trust{Root: replacing, Sequence: 9}, ErrRollback},
		"the thief once more":      {thief, Trust{Root: replacing, Sequence: 8}, ErrUntrusted},
		"the thief, and the roots": {with(t, thief, first, replacing), Trust{Root: first, Sequence: 8}, ErrUntrusted},
	} {
		if err := read(c.file, c.trust, built); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestAKeyThatStaysKeepsTheNumbers: where enough old keys stay, somebody could put the new root to an old bundle.
func TestAKeyThatStaysKeepsTheNumbers(t *testing.T) {
	p := plan(t, []byte{1}, []byte{2, 3})
	p.BundleThreshold = 1
	first := rootOf(t, p)
	second := rotated(t, first, nil, keys(t, 3, 5))
	older := with(t, build(t, draft(t, 3, [][]byte{first}, 3)), first, second)
	last := build(t, draft(t, 4, [][]byte{first}, 2)) // by the key that goes
	if err := read(older, Trust{Root: first}, built); err != nil {
		t.Fatalf("the old bundle is good under the new root: %v", err)
	}
	if err := read(older, Trust{Root: first, Previous: last, Sequence: 4}, built); !errors.Is(err, ErrRollback) {
		t.Errorf("back behind number 4: %v", err)
	}
}

func rotated(t testing.TB, before []byte, newRoot, newBundle []*Key) []byte {
	t.Helper()
	next, err := Rotate(before, keys(t, 1), newRoot, newBundle, beyond)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// with gives a bundle other roots, as anybody can.
func with(t testing.TB, file []byte, roots ...[]byte) []byte {
	t.Helper()
	c, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	c.roots = roots
	return c.write()
}
