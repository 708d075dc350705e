package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"quaestor/scanners"
	"quaestor/scanners/host/alpine"
	"quaestor/scanners/host/dpkg"
	"quaestor/scanners/host/system"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Unpacker = New()

func scanner() *Scanner { return New(system.Scanner{}, dpkg.Scanner{}, alpine.Scanner{}) }

// file is an entry of an archive; a name that ends with a slash makes a folder, a content that starts with "-> " a link.
type file struct{ name, content string }

func pack(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.content)), Typeflag: tar.TypeReg}
		target, link := strings.CutPrefix(f.content, "-> ")
		hard, isHard := strings.CutPrefix(f.content, "=> ")
		switch {
		case strings.HasSuffix(f.name, "/"):
			h.Typeflag = tar.TypeDir
		case link:
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, target, 0
		case isHard:
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, hard, 0
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := w.Write([]byte(f.content)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zst(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

func plain(_ testing.TB, b []byte) []byte { return b }

const (
	release = "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=\"12\"\n"
	status  = "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\nMaintainer: M\n\nPackage: gone\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n"
	after   = "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\nMaintainer: M\n\nPackage: added\nStatus: install ok installed\nVersion: 2\nArchitecture: amd64\n"
)

func layers(t testing.TB) [][]byte {
	return [][]byte{
		pack(t, file{"./etc/", ""}, file{"./etc/os-release", "-> ../usr/lib/os-release"}, file{"usr/lib/os-release", release}, file{"var/lib/dpkg/status", status},
			file{"lib/apk/db/installed", "P:left-over\nV:1\n"}, file{"etc/passwd", "root:x:0:0::/root:/bin/sh\n"}),
		pack(t, file{"var/lib/dpkg/status", after}, file{"lib/.wh.apk", ""}),
	}
}

// digest names a blob; that it is no digest of it is not looked at.
func digest(n int) string { return fmt.Sprintf("%064x", n) }

func jsonText(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type object = map[string]any

// saved is an archive of docker save before version 25.
func saved(t testing.TB, packed func(testing.TB, []byte) []byte) []byte {
	var files []file
	var names []string
	for i, l := range layers(t) {
		names = append(names, digest(i)+"/layer.tar")
		files = append(files, file{digest(i) + "/", ""}, file{digest(i) + "/VERSION", "1.0"}, file{names[i], string(packed(t, l))})
	}
	files = append(files, file{digest(9) + ".json", jsonText(t, object{"created": "2026-01-02T03:04:05Z", "architecture": "arm64", "config": object{"Env": []string{"SECRET=x"}}})},
		file{"manifest.json", jsonText(t, []object{{"Config": digest(9) + ".json", "RepoTags": []string{"desk:1"}, "Layers": names}})})
	return pack(t, files...)
}

// layout is an OCI image layout with two images in nested indexes.
func layout(t testing.TB, packed func(testing.TB, []byte) []byte) []file {
	files := []file{{"oci-layout", `{"imageLayoutVersion":"1.0.0"}`}, {"blobs/sha256/" + digest(9), `{"created":"2026-01-02T03:04:05Z","architecture":"arm64"}`}}
	var refs []object
	for i, l := range layers(t) {
		files = append(files, file{"blobs/sha256/" + digest(i), string(packed(t, l))})
		refs = append(refs, object{"digest": "sha256:" + digest(i)})
	}
	manifest := object{"config": object{"digest": "sha256:" + digest(9)}, "layers": refs}
	index := object{"manifests": []object{{"digest": "sha256:" + digest(20)}, {"digest": "sha256:" + digest(99), "annotations": object{"vnd.docker.reference.type": "attestation-manifest"}}}}
	return append(files, file{"blobs/sha256/" + digest(20), jsonText(t, manifest)}, file{"blobs/sha256/" + digest(21), jsonText(t, index)},
		file{"index.json", jsonText(t, object{"manifests": []object{{"digest": "sha256:" + digest(21), "annotations": object{"org.opencontainers.image.ref.name": "desk:1"}}}})})
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

// run scans as the command does, with every step of recognition.
func run(t testing.TB, target source.Target) *inventory.Inventory {
	t.Helper()
	return scanners.Run(context.Background(), []source.Target{target}, scanners.Options{Scanners: []scanners.Scanner{system.Scanner{}, dpkg.Scanner{}, alpine.Scanner{}, scanner()}, Limits: source.DefaultLimits, Workers: 1})
}

func apps(inv *inventory.Inventory) string {
	var out []string
	for _, a := range inv.Apps {
		out = append(out, a.Identifier+" "+a.Version)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func incomplete(inv *inventory.Inventory) (out []inventory.Gap) {
	for _, g := range inv.Gaps {
		if g.Kind.Incomplete() {
			out = append(out, g)
		}
	}
	return out
}

func TestForms(t *testing.T) {
	dir := t.TempDir()
	for _, f := range layout(t, gz) {
		p := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(f.content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, path := range map[string]string{
		"saved":              write(t, "image.tar", saved(t, plain)),
		"saved, zipped":      write(t, "image.tar.gz", gz(t, saved(t, plain))),
		"saved, zstd":        write(t, "image.tar.zst", zst(t, saved(t, plain))),
		"saved, layers gz":   write(t, "image", saved(t, gz)),
		"layout":             write(t, "oci.tar", pack(t, layout(t, plain)...)),
		"layout, gz layers":  write(t, "oci.tar", pack(t, layout(t, gz)...)),
		"layout, zst layers": write(t, "oci.tar", pack(t, layout(t, zst)...)),
		"layout, all gz":     write(t, "oci.tgz", gz(t, pack(t, layout(t, gz)...))),
		"layout, folder":     dir,
	} {
		for _, kind := range []string{"", source.KindHost} {
			if kind != "" && path == dir {
				continue // a folder that is named as a computer is taken for one
			}
			inv := run(t, source.Target{Kind: kind, Path: path})
			if len(inv.Devices) != 1 || apps(inv) != "added 2, bash 5.2" || len(incomplete(inv)) > 0 {
				t.Errorf("%s: %d devices, apps %q, gaps %+v", name, len(inv.Devices), apps(inv), incomplete(inv))
				continue
			}
			d := inv.Devices[0]
			if d.OSName != "Debian GNU/Linux" || d.Platform != inventory.Linux || d.Arch != "arm64" || d.Properties["image.created"] != "2026-01-02T03:04:05Z" ||
				!strings.HasPrefix(name, "layout") && d.Properties["image.reference"] != "desk:1" {
				t.Errorf("%s: device %+v", name, d)
			}
			if o := inv.Apps[0].Origins[0]; !strings.HasSuffix(o.Path, filepath.Base(path)+"!var/lib/dpkg/status") {
				t.Errorf("%s: origin %q", name, o.Path)
			}
		}
	}
}

func TestRootFolder(t *testing.T) {
	root := pack(t, file{"./", ""}, file{"./etc/os-release", release}, file{"./var/lib/dpkg/status", status})
	for name, data := range map[string][]byte{"plain": root, "gz": gz(t, root), "zst": zst(t, root)} {
		inv := run(t, source.Target{Path: write(t, "desk-17.tar", data)})
		if len(inv.Devices) != 1 || apps(inv) != "bash 5.2, gone 1" || inv.Devices[0].Name != "desk-17.tar" {
			t.Errorf("%s: %+v, apps %q, gaps %+v", name, inv.Devices, apps(inv), incomplete(inv))
		}
	}
	inv := run(t, source.Target{Path: write(t, "backup.tar", pack(t, file{"home/ann/letter.txt", "x"}))})
	if len(inv.Devices) != 0 || len(incomplete(inv)) != 1 || incomplete(inv)[0].Kind != inventory.GapFailed {
		t.Errorf("a part of a computer: %d devices, gaps %+v", len(inv.Devices), inv.Gaps)
	}
}

func TestSeveralImages(t *testing.T) {
	one := pack(t, file{"etc/os-release", release}, file{"var/lib/dpkg/status", status})
	two := pack(t, file{"etc/os-release", "NAME=Alpine\nID=alpine\n"}, file{"lib/apk/db/installed", "P:musl\nV:1.2\n"})
	inv := run(t, source.Target{Path: write(t, "two.tar", pack(t, file{"manifest.json", jsonText(t, []object{
		{"Config": "c.json", "RepoTags": []string{"debian:12"}, "Layers": []string{digest(1) + ".tar"}},
		{"Config": "d.json", "RepoTags": []string{"alpine:3"}, "Layers": []string{digest(2) + ".tar"}}})},
		file{digest(1) + ".tar", string(one)}, file{digest(2) + ".tar", string(two)}))})
	if len(inv.Devices) != 2 || apps(inv) != "bash 5.2, gone 1, musl 1.2" || len(incomplete(inv)) > 0 {
		t.Errorf("%+v, apps %q, gaps %+v", inv.Devices, apps(inv), incomplete(inv))
	}
}

func TestBroken(t *testing.T) {
	whole := saved(t, gz)
	manifest := func(v any) []byte { return pack(t, file{"manifest.json", jsonText(t, v)}) }
	for name, data := range map[string][]byte{
		"cut off":       whole[:len(whole)-3000],
		"no manifest":   pack(t, file{digest(1) + ".tar", string(layers(t)[0])}),
		"no layer":      manifest([]object{{"Config": "c.json", "Layers": []string{"missing.tar"}}}),
		"empty":         manifest([]object{}),
		"not a list":    manifest(object{"Config": "x"}),
		"layer is text": pack(t, file{digest(1) + ".tar", strings.Repeat("no tar ", 100)}, file{"manifest.json", jsonText(t, []object{{"Layers": []string{digest(1) + ".tar"}}})}),
		"no index":      pack(t, file{"oci-layout", "{}"}, file{"index.json", `{"manifests":[{"digest":"sha256:` + digest(7) + `"}]}`}),
		"circle":        pack(t, file{"index.json", `{"manifests":[{"digest":"sha256:` + digest(7) + `"}]}`}, file{"blobs/sha256/" + digest(7), `{"manifests":[{"digest":"sha256:` + digest(7) + `"}]}`}),
		"outside":       pack(t, file{"manifest.json", jsonText(t, []object{{"Layers": []string{digest(1) + ".tar"}}})}, file{digest(1) + ".tar", string(pack(t, file{"etc/os-release", release}, file{"var/lib/dpkg/status", status}, file{"../../evil", "x"}))}),
	} {
		if inv := run(t, source.Target{Path: write(t, "image.tar", data)}); len(incomplete(inv)) == 0 {
			t.Errorf("%s: nothing says that it is broken: %d apps", name, len(inv.Apps))
		}
	}
}

// TestOld: old versions of docker write a link for a layer that is the same as another one.
func TestOld(t *testing.T) {
	root := string(layers(t)[0])
	inv := run(t, source.Target{Path: write(t, "old.tar", pack(t, file{digest(1) + "/layer.tar", root}, file{digest(2) + "/layer.tar", "-> ../" + digest(1) + "/layer.tar"},
		file{"manifest.json", jsonText(t, []object{{"Config": "c.json", "Layers": []string{digest(2) + "/layer.tar"}}})}))})
	if apps(inv) != "bash 5.2, gone 1, left-over 1" || len(incomplete(inv)) > 0 {
		t.Errorf("apps %q, gaps %+v", apps(inv), incomplete(inv))
	}
}

// TestUmoci reads a layout that umoci made and changed.
func TestUmoci(t *testing.T) {
	if _, err := exec.LookPath("umoci"); err != nil {
		t.Skip("umoci is not installed")
	}
	dir := t.TempDir()
	image, bundle := filepath.Join(dir, "image"), filepath.Join(dir, "bundle")
	umoci := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("umoci", args...).CombinedOutput(); err != nil {
			t.Fatalf("umoci %q: %v\n%s", args, err, out)
		}
	}
	put := func(name, text string) {
		t.Helper()
		p := filepath.Join(bundle, "rootfs", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	umoci("init", "--layout", image)
	umoci("new", "--image", image+":desk")
	umoci("unpack", "--rootless", "--image", image+":desk", bundle)
	put("etc/os-release", release)
	put("var/lib/dpkg/status", status)
	put("lib/apk/db/installed", "P:left-over\nV:1\n")
	umoci("repack", "--image", image+":desk", bundle)
	put("var/lib/dpkg/status", after)
	if err := os.RemoveAll(filepath.Join(bundle, "rootfs", "lib")); err != nil {
		t.Fatal(err)
	}
	umoci("repack", "--image", image+":desk", bundle)
	inv := run(t, source.Target{Path: image})
	if len(inv.Devices) != 1 || apps(inv) != "added 2, bash 5.2" || inv.Devices[0].Properties["image.reference"] != "desk" || len(incomplete(inv)) > 0 {
		t.Errorf("%+v, apps %q, gaps %+v", inv.Devices, apps(inv), incomplete(inv))
	}
}

func TestDisks(t *testing.T) {
	mbr := make([]byte, 8192)
	mbr[446+4], mbr[510], mbr[511] = 0x83, 0x55, 0xaa
	ext := make([]byte, 8192)
	ext[0x438], ext[0x439] = 0x53, 0xef
	for name, data := range map[string][]byte{"qcow": append([]byte("QFI\xfb"), make([]byte, 600)...), "mbr": mbr, "ext": ext} {
		inv := run(t, source.Target{Path: write(t, "disk.img", data)})
		if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapUnsupported || !strings.Contains(inv.Gaps[0].Detail, "host:FOLDER") {
			t.Errorf("%s: gaps %+v", name, inv.Gaps)
		}
	}
	boot := make([]byte, 8192)
	boot[446], boot[510], boot[511] = 7, 0x55, 0xaa
	if kin := New().Kin(openFile(t, write(t, "x", boot))); kin != "" {
		t.Errorf("any sector that ends in the mark is %q", kin)
	}
}

func openFile(t testing.TB, p string) *source.Source {
	t.Helper()
	src, err := source.Open(source.Target{Path: p}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func TestNotRecognised(t *testing.T) {
	for name, data := range map[string][]byte{
		"sources": pack(t, file{"project/", ""}, file{"project/etc/os-release", release}), "mixed": pack(t, file{"etc/hosts", "x"}, file{"README", "x"}),
		"text": []byte("manifest.json"), "nothing": nil, "gz": gz(t, []byte("text")), "node": pack(t, file{"manifest.json", "{}"}, file{"index.js", "x"}),
	} {
		if New().Recognise(openFile(t, write(t, "x", data))) {
			t.Errorf("%s is taken for an image", name)
		}
	}
}

func FuzzScan(f *testing.F) {
	f.Add(saved(f, plain))
	f.Add(saved(f, gz))
	f.Add(pack(f, layout(f, zst)...))
	f.Add(gz(f, pack(f, layout(f, gz)...)))
	f.Add(layers(f)[0])
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		p := filepath.Join(dir, "image")
		if err := os.WriteFile(p, data, 0o644); err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(source.Target{Path: p}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		s := scanner()
		if !s.Recognise(src) {
			return
		}
		if inv, err := s.Scan(context.Background(), src); err == nil && len(inv.Devices) == 0 && len(inv.Gaps) == 0 {
			t.Error("no device, and nothing says why")
		}
	})
}

// TestNames: an archive is told by its manifest or by what describes a system, whatever else is in it.
func TestNames(t *testing.T) {
	for _, tt := range []struct {
		names       []string
		image, root bool
	}{
		{[]string{"c.json", "manifest.json", "l.tar"}, true, false},
		{[]string{"c.json", "l.tar"}, false, false},
		{[]string{"manifest.json", "code.js"}, false, false},
		{[]string{"etc/os-release", "big"}, false, true},
		{[]string{"etc/motd", "big"}, false, false},
	} {
		if image, root := imageNames(tt.names), rootNames(tt.names); image != tt.image || root != tt.root {
			t.Errorf("%q: image %v, root %v", tt.names, image, root)
		}
	}
}
