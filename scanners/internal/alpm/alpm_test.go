package alpm

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const desc = `%NAME%
firefox

%VERSION%
1:145.0-2

%BASE%
firefox

%DESC%
Fast, Private & Safe Web Browser

%URL%
https://www.mozilla.org/firefox/

%ARCH%
x86_64

%BUILDDATE%
1761000000

%INSTALLDATE%
1762000000

%PACKAGER%
Jan Alexander Steffens (heftig) <heftig@archlinux.org>

%SIZE%
263000000

%REASON%
1

%LICENSE%
MPL-2.0

%VALIDATION%
sha256
pgp

%DEPENDS%
dbus
%NAME%
glibc
`

func TestParse(t *testing.T) {
	want := &Package{Name: "firefox", Version: "1:145.0-2", Arch: "x86_64", Base: "firefox", URL: "https://www.mozilla.org/firefox/",
		Packager: "Jan Alexander Steffens (heftig) <heftig@archlinux.org>", Validation: []string{"sha256", "pgp"}, Installed: time.Unix(1762000000, 0).UTC(), Dependency: true, Licences: []string{"MPL-2.0"}}
	for name, text := range map[string]string{"unix": desc, "windows": strings.ReplaceAll(desc, "\n", "\r\n")} {
		got, err := Parse([]byte(text))
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(name, err, d)
		}
	}
}

func TestParseBroken(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "no version": "%NAME%\na\n", "no name": "%VERSION%\n1-1\n", "binary": "\x00\xff%%\n%\n", "large": desc + strings.Repeat("x", MaxDesc),
	} {
		if p, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	p, err := Parse([]byte("%NAME%\na\n\n%VERSION%\n1-1\n\n%INSTALLDATE%\n-7\n\n%VALIDATION%\n" + strings.Repeat("x\n", 100)))
	if err != nil || !p.Installed.IsZero() || len(p.Validation) != maxValidations {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestNameOf(t *testing.T) {
	for in, want := range map[string]string{"gcc-libs-14.2-1": "gcc-libs", "a-1:2.0-1": "a", "ALPM_DB_VERSION": "", "a-1": "", "-1-1": "", "": ""} {
		if got := NameOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(desc))
	f.Add([]byte("%FILES%\nusr/bin/x\n%%\n%NAME%"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := Parse(data); err == nil && (p.Name == "" || p.Version == "" || len(p.Name)+len(p.Version) > len(data)) {
			t.Errorf("%+v", p)
		}
		if name := NameOf(string(data)); len(name) > len(data) {
			t.Errorf("%q", name)
		}
	})
}
