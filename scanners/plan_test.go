package scanners

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// greedy takes every file and says what it is shown of it.
type greedy struct{ fake }

func (greedy) Recognise(src *source.Source) bool {
	return !src.IsDir() && bytes.Contains(src.Head(), []byte("ONE"))
}

func gapOf(t *testing.T, inv *inventory.Inventory, kind inventory.GapKind) inventory.Gap {
	t.Helper()
	at := slices.IndexFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == kind })
	if at < 0 {
		t.Fatalf("no gap of kind %q: %+v", kind, inv.Gaps)
	}
	return inv.Gaps[at]
}

// storedZip makes an archive of files that are not compressed, so that their text can be seen in it.
func storedZip(t *testing.T, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: entries[i]})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, entries[i+1])
	}
	w.Close()
	return b.String()
}

// TestArchivesByMark: an archive is never the text that lies in it, and none is passed over.
func TestArchivesByMark(t *testing.T) {
	tar := "a" + strings.Repeat("\x00", 256) + "ustar" + strings.Repeat("\x00", 250) + "ONE"
	for name, test := range map[string]struct {
		content string
		want    []string
		format  string
	}{
		"stored zip":           {storedZip(t, "a", "ONE"), []string{"a"}, ""},
		"tar":                  {tar, nil, "tar"},
		"gzip":                 {"\x1f\x8b\x08\x00 xxx", nil, "gzip"},
		"xz":                   {"\xfd7zXZ\x00 ONE", nil, "xz"},
		"7z":                   {"7z\xbc\xaf\x27\x1c ONE", nil, "7z"},
		"bzip2":                {"BZh91AY&SY ONE", nil, "bzip2"},
		"zstd":                 {"\x28\xb5\x2f\xfd ONE", nil, "zstd"},
		"zip in a zip":         {storedZip(t, "in.zip", storedZip(t, "a", "ONE")), nil, "zip inside an archive"},
		"tar in a zip":         {storedZip(t, "in.tar", tar), nil, "tar"},
		"what begins like one": {"BZh ONE", []string{"f"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := greedy{fake{id: "one", kind: "one", mark: "ONE"}}
			dir := t.TempDir()
			write(t, filepath.Join(dir, "f"), test.content)
			for _, target := range []string{dir, filepath.Join(dir, "f")} {
				inv := runOn(t, Options{Scanners: []Scanner{s}}, source.Target{Path: target})
				if got := identifiers(inv); !slices.Equal(got, test.want) {
					t.Errorf("found %v, want %v", got, test.want)
				}
				if test.format == "" {
					continue
				}
				if g := gapOf(t, inv, inventory.GapUnsupported); !strings.Contains(g.Detail, "("+test.format+")") || !strings.Contains(g.Next, "Unpack") || !g.Kind.Incomplete() {
					t.Errorf("gap %+v", g)
				}
			}
		})
	}
}

// TestLinksOnly: a folder of nothing but links yields nothing, and says so.
func TestLinksOnly(t *testing.T) {
	s := fake{id: "one", kind: "one", mark: "one"}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "one")
	os.Mkdir(filepath.Join(dir, "links"), 0o755)
	if err := os.Symlink("../a", filepath.Join(dir, "links", "a")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	for _, target := range []string{dir, filepath.Join(dir, "links")} {
		inv := runOn(t, Options{Scanners: []Scanner{s}}, source.Target{Path: target})
		if g := gapOf(t, inv, inventory.GapEmpty); !strings.Contains(g.Detail, "symbolic links") {
			t.Errorf("gap %+v", g)
		}
		if len(inv.Gaps) != 2 {
			t.Errorf("gaps %+v", inv.Gaps)
		}
	}
}

// TestArchiveOverLimit: what is the one file too many does not depend on the order of scanning, and the rest is
// one gap.
func TestArchiveOverLimit(t *testing.T) {
	s := fake{id: "one", kind: "one", mark: "ONE", scan: func(_ context.Context, src *source.Source) (*inventory.Inventory, error) {
		b, err := src.Bytes()
		inv := inventory.New()
		inv.Apps = []inventory.App{{ID: src.Base(), Identifier: fmt.Sprint(src.Base(), len(b), err)}}
		return inv, err
	}}
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("f%02d", i)] = "ONE" + strings.Repeat("\x00", 1<<20-3)
	}
	path := write(t, filepath.Join(t.TempDir(), "a.zip"), zipOf(t, files))
	limits := source.DefaultLimits
	limits.TotalBytes = 5 << 20
	inv := Run(context.Background(), []source.Target{{Path: path}}, Options{Scanners: []Scanner{s}, Limits: limits, Workers: 4})
	n := len(inv.Apps)
	if n == 0 || n == 20 {
		t.Fatalf("%d files scanned", n)
	}
	for i, a := range inv.Apps {
		if want := fmt.Sprintf("f%02d%d <nil>", i, 1<<20); a.Identifier != want {
			t.Errorf("%q, want %q", a.Identifier, want)
		}
	}
	if g := gapOf(t, inv, inventory.GapLimit); g.Count != 20-n || len(inv.Gaps) != 1 {
		t.Errorf("%d scanned, gaps %+v", n, inv.Gaps)
	}
}

// TestMemberThatDoesNotUnpack is not passed over as a file of no known kind.
func TestMemberThatDoesNotUnpack(t *testing.T) {
	s := fake{id: "one", kind: "one", mark: "ONE"}
	data := []byte(zipOf(t, map[string]string{"a": strings.Repeat("ONE", 1000)}))
	copy(data[31:], "\xff\xff\xff\xff\xff\xff")
	inv := runOn(t, Options{Scanners: []Scanner{s}}, source.Target{Path: write(t, filepath.Join(t.TempDir(), "a.zip"), string(data))})
	if g := gapOf(t, inv, inventory.GapUnreadable); !strings.HasSuffix(g.Subject, "a.zip!a") {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// TestInterruptedPlan: what is looked through when the context ends is not scanned; what was scanned before is
// kept.
func TestInterruptedPlan(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	first, second := t.TempDir(), t.TempDir()
	write(t, filepath.Join(first, "first"), "ONE")
	for i := range 100 {
		write(t, filepath.Join(second, fmt.Sprintf("f%03d", i)), "ONE")
	}
	scanned := make(chan struct{})
	s := fake{id: "one", kind: "one", mark: "ONE"}
	stop := stopper{fake: s, seen: func(base string) {
		if base == "f050" {
			<-scanned
			cancel()
		}
	}}
	progress := func(p Progress) {
		if p.Done == 1 {
			close(scanned)
		}
	}
	inv := Run(ctx, []source.Target{{Path: first}, {Path: second}}, Options{Scanners: []Scanner{stop}, Limits: source.DefaultLimits, Progress: progress})
	if got := identifiers(inv); !slices.Equal(got, []string{"first"}) {
		t.Errorf("found %v", got)
	}
	if g := gapOf(t, inv, inventory.GapFailed); g.Subject != second || !strings.Contains(g.Detail, "nterrupted") || len(inv.Gaps) != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// TestInterruptedScan: a scanner that stops because of the context says that it was interrupted.
func TestInterruptedScan(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := fake{id: "one", kind: "one", mark: "ONE", scan: func(ctx context.Context, _ *source.Source) (*inventory.Inventory, error) {
		cancel()
		return nil, fmt.Errorf("while reading: %w", ctx.Err())
	}}
	inv := Run(ctx, []source.Target{{Path: write(t, filepath.Join(t.TempDir(), "a"), "ONE")}}, Options{Scanners: []Scanner{s}, Limits: source.DefaultLimits})
	if g := gapOf(t, inv, inventory.GapFailed); !strings.Contains(g.Detail, "nterrupted") || g.Next != nextInterrupted || len(inv.Gaps) != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// stopper tells which files it was asked about.
type stopper struct {
	fake
	seen func(base string)
}

func (s stopper) Recognise(src *source.Source) bool {
	s.seen(src.Base())
	return s.fake.Recognise(src)
}

// TestInterruptedRun: sources that were not begun are one gap, not one each.
func TestInterruptedRun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir := t.TempDir()
	for i := range 50 {
		write(t, filepath.Join(dir, fmt.Sprintf("f%03d", i)), "ONE")
	}
	s := fake{id: "one", kind: "one", mark: "ONE", scan: func(context.Context, *source.Source) (*inventory.Inventory, error) {
		cancel()
		return &inventory.Inventory{Apps: []inventory.App{{ID: "x"}}}, nil
	}}
	inv := Run(ctx, []source.Target{{Path: dir}}, Options{Scanners: []Scanner{s}, Limits: source.DefaultLimits, Workers: 1})
	if g := gapOf(t, inv, inventory.GapFailed); g.Count != 49 || len(inv.Apps) != 1 || len(inv.Gaps) != 1 || len(inv.Runs) != 1 {
		t.Errorf("apps %v, gaps %+v", inv.Apps, inv.Gaps)
	}
}

// TestChangedWhileScanned: a file that was written to meanwhile is a gap, whatever the scanner read of it.
func TestChangedWhileScanned(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "a"), "ONE")
	for _, target := range []string{dir, path} {
		s := fake{id: "one", kind: "one", mark: "ONE", scan: func(context.Context, *source.Source) (*inventory.Inventory, error) {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err == nil {
				f.WriteString(" more")
				err = f.Close()
			}
			return &inventory.Inventory{Apps: []inventory.App{{ID: "x"}}}, err
		}}
		inv := runOn(t, Options{Scanners: []Scanner{s}}, source.Target{Path: target})
		if g := gapOf(t, inv, inventory.GapUnreadable); !strings.Contains(g.Detail, "changed") || len(inv.Apps) != 1 {
			t.Errorf("gap %+v, apps %v", g, inv.Apps)
		}
	}
}

// container is a scanner of archives that hold a file "inside".
type container struct{ fake }

func (container) Recognise(src *source.Source) bool {
	_, err := src.ReadFile("inside")
	return src.IsZip() && err == nil
}

func (container) Inner(*source.Source) []string { return []string{"inside"} }

// TestContainerInArchive: an archive inside an archive stays open for what it holds, and does not make others
// wait.
func TestContainerInArchive(t *testing.T) {
	inner := zipOf(t, map[string]string{"inside": "ONE" + strings.Repeat(" ", 1000)})
	files := map[string]string{}
	for i := range 10 {
		files[fmt.Sprintf("c%d.zip", i)] = inner
	}
	path := write(t, filepath.Join(t.TempDir(), "a.zip"), zipOf(t, files))
	done := make(chan *inventory.Inventory)
	go func() {
		done <- Run(context.Background(), []source.Target{{Path: path}}, Options{Limits: source.DefaultLimits,
			Scanners: []Scanner{container{fake{id: "container", kind: "c", mark: "C"}}, fake{id: "one", kind: "one", mark: "ONE"}}})
	}()
	select {
	case inv := <-done:
		if len(inv.Apps) != 20 || len(inv.Gaps) != 0 {
			t.Errorf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the run hangs")
	}
}

// cousin knows a kind of file that it does not read, and opens zstd.
type cousin struct{ fake }

func (cousin) Kin(src *source.Source) string {
	if bytes.Contains(src.Head(), []byte("COUSIN")) {
		return "a cousin of what is read"
	}
	return ""
}

func (cousin) Unpacks(format string) bool { return format == "zstd" }

// TestKin: a file that a scanner knows and does not read is called by its name, alone and in a folder.
func TestKin(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "f"), "COUSIN")
	for _, target := range []string{dir, filepath.Join(dir, "f")} {
		inv := runOn(t, Options{Scanners: []Scanner{cousin{fake{id: "one", kind: "one", mark: "one"}}}}, source.Target{Path: target})
		if g := gapOf(t, inv, inventory.GapUnsupported); g.Detail != "A cousin of what is read: not read." || len(inv.Gaps) != 1 || strings.Join(g.Samples, "") == "" != strings.HasSuffix(target, "f") {
			t.Errorf("gaps %+v", inv.Gaps)
		}
	}
}

// TestUnpacker: a compressed file is shown to the scanner that opens its format, and to no other.
func TestUnpacker(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "f"), "\x28\xb5\x2f\xfd one")
	mark := "\x28\xb5\x2f\xfd one"
	for _, tc := range []struct {
		s    Scanner
		want int
	}{{fake{id: "one", kind: "one", mark: mark}, 0}, {cousin{fake{id: "one", kind: "one", mark: mark}}, 1}} {
		if inv := runOn(t, Options{Scanners: []Scanner{tc.s}}, source.Target{Path: dir}); len(inv.Runs) != tc.want {
			t.Errorf("%T: %+v, %+v", tc.s, inv.Runs, inv.Gaps)
		}
	}
}
