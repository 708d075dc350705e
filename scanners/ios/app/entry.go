package app

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/jsbundle"
	"quaestor/scanners/internal/macho"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const (
	storeName     = "iTunesMetadata.plist"
	profileName   = "embedded.mobileprovision"
	resourcesName = "_CodeSignature/CodeResources"
	privacyName   = "PrivacyInfo.xcprivacy"

	maxText  = 64 << 20 // bytes of a text that is searched whole
	maxPlist = 8 << 20  // bytes of a property list that is parsed for what it says
)

// sums are the checksums of an entry, as far as a seal asks for them.
type sums struct{ sha256, sha1 []byte }

// rank puts what says most about an app before the rest.
func (it *item) rank() int {
	switch base := path.Base(it.rel); {
	case it.store, it.rel == infoName, it.rel == resourcesName, it.rel == profileName:
		return 0
	case base == infoName, base == privacyName:
		return 1
	case !strings.Contains(base, "."), strings.HasSuffix(base, ".dylib"): // programs and libraries have no ending
		return 2
	case isText(it.rel):
		return 3
	}
	return 4
}

// textEndings are of files that hold text which may name addresses.
var textEndings = map[string]bool{
	".json": true, ".js": true, ".mjs": true, ".cjs": true, ".html": true, ".htm": true, ".xhtml": true, ".txt": true, ".xml": true, ".properties": true,
	".conf": true, ".config": true, ".cfg": true, ".ini": true, ".yml": true, ".yaml": true, ".toml": true, ".bundle": true, ".jsbundle": true, ".hbc": true,
	".lua": true, ".py": true, ".sql": true, ".env": true, ".css": true, ".md": true, ".csv": true, ".dat": true, ".pac": true,
}

func isText(rel string) bool { return textEndings[strings.ToLower(path.Ext(rel))] }

// isList reports property lists, and tables of texts, which are such.
func isList(rel string) bool {
	switch strings.ToLower(path.Ext(rel)) {
	case ".plist", ".strings", ".stringsdict", ".loctable", ".xcprivacy":
		return true
	}
	return false
}

// entry reads one entry.
func (r *reading) entry(it *item, out *result) {
	if !r.memory.fits(it.size) {
		r.large(it, out)
		return
	}
	buf, err := r.memory.take(r.ctx, it.size)
	if err != nil {
		return
	}
	defer r.memory.give(buf)
	content, err := r.c.whole(r.ctx, it.entry, buf[:0])
	if err != nil {
		r.unreadable(it, err, out)
		return
	}
	if r.sealed(it) {
		sum := sha256.Sum256(content)
		out.sums.sha256 = sum[:]
		if r.seal != nil && r.seal.old[it.rel] {
			old := sha1.Sum(content)
			out.sums.sha1 = old[:]
		}
	}
	r.content(it, content, out)
}

// sealed reports whether the checksum of an entry is asked for.
func (r *reading) sealed(it *item) bool { return !it.store && (r.seal != nil || it.rel == r.main) }

func (r *reading) unreadable(it *item, err error, out *result) {
	out.unreadable = true
	if r.ctx.Err() != nil {
		return
	}
	kind := inventory.GapMalformed
	var limit *apkfile.LimitError
	if errors.As(err, &limit) {
		kind = inventory.GapLimit
	}
	g := gap(r.c.subject(it.name), kind, "it cannot be unpacked: %v", err)
	g.Next = "Fetch the file again, or look at it with another tool."
	out.gap = &g
}

// content takes what an entry says.
func (r *reading) content(it *item, content []byte, out *result) {
	base := path.Base(it.rel)
	switch {
	case it.store:
		out.store = r.list(content, "", out)
	case macho.Is(content):
		out.native = r.nativeFile(content, it.rel)
	case it.rel == profileName:
		p, problem, err := codesign.Profile(content, r.roots)
		if out.profile, out.problem = p, problem; err != nil {
			out.refused = fmt.Sprintf("%s: %v", it.rel, err)
		}
	case it.rel == infoName || it.rel == resourcesName: // read before
		r.strings(content, it.rel)
	case base == infoName && isBundle(path.Dir(it.rel)):
		if d := r.list(content, it.rel, out); d != nil {
			out.bundle = newBundle(path.Dir(it.rel), d)
		}
	case base == privacyName:
		if d := r.list(content, it.rel, out); d != nil {
			out.privacy = privacyManifest(it.rel, d)
		}
	case base == "InfoPlist.strings":
		out.labels = labelsOf(path.Base(path.Dir(it.rel)), r.table(content, it.rel, out))
	case it.rel == "InfoPlist.loctable":
		out.labels = allLabels(r.list(content, it.rel, out))
	case isList(it.rel):
		r.strings(content, it.rel)
	case isText(it.rel), jsbundle.Wants("assets/" + it.rel):
		r.text(content, it.rel, out)
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		out.archive = true
	}
}

// list parses a property list that has to be a dictionary, and searches it for addresses.
func (r *reading) list(content []byte, rel string, out *result) map[string]any {
	if len(content) > maxInfo {
		out.refused = fmt.Sprintf("%s: it has more than %d bytes", rel, maxInfo)
		return nil
	}
	v, err := plist.Decode(content)
	if err != nil {
		out.refused = fmt.Sprintf("%s: %v", rel, err)
		return nil
	}
	if rel != "" {
		r.walk(v, rel, 0)
	}
	d, _ := v.(map[string]any)
	return d
}

// strings searches a property list, or what should be one, for addresses.
func (r *reading) strings(content []byte, rel string) {
	if len(content) <= maxPlist && plist.Looks(content) {
		if v, err := plist.Decode(content); err == nil {
			r.walk(v, rel, 0)
			return
		}
	}
	r.addresses.Add(content, rel)
}

// walk hands over the texts of a property list.
func (r *reading) walk(v any, rel string, depth int) {
	switch v := v.(type) {
	case string:
		r.addresses.AddPart([]byte(v), rel, false)
	case []any:
		for _, e := range v {
			r.walk(e, rel, depth+1)
		}
	case map[string]any:
		for k, e := range v {
			r.addresses.AddPart([]byte(k), rel, false)
			r.walk(e, rel, depth+1)
		}
	}
}

// text takes what a text, a script or the data of a framework names.
func (r *reading) text(content []byte, rel string, out *result) {
	facts, err := jsbundle.Read(rel, content, &r.addresses)
	r.components.Add(facts.Components...)
	switch {
	case facts.Cut:
		g := gap(r.c.subject(r.at.root+rel), inventory.GapLimit, "the file holds more strings than are read, so addresses in it may be missing")
		out.gap = &g
	case err != nil:
		g := gap(r.c.subject(r.at.root+rel), inventory.GapUnknownLines, "its tables cannot be read, and it was searched as it is: %v", err)
		out.gap = &g
	}
}
