package dpkg

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readAll(t testing.TB, text string) (pkgs []Package, problems []string) {
	t.Helper()
	err := Read(strings.NewReader(text), Handler{
		Package: func(p *Package) error { pkgs = append(pkgs, *p); return nil },
		Problem: func(p Problem) { problems = append(problems, p.String()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return pkgs, problems
}

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []Package
		problems   []string
	}{
		{name: "nothing"},
		{name: "blank lines only", text: "\n\n\n"},
		{
			name: "continuations are not fields",
			text: "Package: a\nStatus: install ok installed\nDescription: one\n Package: b\n .\n two\nConffiles:\n /etc/a 00\nVersion: 1\n\n",
			want: []Package{{Name: "a", Version: "1", Want: "install", Flag: "ok", State: "installed", Line: 1}},
		},
		{
			name: "no newline at the end, carriage returns, spaces in a blank line",
			text: "Package: a\r\nVersion: 1\r\n\t\r\nPackage: b\r\nVersion: 2",
			want: []Package{{Name: "a", Version: "1", Line: 1}, {Name: "b", Version: "2", Line: 4}},
		},
		{
			name: "every field",
			text: "package: a\nSTATUS: hold reinstreq half-installed\nEssential: yes\nSection: net\nMaintainer: M <m@x>\nArchitecture: i386\nMulti-Arch: same\nSource: s (2)\nVersion: 1:2-3\nHomepage: https://a/\n",
			want: []Package{{Name: "a", Version: "1:2-3", Arch: "i386", Maintainer: "M <m@x>", Homepage: "https://a/", Source: "s (2)",
				Section: "net", MultiArch: "same", Essential: true, Want: "hold", Flag: "reinstreq", State: "half-installed", Line: 1}},
		},
		{
			name:     "malformed",
			text:     " lost\n\nPackage: a\nno field\nVersion: 1\n\nVersion: 2\n\nPackage: c\nPackage: d\nVersion: 3\n",
			want:     []Package{{Name: "a", Version: "1", Line: 3}, {Name: "c", Version: "3", Line: 9}},
			problems: []string{"line 1: a continuation without a field", `line 4: "no field" is not a field`, `line 7: the entry of package "" lacks its name or version`, `line 10: a second field "Package"; the first is used`},
		},
		{
			name: "a removed package needs no version",
			text: "Package: a\nStatus: deinstall ok config-files\n",
			want: []Package{{Name: "a", Want: "deinstall", Flag: "ok", State: "config-files", Line: 1}},
		},
		{
			name:     "a line without end",
			text:     "Package: a\nDepends: " + strings.Repeat("x", maxLine) + "\nVersion: 1\n",
			want:     []Package{{Name: "a", Version: "1", Line: 1}},
			problems: []string{"line 2: the line is longer than a mebibyte"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := readAll(t, tt.text)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.problems, problems); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReadStops(t *testing.T) {
	stop := errors.New("stop")
	n := 0
	err := Read(strings.NewReader("Package: a\nVersion: 1\n\nPackage: b\nVersion: 1\n"), Handler{
		Package: func(*Package) error { n++; return stop },
	})
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("err %v after %d packages", err, n)
	}
	broken := errors.New("broken disk")
	r := io.MultiReader(strings.NewReader("Package: a\n"), errReader{broken})
	if err := Read(r, Handler{}); !errors.Is(err, broken) {
		t.Errorf("err %v, want the reader's", err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// corpusFile finds a file of the shared corpus beside the repository.
func corpusFile(t testing.TB, name string) string {
	t.Helper()
	for dir, _ := filepath.Abs("."); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		p := filepath.Join(dir, "..", "shared", "corpus", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("the corpus file %s is not there", name)
	return ""
}

func TestReadRealStatus(t *testing.T) {
	data, err := os.ReadFile(corpusFile(t, "dumps/linux-debian12-dpkg-status.txt"))
	if err != nil {
		t.Fatal(err)
	}
	pkgs, problems := readAll(t, string(data))
	if len(problems) > 0 {
		t.Errorf("problems in a real file: %q", problems)
	}
	want := regexp.MustCompile(`(?m)^Status: .* installed$`).FindAll(data, -1)
	if len(want) == 0 || len(pkgs) != len(want) {
		t.Errorf("%d packages, want %d", len(pkgs), len(want))
	}
	lines := strings.Split(string(data), "\n")
	for _, p := range pkgs {
		if !p.OnDisk() || p.Version == "" || p.Arch == "" || p.Maintainer == "" {
			t.Errorf("incomplete: %+v", p)
		}
		if got := lines[p.Line-1]; got != "Package: "+p.Name {
			t.Errorf("line %d is %q, not that of %s", p.Line, got, p.Name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Package: a\nStatus: install ok installed\nVersion: 1\nDescription: x\n y\n\nPackage: b\n")
	f.Add(" x\n:\n: \nPackage:\r\n\r\n\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		err := Read(strings.NewReader(text), Handler{
			Package: func(p *Package) error {
				if p.Name == "" || p.Line < 1 || p.Line > lines {
					t.Errorf("%+v in a file of %d lines", p, lines)
				}
				return nil
			},
			Problem: func(p Problem) {
				if p.Line < 1 || p.Line > lines {
					t.Errorf("%v in a file of %d lines", p, lines)
				}
			},
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkReadRealStatus(b *testing.B) {
	data, err := os.ReadFile(corpusFile(b, "dumps/linux-debian12-dpkg-status.txt"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		readAll(b, string(data))
	}
}
