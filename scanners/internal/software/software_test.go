package software

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"quaestor/scanners/internal/asar/asartest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// folder is a folder with files.
func folder(files map[string]string) *source.Source {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return source.FromFS("app", m, source.DefaultLimits)
}

func read(t testing.TB, files map[string]string) *Result {
	t.Helper()
	r, err := Read(context.Background(), folder(files), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lines are what was found, one a line with its basis and first place.
func lines(r *Result) (out []string) {
	for _, f := range r.Found {
		out = append(out, fmt.Sprintf("%s %s %s", f.PURL, f.Basis, f.Files[0]))
	}
	return out
}

func archive(files map[string]string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range sorted(files) {
		f, err := w.Create(name)
		if err != nil {
			panic(err)
		}
		f.Write([]byte(files[name]))
	}
	w.Close()
	return b.String()
}

func sorted(files map[string]string) (names []string) {
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func pom(group, artifact, version string) string {
	return "#Created by Maven\nversion=" + version + "\ngroupId=" + group + "\nartifactId=" + artifact + "\n"
}

const wheelMetadata = "Metadata-Version: 2.1\nName: Requests_Like\nVersion: 2.31.0\nLicense: Apache-2.0\n\nA text.\n"

// crates is a program of 64 bits with a list of crates, as cargo-auditable writes it.
func crates(list string) string {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte(list))
	w.Close()
	names := "\x00.shstrtab\x00.dep-v0\x00"
	le := binary.LittleEndian
	head := make([]byte, 64)
	copy(head, "\x7fELF\x02\x01\x01")
	le.PutUint16(head[16:], 2)
	le.PutUint16(head[18:], 62)
	le.PutUint32(head[20:], 1)
	body := append([]byte(names), z.Bytes()...)
	body = append(body, make([]byte, 8192-(64+len(body))%8)...)
	le.PutUint64(head[40:], uint64(64+len(body)))
	le.PutUint16(head[52:], 64)
	le.PutUint16(head[58:], 64)
	le.PutUint16(head[60:], 3)
	le.PutUint16(head[62:], 1)
	section := func(name, kind uint32, at, size int) []byte {
		s := make([]byte, 64)
		le.PutUint32(s, name)
		le.PutUint32(s[4:], kind)
		le.PutUint64(s[24:], uint64(at))
		le.PutUint64(s[32:], uint64(size))
		return s
	}
	out := append(head, body...)
	out = append(out, section(0, 0, 0, 0)...)
	out = append(out, section(1, 3, 64, len(names))...)
	out = append(out, section(11, 1, 64+len(names), z.Len())...)
	return string(out)
}

const deps = `{"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},"targets":{".NETCoreApp,Version=v8.0":{
"Ballot/1.2.0":{"dependencies":{"Newtonsoft.Json":"13.0.1"},"runtime":{"Ballot.dll":{}}},
"Newtonsoft.Json/13.0.1":{"runtime":{"lib/netstandard2.0/Newtonsoft.Json.dll":{}}}}},
"libraries":{"Ballot/1.2.0":{"type":"project","serviceable":false,"sha512":""},
"Newtonsoft.Json/13.0.1":{"type":"package","serviceable":true,"sha512":"sha512-x","path":"newtonsoft.json/13.0.1"}}}`

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  []string
		about string
		gaps  []inventory.GapKind
	}{
		{name: "npm", about: "ballot 1.0.0", files: map[string]string{
			"package.json":                                    `{"name":"ballot","version":"1.0.0","license":"MIT"}`,
			"node_modules/lodash/package.json":                `{"name":"lodash","version":"4.17.20"}`,
			"node_modules/@scope/a/package.json":              `{"name":"@scope/a","version":"2.0.0"}`,
			"node_modules/lodash/fp/package.json":             `{"name":"inner","version":"9.9.9"}`,
			"node_modules/@scope/a/dist/esm/package.json":     `{"type":"module"}`,
			"node_modules/x/node_modules/lodash/package.json": `{"name":"lodash","version":"3.0.0"}`,
		}, want: []string{
			"pkg:npm/%40scope/a@2.0.0 metadata node_modules/@scope/a/package.json", "pkg:npm/ballot@1.0.0 metadata package.json",
			"pkg:npm/lodash@3.0.0 metadata node_modules/x/node_modules/lodash/package.json", "pkg:npm/lodash@4.17.20 metadata node_modules/lodash/package.json",
		}},
		{name: "what is installed stands before what a list names", files: map[string]string{
			"package-lock.json":           `{"name":"x","lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"2.0.0"}}}`,
			"node_modules/a/package.json": `{"name":"a","version":"1.0.0"}`,
		}, want: []string{"pkg:npm/a@1.0.0 metadata node_modules/a/package.json", "pkg:npm/b@2.0.0 list package-lock.json"}},
		{name: "Electron", about: "Ballot Box 3.1.0", files: map[string]string{
			"resources/app.asar": string(asartest.Make(map[string]string{"package.json": `{"name":"ballot","productName":"Ballot Box","version":"3.1.0","author":{"name":"Parl"}}`,
				"node_modules/ws/package.json": `{"name":"ws","version":"7.4.5"}`})),
			"resources/app.asar.unpacked/node_modules/native/package.json": `{"name":"native","version":"0.1.0"}`,
			"version": "28.1.0\n", "icudtl.dat": "x",
		}, want: []string{
			"pkg:npm/ballot@3.1.0 metadata resources/app.asar!package.json", "pkg:npm/electron@28.1.0 metadata version",
			"pkg:npm/native@0.1.0 metadata resources/app.asar.unpacked/node_modules/native/package.json", "pkg:npm/ws@7.4.5 metadata resources/app.asar!node_modules/ws/package.json",
		}},
		{name: "Java, archives in archives", files: map[string]string{
			"lib/app-1.0.jar": archive(map[string]string{
				"META-INF/MANIFEST.MF":                           "Manifest-Version: 1.0\nImplementation-Title: app\nImplementation-Version: 1.0\nImplementation-Vendor-Id: org.example\n",
				"BOOT-INF/lib/log4j-core-2.14.1.jar":             archive(map[string]string{"META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties": pom("org.apache.logging.log4j", "log4j-core", "2.14.1")}),
				"META-INF/maven/com.shaded/inner/pom.properties": pom("com.shaded", "inner", "0.9"),
				"BOOT-INF/lib/old-collections-3.2.jar":           archive(map[string]string{"META-INF/MANIFEST.MF": "Bundle-SymbolicName: org.old.col\n lections\nBundle-Version: 3.2.0\nBundle-License: Apache-2.0\n"}),
			}),
		}, want: []string{
			"pkg:maven/com.shaded/inner@0.9 metadata lib/app-1.0.jar!META-INF/maven/com.shaded/inner/pom.properties",
			"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1 metadata lib/app-1.0.jar!BOOT-INF/lib/log4j-core-2.14.1.jar!META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties",
			"pkg:maven/org.example/app@1.0 metadata lib/app-1.0.jar!META-INF/MANIFEST.MF",
			"pkg:maven/org.old.collections/old-collections@3.2 name lib/app-1.0.jar!BOOT-INF/lib/old-collections-3.2.jar!META-INF/MANIFEST.MF",
		}, about: "app 1.0"},
		{name: "Python", files: map[string]string{
			"site-packages/requests_like-2.31.0.dist-info/METADATA": wheelMetadata,
			"site-packages/old.egg-info/PKG-INFO":                   "Metadata-Version: 1.0\nName: old\nVersion: 0.1\n",
			"wheels/six-1.16.0-py2.py3-none-any.whl":                archive(map[string]string{"six-1.16.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n"}),
			"requirements.txt":                                      "django==3.2.1\n",
		}, want: []string{
			"pkg:pypi/django@3.2.1 list requirements.txt", "pkg:pypi/old@0.1 metadata site-packages/old.egg-info/PKG-INFO",
			"pkg:pypi/requests-like@2.31.0 metadata site-packages/requests_like-2.31.0.dist-info/METADATA",
			"pkg:pypi/six@1.16.0 metadata wheels/six-1.16.0-py2.py3-none-any.whl!six-1.16.0.dist-info/METADATA",
		}, about: "six 1.16.0"},
		{name: ".NET", files: map[string]string{"Ballot.deps.json": deps}, about: "Ballot ", want: []string{
			"pkg:nuget/Ballot@1.2.0 metadata Ballot.deps.json", "pkg:nuget/Newtonsoft.Json@13.0.1 metadata Ballot.deps.json"}},
		{name: "NuGet", files: map[string]string{"lib.nupkg": archive(map[string]string{
			"Serilog.nuspec": `<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>Serilog</id><version>2.10.0</version><license type="expression">Apache-2.0</license></metadata></package>`}),
			"build/form.nuspec": `<package><metadata><id>$id$</id><version>$version$</version></metadata></package>`,
		}, want: []string{"pkg:nuget/Serilog@2.10.0 metadata lib.nupkg!Serilog.nuspec"}, about: "Serilog 2.10.0"},
		{name: "Rust", files: map[string]string{
			"bin/tool": crates(`{"packages":[{"name":"tool","version":"0.3.0","source":"local","dependencies":[1],"root":true},{"name":"time","version":"0.1.43","source":"crates.io"},{"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"}]}`),
		}, want: []string{"pkg:cargo/time@0.1.43 metadata bin/tool", "pkg:cargo/tool@0.3.0 metadata bin/tool"}, about: "tool 0.3.0"},
		{name: "damaged files cost nothing else", files: map[string]string{
			"a.jar": "no archive", "b.asar": "no archive", "package.json": `{"name":`, "x.deps.json": "{", "bin/tool": crates("no list"),
			"node_modules/good/package.json": `{"name":"good","version":"1.0.0"}`,
		}, want: []string{"pkg:npm/good@1.0.0 metadata node_modules/good/package.json"}, gaps: []inventory.GapKind{inventory.GapMalformed}, about: "x "},
		{name: "nothing", files: map[string]string{"readme": "x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := read(t, tt.files)
			if got := lines(r); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if got := r.Name + " " + r.Version; got != tt.about && (got != " " || tt.about != "") {
				t.Errorf("called %q, want %q", got, tt.about)
			}
			var kinds []inventory.GapKind
			for _, g := range r.Gaps {
				kinds = append(kinds, g.Kind)
			}
			if !slices.Equal(kinds, tt.gaps) {
				t.Errorf("gaps %+v", r.Gaps)
			}
		})
	}
}

// TestGo reads a program that is built here.
func TestGo(t *testing.T) {
	tool := filepath.Join(build.Default.GOROOT, "bin", "go")
	if _, err := os.Stat(tool); err != nil {
		t.Skip("no go command to build a program with")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.org/ballot/v2\n\ngo 1.21\n", "main.go": "package main\n\nfunc main() { println(1) }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(tool, "build", "-trimpath", "-buildvcs=false", "-o", "out/ballot", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "CGO_ENABLED=0", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("the program cannot be built: %v\n%s", err, out)
	}
	src, err := source.Open(source.Target{Path: filepath.Join(dir, "out")}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if !Manifests(context.Background(), src, 100) {
		t.Error("a folder with a program of Go holds no records")
	}
	r, err := Read(context.Background(), src, Options{})
	if err != nil || r.Name != "ballot" || len(r.Found) != 1 || !strings.HasPrefix(r.Found[0].PURL, "pkg:golang/stdlib@1.") || !strings.HasPrefix(r.Found[0].Text, "go1.") {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestHostile: what was made to exhaust a reader ends soon, and is told.
func TestHostile(t *testing.T) {
	limit := func(r *Result) bool {
		return slices.ContainsFunc(r.Gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() })
	}
	started := time.Now()
	bomb := strings.Repeat("\x00", 100<<20)
	jar := archive(map[string]string{"META-INF/MANIFEST.MF": bomb})
	if r := read(t, map[string]string{"a.jar": jar}); !limit(r) {
		t.Errorf("a manifest of 100 MB: %+v", r.Gaps)
	}
	if r := read(t, map[string]string{"bin/a": crates(bomb)}); !limit(r) {
		t.Errorf("a list of crates of 100 MB: %+v", r.Gaps)
	}
	nested := archive(map[string]string{"META-INF/MANIFEST.MF": "Implementation-Version: 1\n"})
	for range 20 {
		nested = archive(map[string]string{"inner-1.jar": nested})
	}
	if r := read(t, map[string]string{"a.jar": nested}); !limit(r) {
		t.Errorf("20 archives in each other: %+v", r.Gaps)
	}
	many := map[string]string{}
	for i := range maxComponents + 100 {
		many[fmt.Sprintf("node_modules/p%d/package.json", i)] = fmt.Sprintf(`{"name":"p%d","version":"1.0.0"}`, i)
	}
	if r := read(t, many); !limit(r) || len(r.Found) != maxComponents {
		t.Errorf("%d packages: %+v", len(r.Found), r.Gaps)
	}
	if took := time.Since(started); took > 5*time.Minute {
		t.Errorf("it took %v", took)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, folder(many), Options{}); err == nil {
		t.Error("a cancelled reading succeeded")
	}
}

// TestLinks: a link that leads in a circle or out of the folder is not followed.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "app", "node_modules", "a")
	if err := os.MkdirAll(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{filepath.Join(inner, "package.json"): `{"name":"a","version":"1.0.0"}`, filepath.Join(dir, "package.json"): `{"name":"outside","version":"1.0.0"}`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{filepath.Join(inner, "loop"): "..", filepath.Join(dir, "app", "package.json"): "../package.json", filepath.Join(dir, "app", "all"): dir} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err)
		}
	}
	src, err := source.Open(source.Target{Path: filepath.Join(dir, "app")}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	r, err := Read(context.Background(), src, Options{})
	if got := lines(r); err != nil || !slices.Equal(got, []string{"pkg:npm/a@1.0.0 metadata node_modules/a/package.json"}) {
		t.Errorf("%q, %v", got, err)
	}
}

// TestComponents: each says what it is a part of and where it was read.
func TestComponents(t *testing.T) {
	list := Components([]Found{{PURL: "pkg:npm/a@1", Name: "a", Version: "1", Basis: Metadata, Files: []string{"x!package.json", "y"}}, {PURL: "pkg:maven/a/a", Name: "a:a", Files: []string{"z.jar!"}}}, "s", "app/", "d", "i")
	if len(list) != 2 || !list[0].Exact || list[1].Exact || list[0].Device != "d" || list[0].App != "i" || list[0].Origins[0].Path != "app/x!package.json" || list[1].Origins[0].Path != "app/z.jar" {
		t.Errorf("%+v", list)
	}
}

// FuzzRead gives the content of a file to every reader that its name asks for.
func FuzzRead(f *testing.F) {
	f.Add("a.jar", []byte(archive(map[string]string{"META-INF/MANIFEST.MF": "Implementation-Version: 1\n", "META-INF/maven/g/a/pom.properties": pom("g", "a", "1")})))
	f.Add("app.asar", asartest.Make(map[string]string{"package.json": `{"name":"a","version":"1"}`}))
	f.Add("x.deps.json", []byte(deps))
	f.Add("a.dist-info/METADATA", []byte(wheelMetadata))
	f.Add("bin/tool", []byte(crates(`{"packages":[{"name":"a","version":"1"}]}`)))
	f.Add("package-lock.json", []byte(`{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}`))
	f.Add("yarn.lock", []byte("a@^1.0.0:\n  version \"1.0.1\"\n  resolved \"https://x/a.tgz\"\n"))
	f.Add("pnpm-lock.yaml", []byte("lockfileVersion: '6.0'\npackages:\n  /a@1.0.0:\n    resolution: {integrity: x}\n"))
	f.Add("poetry.lock", []byte("[[package]]\nname = \"a\"\nversion = \"1\"\n"))
	f.Add("Cargo.lock", []byte("[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry\"\n"))
	f.Add("a.dll", append([]byte("MZ"), make([]byte, 5000)...))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		m := fstest.MapFS{"plain": {Data: []byte("x")}}
		if name = clean(name); name != "" && len(name) < 200 && !strings.ContainsAny(name, "\x00") {
			m[name] = &fstest.MapFile{Data: data}
		}
		r, err := Read(context.Background(), source.FromFS("app", m, source.DefaultLimits), Options{})
		if err != nil {
			return
		}
		for _, f := range r.Found {
			if !strings.HasPrefix(f.PURL, "pkg:") || f.Name == "" || len(f.Files) == 0 {
				t.Errorf("%+v", f)
			}
		}
	})
}
