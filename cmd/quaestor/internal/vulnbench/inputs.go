package main

import (
	"archive/zip"
	"bufio"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/package-url/packageurl-go"

	"quaestor/scanners/inventory"
)

// input is a list of packages that both programs read.
type input struct {
	name     string
	path     string // for Quaestor
	lockfile string // for osv-scanner
	packages int
	sources  []source // of Debian
}

// source is a source package of Debian, as one of its binary packages names it.
type source struct{ binary, version, name, sourceVersion string }

// makeInputs writes the lists: a Debian computer, a program of Go, and what an application of npm and one of Python have.
func makeInputs(dir string) ([]*input, error) {
	status := filepath.Join(*corpus, "dumps", "linux-debian12-dpkg-status.txt")
	sources, err := readStatus(status)
	if err != nil {
		return nil, err
	}
	program := *goBinary
	if program == "" {
		program = *quaestor
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	goPackages := []string{"pkg:golang/stdlib@" + strings.TrimPrefix(strings.Fields(info.GoVersion)[0], "go")}
	for _, m := range info.Deps {
		goPackages = append(goPackages, "pkg:golang/"+m.Path+"@"+m.Version)
	}
	var npm, python []string
	for i := range 1000 {
		npm = append(npm, fmt.Sprintf("pkg:npm/pkg-%d@%d.%d.%d", i*7, i%6, i%10, i%3))
	}
	for _, v := range []string{"2.0.0", "5.4.1", "8.1.0", "8.3.2", "9.0.0", "10.0.1", "10.3.0"} {
		python = append(python, "pkg:pypi/pillow@"+v)
	}
	out := []*input{{name: "debian", path: status, lockfile: "dpkg-status:" + status, packages: len(sources), sources: sources}}
	for _, list := range []struct {
		name  string
		purls []string
	}{{"go", goPackages}, {"npm", npm}, {"python", python}} {
		path := filepath.Join(dir, list.name+".cdx.json")
		if err := writeSBOM(path, list.purls); err != nil {
			return nil, err
		}
		out = append(out, &input{name: list.name, path: path, lockfile: path, packages: len(list.purls)})
	}
	return out, nil
}

func readStatus(path string) ([]source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []source
	var s source
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "Package":
			s = source{binary: value, name: value}
		case "Version":
			s.version = value
		case "Source":
			s.name, s.sourceVersion, _ = strings.Cut(strings.TrimSuffix(value, ")"), " (")
		case "":
			out, s = append(out, s), source{}
		}
	}
	if s.binary != "" {
		out = append(out, s)
	}
	for i := range out {
		if out[i].sourceVersion == "" {
			out[i].sourceVersion = out[i].version
		}
	}
	return out, lines.Err()
}

func writeSBOM(path string, purls []string) error {
	type component struct {
		Type    string `json:"type"`
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl"`
	}
	var list []component
	for _, s := range purls {
		p, err := packageurl.FromString(s)
		if err != nil {
			return err
		}
		name := p.Name
		if p.Namespace != "" {
			name = p.Namespace + "/" + p.Name
		}
		list = append(list, component{"library", name, p.Version, p.ToString()})
	}
	b, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list})
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// nameOf is name and version of a package as osv-scanner writes them.
func nameOf(purl string) string {
	p, err := packageurl.FromString(purl)
	if err != nil {
		return purl
	}
	name := p.Name
	if p.Namespace != "" && p.Type != "deb" {
		name = p.Namespace + "/" + p.Name
	}
	if up := p.Qualifiers.Map()["upstream"]; up != "" {
		name, _, _ = strings.Cut(up, "@")
	}
	return name + " " + strings.TrimPrefix(p.Version, "v")
}

func inventoryOf(path string) (*inventory.Inventory, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var inv inventory.Inventory
	return &inv, json.Unmarshal(b, &inv)
}

// makeAdvisories writes advisories around the packages that are asked for, among as many others as OSV has.
func makeAdvisories(dir string, inputs []*input) error {
	others := map[string]int{"Debian": 60_000, "npm": 200_000}
	if *small {
		others = map[string]int{"Debian": 600, "npm": 2000}
	}
	w, err := newWriter(dir, "Debian")
	if err != nil {
		return err
	}
	for _, in := range inputs {
		for i, s := range in.sources {
			w.add(fmt.Sprintf("DEBIAN-CVE-2025-%d", 100000+3*i), "Debian:12", s.name, "ECOSYSTEM", s.sourceVersion+"+deb12u9")
			w.add(fmt.Sprintf("DEBIAN-CVE-2025-%d", 100001+3*i), "Debian:12", s.name, "ECOSYSTEM", s.sourceVersion)
			w.add(fmt.Sprintf("DEBIAN-CVE-2025-%d", 100002+3*i), "Debian:12", s.name, "ECOSYSTEM", "")
		}
	}
	for i := range others["Debian"] {
		w.add(fmt.Sprintf("DEBIAN-CVE-2024-%d", 100000+i), "Debian:12", fmt.Sprintf("other-%d", i%5000), "ECOSYSTEM", fmt.Sprintf("%d.%d-1", i%7, i%10))
	}
	if err := w.close(); err != nil {
		return err
	}
	if w, err = newWriter(dir, "npm"); err != nil {
		return err
	}
	for i := range others["npm"] {
		w.add(fmt.Sprintf("MAL-2025-%d", 100000+i), "npm", fmt.Sprintf("pkg-%d", i%150_000), "SEMVER", fmt.Sprintf("%d.%d.0", i%6, i%9))
	}
	return w.close()
}

// writer writes an archive of invented advisories.
type writer struct {
	file *os.File
	zip  *zip.Writer
	err  error
}

func newWriter(dir, ecosystem string) (*writer, error) {
	folder := filepath.Join(dir, ecosystem)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(folder, "all.zip"))
	if err != nil {
		return nil, err
	}
	return &writer{file: f, zip: zip.NewWriter(f)}, nil
}

func (w *writer) add(id, ecosystem, name, kind, fixed string) {
	if w.err != nil {
		return
	}
	events := []map[string]string{{"introduced": "0"}}
	if fixed != "" {
		events = append(events, map[string]string{"fixed": fixed})
	}
	b, err := json.Marshal(map[string]any{"schema_version": "1.7.0", "id": id, "modified": "2026-11-01T00:00:00Z", "summary": "invented for a benchmark", "details": strings.Repeat("It is not a real weakness of "+name+". ", 30),
		"affected":   []any{map[string]any{"package": map[string]string{"ecosystem": ecosystem, "name": name}, "ranges": []any{map[string]any{"type": kind, "events": events}}}},
		"severity":   []any{map[string]string{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}},
		"references": []any{map[string]string{"type": "WEB", "url": "https://advisories.example/" + id}}})
	if err == nil {
		entry, errCreate := w.zip.Create(id + ".json")
		if err = errCreate; err == nil {
			_, err = entry.Write(b)
		}
	}
	w.err = err
}

func (w *writer) close() error {
	if err := w.zip.Close(); w.err == nil {
		w.err = err
	}
	if err := w.file.Close(); w.err == nil {
		w.err = err
	}
	return w.err
}

// unexplained are differences without a known reason. One is known: osv-scanner compares the version of a binary package
// of Debian with advisories that name versions of its source package, which may be numbered in another way.
func (in *input) unexplained(onlyOurs, onlyTheirs [][2]string) [][2]string {
	other := map[string]bool{}
	for _, s := range in.sources {
		if s.version != s.sourceVersion {
			other[s.name+" "+s.version] = true
		}
	}
	var out [][2]string
	for _, f := range append(onlyOurs, onlyTheirs...) {
		if !other[f[0]] {
			out = append(out, f)
		}
	}
	return out
}
