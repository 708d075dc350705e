package since

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// run compares a run with a state: of each owner the lines as "id=content". It returns what was said of them, what is missing
// ("covered" or not), and the new state.
func run(t *testing.T, old []byte, form string, looked []string, keep bool, owners ...string) (said []string, state []byte) {
	t.Helper()
	var before *State
	if old != nil {
		var err error
		if before, err = Read(bytes.NewReader(old), int64(len(old))); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	c, err := Compare(before, form, &out)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range owners {
		owner, lines, _ := strings.Cut(o, ": ")
		if err := c.Begin(owner, looked); err != nil {
			t.Fatal(err)
		}
		for _, l := range strings.Fields(lines) {
			id, text, _ := strings.Cut(l, "=")
			var sum Sum
			copy(sum[:], text)
			if change := c.Line(Line{Type: "app", ID: id, Sum: sum}); change != Same {
				said = append(said, fmt.Sprintf("%s %s %s", owner, id, change))
			}
		}
		if err := c.End(); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range c.Missing() {
		for _, l := range m.Lines {
			said = append(said, fmt.Sprintf("%s %s missing covered=%v", m.Owner, l.ID, m.Covered()))
		}
		if keep || !m.Covered() {
			m.Keep()
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return said, out.Bytes()
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

var amapi = []string{"amapi"}

const packed = "app-0123456789abcdef"

func TestCompare(t *testing.T) {
	said, s := run(t, nil, "f", amapi, false, "a: x=1 "+packed+"=1", "b: x=1")
	want(t, said, "a x new", "a "+packed+" new", "b x new")
	said, s = run(t, s, "f", amapi, false, "a: x=1 "+packed+"=2", "b: y=1")
	want(t, said, "a "+packed+" changed", "b y new", "b x missing covered=true")
	said, s = run(t, s, "f", amapi, false, "b: y=1") // a was not looked at
	want(t, said)
	said, s = run(t, s, "f", amapi, false, "a: x=1", "b: y=1")
	want(t, said, "a "+packed+" missing covered=true")
	said, _ = run(t, s, "f", amapi, false, "a: x=1", "b: y=1") // gone once
	want(t, said)
}

// TestKept: what may still be there is told when a run has looked.
func TestKept(t *testing.T) {
	_, s := run(t, nil, "f", amapi, false, "a: x=1 y=1")
	said, s := run(t, s, "f", amapi, true, "a: x=1")
	want(t, said, "a y missing covered=true")
	said, s = run(t, s, "f", amapi, false, "a: x=1")
	want(t, said, "a y missing covered=true")
	said, _ = run(t, s, "f", amapi, false, "a: x=1")
	want(t, said)
}

// TestOtherScanners: what another scanner told is not gone because this one does not tell it.
func TestOtherScanners(t *testing.T) {
	_, s := run(t, nil, "f", []string{"adb", "amapi"}, false, "a: x=1 y=1")
	said, s := run(t, s, "f", amapi, false, "a: x=1")
	want(t, said, "a y missing covered=false")
	said, _ = run(t, s, "f", []string{"adb", "amapi"}, false, "a: x=1")
	want(t, said, "a y missing covered=true")
}

// TestTwice: a device that comes twice has what one of its readings has.
func TestTwice(t *testing.T) {
	_, s := run(t, nil, "f", amapi, false, "a: x=1 y=1 z=1", "a: x=2")
	said, s := run(t, s, "f", amapi, false, "a: x=1", "a: x=2 y=1")
	want(t, said, "a z missing covered=true")
	said, s = run(t, s, "f", amapi, false, "a: x=1", "a: x=2 y=1")
	want(t, said)
	said, _ = run(t, s, "f", amapi, false, "a: x=1 y=1", "a: x=2")
	want(t, said)
}

// TestAnotherForm: everything is written again, and what is missing is still known.
func TestAnotherForm(t *testing.T) {
	_, s := run(t, nil, "f", amapi, false, "a: x=1 y=1")
	said, s := run(t, s, "g", amapi, false, "a: x=1")
	want(t, said, "a x changed", "a y missing covered=true")
	said, _ = run(t, s, "g", amapi, false, "a: x=1")
	want(t, said)
}

// TestDamage changes every byte, and cuts the state at every place.
func TestDamage(t *testing.T) {
	_, s := run(t, nil, "f", amapi, false, "a: x=1 "+packed+"=1", ": y=1")
	for i := range s {
		broken := slices.Clone(s)
		broken[i] ^= 4
		if _, err := Read(bytes.NewReader(broken), int64(len(broken))); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, err := Read(bytes.NewReader(s[:i]), int64(i)); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut after %d: %v", i, err)
		}
	}
}

// TestSize: thirty bytes and a few more for each line.
func TestSize(t *testing.T) {
	var lines strings.Builder
	for i := range 100 {
		fmt.Fprintf(&lines, " app-%016x=%d", i, i)
	}
	_, s := run(t, nil, "f", amapi, false, "android-0123456789abcdef:"+lines.String())
	if per := len(s) / 100; per > 40 {
		t.Errorf("%d bytes a line", per)
	}
}

func FuzzRead(f *testing.F) {
	var out bytes.Buffer
	c, err := Compare(nil, "form", &out)
	if err != nil {
		f.Fatal(err)
	}
	for _, owner := range []string{"a", ""} {
		if c.Begin(owner, amapi) != nil || c.Line(Line{Type: "app", ID: packed}) != New || c.End() != nil {
			f.Fatal("not written")
		}
	}
	if c.Close() != nil {
		f.Fatal("not closed")
	}
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _ = parse(text)
		s, err := Read(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		for _, owner := range s.owners {
			if _, err := s.groups(owner); err != nil && !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
		}
	})
}
