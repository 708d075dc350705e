package software

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"howett.net/plist"

	"quaestor/scanners/internal/components"
)

// named finds what the software calls itself in its package.json, the description of a Python package or its deps.json.
func (w *work) named(t *tree) {
	for _, name := range t.bases["package.json"] {
		if depth := strings.Count(name, "/"); depth <= 1 && !strings.Contains("/"+name, "/node_modules/") {
			w.packageJSON(t, name)
		}
	}
	for _, name := range slices.Concat(t.bases["METADATA"], t.bases["PKG-INFO"]) {
		if strings.Count(name, "/") == 1 && strings.HasSuffix(strings.ToLower(t.place), ".whl!") || strings.Count(name, "/") == 1 && base(name, ".dist-info", ".egg-info") && t.place == "" {
			w.pythonName(t, name)
		}
	}
	for _, name := range t.suffixed(".deps.json") {
		w.about(about{rank: rankDotnet, name: strings.TrimSuffix(path.Base(name), ".deps.json"), file: t.place + name})
	}
}

func base(name string, endings ...string) bool { return ends(path.Base(path.Dir(name)), endings...) }

func (w *work) packageJSON(t *tree, name string) {
	text, err := t.read(name)
	if err != nil {
		return // the cataloger says why
	}
	var p struct {
		Name, ProductName, Version string
		Author                     json.RawMessage
	}
	if json.Unmarshal(text, &p) != nil || p.Name == "" && p.ProductName == "" {
		return
	}
	rank := rankPackage
	if path.Base(t.place) == "app.asar!" || path.Dir(name) == "resources/app" || strings.HasSuffix(path.Dir(name), "/resources/app") {
		rank = rankElectron
	}
	w.about(about{rank: rank, name: pick(p.ProductName, p.Name), version: p.Version, maker: author(p.Author), file: t.place + name})
}

// author is whoever a package.json names, without the address.
func author(raw json.RawMessage) string {
	var text string
	var person struct{ Name string }
	if json.Unmarshal(raw, &text) == nil {
		text, _, _ = strings.Cut(text, "<")
		text, _, _ = strings.Cut(text, "(")
		return strings.TrimSpace(text)
	}
	if json.Unmarshal(raw, &person) == nil {
		return person.Name
	}
	return ""
}

func (w *work) pythonName(t *tree, name string) {
	text, err := t.read(name)
	if err != nil {
		return
	}
	f := manifestFields(text)
	w.about(about{rank: rankPackage, name: f["name"], version: f["version"], maker: f["author"], file: t.place + name})
}

// marks are how Electron and the browser in it call themselves in their own text.
var marks = regexp.MustCompile(`Chrome/([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+) (?:Safari/[0-9.]+ )?Electron/([0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.]+)?)`)

// electron finds the version of Electron that an application came with: in a file beside it, in the description of its
// framework, or in the text of its program.
func (w *work) electron(t *tree) {
	if t.place != "" || len(t.suffixed(".asar")) == 0 && !slices.ContainsFunc(t.bases["package.json"], func(n string) bool { return strings.HasSuffix("/"+n, "/resources/app/package.json") }) {
		return
	}
	for _, name := range t.bases["version"] {
		if text, err := t.read(name); err == nil && len(text) < 64 && len(t.bases["icudtl.dat"]) > 0 {
			w.isElectron(t, strings.TrimPrefix(strings.TrimSpace(string(text)), "v"), name)
		}
	}
	for _, name := range t.bases["Info.plist"] {
		if !strings.Contains(name, "Electron Framework.framework/") {
			continue
		}
		var info struct {
			Version string `plist:"CFBundleVersion"`
		}
		if text, err := t.read(name); err == nil {
			if _, err := plist.Unmarshal(text, &info); err == nil {
				w.isElectron(t, info.Version, name)
			}
		}
	}
	for _, name := range t.programs() {
		if t.sizes[name] < 40<<20 || w.ctx.Err() != nil { // the browser alone has more
			continue
		}
		w.chromium(t, name)
	}
}

func (w *work) isElectron(t *tree, version, file string) {
	if components.Version(version) {
		w.add(t, Found{PURL: purl("npm", "", "electron", version), Name: "electron", Version: version, Basis: Metadata}, file)
	}
}

// chromium looks for the text that names both.
func (w *work) chromium(t *tree, name string) {
	f, err := t.open(name, maxExecutable)
	if err != nil {
		w.unread(t.place+name, err)
		return
	}
	defer f.Close()
	const overlap = 200
	buf := make([]byte, 1<<20)
	for at := int64(0); at < f.Size() && w.ctx.Err() == nil; at += int64(len(buf) - overlap) {
		n, _ := f.ReadAt(buf, at)
		if m := marks.FindSubmatch(buf[:n]); m != nil {
			chrome, electron := string(m[1]), string(m[2])
			w.add(t, Found{PURL: purl("generic", "", "chromium", chrome), Name: "chromium", Version: chrome, Basis: Text, Text: string(m[0])}, name)
			w.add(t, Found{PURL: purl("npm", "", "electron", electron), Name: "electron", Version: electron, Basis: Text, Text: string(m[0])}, name)
			return
		}
	}
}
