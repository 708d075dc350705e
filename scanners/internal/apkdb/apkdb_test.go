package apkdb

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const installed = `C:Q1Deb0jNytkrjPW4N/eKLZ43BwOlw=
P:musl
V:1.2.5-r9
A:x86_64
S:383152
I:622592
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Natanael Copa <ncopa@alpinelinux.org>
t:1632431095
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q12adwqQOjo9dFl+VJD2Ecd901vhE=
F:
R:init

C:Q1x
P:.build-deps
V:20260101.1
A:noarch
D:gcc make

P:no-version

lost line
P:late
V:1-r0
F:usr/share/applications
R:late.desktop
`

func read(t *testing.T, text string, want func([]byte) bool) (pkgs []string, problems []string, err error) {
	t.Helper()
	err = Read(strings.NewReader(text), Handler{
		Package: func(p *Package) error {
			pkgs = append(pkgs, fmt.Sprint(p.Line, " ", p.Name, " ", p.Version, " ", p.Arch, " ", p.Origin, " ", p.Maintainer, " ", p.Homepage, " ", p.Files))
			return nil
		},
		Problem:  func(line int, what string) { problems = append(problems, fmt.Sprint(line, ": ", what)) },
		WantFile: want,
	})
	return pkgs, problems, err
}

func TestRead(t *testing.T) {
	want := []string{
		"1 musl 1.2.5-r9 x86_64 musl Natanael Copa <ncopa@alpinelinux.org> https://musl.libc.org/ [lib/ld-musl-x86_64.so.1 init]",
		"21 .build-deps 20260101.1 noarch    []",
		"30 late 1-r0     [usr/share/applications/late.desktop]",
	}
	for name, text := range map[string]string{"unix": installed, "windows": strings.ReplaceAll(installed, "\n", "\r\n"), "no end": strings.TrimSuffix(installed, "\n")} {
		got, problems, err := read(t, text, func([]byte) bool { return true })
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(name, err, d)
		}
		told := []string{`27: the entry of package "no-version" lacks its name or version`, `29: "lost line" is not a field`}
		if name == "no end" {
			told = append(told, "33: the file ends in the middle of a line")
		}
		if d := cmp.Diff(told, problems); d != "" {
			t.Error(name, d)
		}
	}
}

func TestLongLine(t *testing.T) {
	got, problems, err := read(t, "P:a\nT:"+strings.Repeat("x", 2*maxLine)+"\nV:1\nm:"+strings.Repeat("m", 2*maxValue)+"\n", nil)
	if err != nil || len(got) != 1 || len(problems) != 1 || len(got[0]) > 2*maxValue {
		t.Errorf("%d packages, problems %q, %v", len(got), problems, err)
	}
}

func TestHandlerEnds(t *testing.T) {
	stop := errors.New("stop")
	err := Read(strings.NewReader(installed), Handler{Package: func(*Package) error { return stop }, Problem: func(int, string) {}})
	if !errors.Is(err, stop) {
		t.Errorf("err %v", err)
	}
}

func TestTooMany(t *testing.T) {
	n := 0
	err := Read(strings.NewReader(strings.Repeat("P:a\nV:1\n\n", maxPackages+1)), Handler{Package: func(*Package) error { n++; return nil }, Problem: func(int, string) {}})
	if !errors.Is(err, ErrTooMany) || n != maxPackages {
		t.Errorf("%d packages, %v", n, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(installed))
	f.Add([]byte("P:\nV:\n\n\n:\nR:x\nF:y\nR:"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := strings.Count(string(data), "\n") + 1
		n := 0
		err := Read(strings.NewReader(string(data)), Handler{
			Package: func(p *Package) error {
				n++
				if p.Name == "" || p.Version == "" || p.Line < 1 || p.Line > lines {
					t.Errorf("%+v", p)
				}
				return nil
			},
			Problem:  func(int, string) {},
			WantFile: func([]byte) bool { return true },
		})
		if err != nil || n > lines {
			t.Errorf("%d packages in %d lines, %v", n, lines, err)
		}
	})
}
