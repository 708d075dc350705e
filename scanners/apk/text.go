package apk

import (
	"errors"
	"path"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/jsbundle"
	"quaestor/scanners/internal/libversion"
	"quaestor/scanners/inventory"
)

// maxText is how large a text may be that is searched for addresses.
const maxText = 32 << 20

// textEndings are of files that hold text which names addresses: settings, pages and scripts.
var textEndings = map[string]bool{
	".json": true, ".js": true, ".mjs": true, ".cjs": true, ".html": true, ".htm": true, ".txt": true, ".xml": true, ".properties": true,
	".conf": true, ".config": true, ".cfg": true, ".ini": true, ".yml": true, ".yaml": true, ".toml": true, ".bundle": true, ".jsbundle": true,
	".hbc": true, ".lua": true, ".py": true, ".sql": true, ".env": true, ".plist": true, ".list": true, ".css": true, ".md": true,
}

// isText reports whether an entry is searched for addresses, by its path in an APK. Layouts and drawings, which
// are the many, name none.
func isText(name string) bool {
	if strings.HasPrefix(name, "res/") && !strings.HasPrefix(name, "res/raw") && !strings.HasPrefix(name, "res/xml") {
		return false
	}
	if strings.HasPrefix(name, "META-INF/") {
		return strings.HasPrefix(name, "META-INF/services/")
	}
	return textEndings[strings.ToLower(path.Ext(name))]
}

// text searches a text for addresses.
func (p *pass) text(e *apkfile.Entry, out *result) {
	if p.large[e] {
		p.largeText(e, out)
		return
	}
	name := e.Clean()
	err := p.whole(e, maxText, func(content []byte) {
		p.digest(e, content)
		if s := textSpot(content); s.kind != kindOther {
			if p.found(e, s, out); s.plain() {
				return
			}
		}
		p.textFile(content, name, out)
	})
	if err != nil && p.ctx.Err() == nil {
		out.gaps = append(out.gaps, entryGap(p.r.inner(e), "so it is not known which addresses it names", err))
	}
}

// textFile takes what a text, a script or the data of a framework names.
func (p *pass) textFile(content []byte, name string, out *result) {
	if !jsbundle.Wants(p.layout.inside(name)) {
		p.r.code.addresses.Add(content, name)
		return
	}
	facts, err := jsbundle.Read(name, content, &p.r.code.addresses)
	p.r.code.components.Add(facts.Components...)
	subject := p.r.m.name + "!" + name
	if facts.Cut {
		out.gaps = append(out.gaps, gap(subject, inventory.GapLimit, "the file holds more strings than are read, so addresses in it may be missing"))
	}
	if err != nil {
		out.gaps = append(out.gaps, gap(subject, inventory.GapUnknownLines, "its tables cannot be read, and it was searched as it is: %v", err))
	}
}

// version reads a file in which a library leaves its name and version.
func (p *pass) version(e *apkfile.Entry, out *result) {
	if e.Size > libversion.MaxFile {
		p.other(e, out)
		return
	}
	err := p.whole(e, libversion.MaxFile, func(content []byte) {
		p.digest(e, content)
		if k := sniff(content); k != kindOther {
			p.found(e, spot{kind: k}, out)
			return
		}
		found, err := libversion.Read(p.layout.inside(e.Clean()), content)
		switch {
		case err == nil:
			found.File = e.Clean()
			p.r.code.components.Add(found)
		case !errors.Is(err, libversion.ErrNameless):
			out.refused = append(out.refused, err.Error())
		}
	})
	if err != nil && p.ctx.Err() == nil {
		out.gaps = append(out.gaps, entryGap(p.r.inner(e), "so it is not known which library it names", err))
	}
}

// refused is one gap about all files that should state the version of a library and hold something else, as build
// scripts leave it there.
func (p *pass) refused(list []string) {
	if len(list) == 0 {
		return
	}
	g := gap(p.r.m.name, inventory.GapUnknownLines, "files that should state a library and its version hold something else, so these libraries are not told")
	g.Count = len(list)
	for _, s := range list[:min(len(list), 5)] {
		g.Samples = append(g.Samples, inventory.Text(s))
	}
	p.r.gaps = append(p.r.gaps, g)
}
