package software

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/source"
)

// Archives of Java, by their names.
var javaArchives = []string{".jar", ".war", ".ear", ".par", ".sar", ".jpi", ".hpi", ".kar"}

// javaIn reads the archives of Java in a tree.
func (w *work) javaIn(t *tree) {
	for _, name := range t.suffixed(javaArchives...) {
		if w.ctx.Err() != nil {
			return
		}
		sub, err := t.src.Sub(name)
		if err != nil {
			w.unread(t.place+name, err)
			continue
		}
		if sub.Size() > 0 {
			w.jar(sub, t.place+name, t.depth+1)
		}
		sub.Close()
	}
}

// jar reads one archive and those in it.
func (w *work) jar(src *source.Source, place string, depth int) {
	if depth > maxNested {
		w.deep.Add(place)
		return
	}
	if !src.StartsLikeZip() && !src.IsZip() {
		w.malformed(place, errors.New("it is no archive of Java, although it is called one"))
		return
	}
	t, err := plant(w.ctx, src, place+"!", depth)
	if err != nil {
		w.unread(place, err)
		return
	}
	w.listed(t)
	w.javaIn(t)
	w.coordinates(t, place)
}

// coordinates finds what an archive is, and which others were put together in it: by what Maven leaves in it, else by its
// manifest and its name.
func (w *work) coordinates(t *tree, place string) {
	m := w.manifest(t)
	var stated []string   // files of Maven that do not tell the version
	var found [][2]string // artifacts and versions
	for _, name := range t.files {
		switch {
		case strings.HasSuffix(name, "/pom.properties") && strings.HasPrefix(name, "META-INF/maven/"):
			if artifact, v := w.pomProperties(t, name, place, m); artifact != "" {
				found = append(found, [2]string{artifact, v})
			}
		case strings.HasSuffix(name, "/pom.xml") && strings.HasPrefix(name, "META-INF/maven/") && !t.has(strings.TrimSuffix(name, "pom.xml")+"pom.properties"):
			stated = append(stated, name)
		}
	}
	artifact, version := fileNamed(place)
	if len(stated) == 1 && len(found) == 0 { // META-INF/maven/GROUP/ARTIFACT/pom.xml
		parts := strings.Split(stated[0], "/")
		if v := pick(m.version, version); len(parts) == 5 && v != "" {
			w.maven(t, parts[2], parts[3], v, stated[0], Metadata, m.licences)
			found = append(found, [2]string{parts[3], v})
		}
	}
	w.about(about{rank: rankJava, name: pick(m.title, artifact), version: pick(m.version, version), maker: m.vendor, file: place})
	if version != "" || m.artifact == "" { // a file that is named as Maven names it
		m.artifact = artifact
	}
	// An archive that others were put into bears their records, and need not bear one of its own.
	own := len(found) > 0 && version == "" || slices.ContainsFunc(found, func(f [2]string) bool {
		return alike(f[0], m.artifact) || len(found) == 1 && (f[1] == version || f[1] == m.version)
	})
	if len(found) > 0 && !alike(m.title, m.artifact) && !strings.Contains(m.symbolic, m.artifact) {
		m.group, m.symbolic = "", "" // the manifest is one that was put in with the others
	}
	if !own && m.artifact != "" {
		basis := Name // the group is a guess, which advisories on another's library may be about
		if m.group != "" {
			basis = Metadata
		}
		w.maven(t, m.groupOf(m.artifact), m.artifact, pick(version, m.version), t.manifestFile(), basis, m.licences)
	}
}

// alike compares the names of artifacts as people write them.
func alike(a, b string) bool {
	same := strings.NewReplacer("_", "-", ".", "-")
	return strings.EqualFold(same.Replace(a), same.Replace(b))
}

// groupOf is the group of an artifact, by the name of its bundle: that of the artifact behind it or, as with "com.google.guava",
// the group alone. Libraries of before names of domains were usual are called like their group.
func (m javaManifest) groupOf(artifact string) string {
	if m.group != "" {
		return m.group
	}
	if group, ok := strings.CutSuffix(m.symbolic, "."+artifact); ok && strings.Contains(artifact, "-") {
		return group
	}
	return pick(m.symbolic, artifact)
}

func pick(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func (w *work) maven(t *tree, group, artifact, version, file, basis string, licences []string) {
	w.set.add(Found{PURL: purl("maven", group, artifact, version), Name: group + ":" + artifact, Version: version, Basis: basis, Licences: licences}, t.place+file)
}

const manifestName = "META-INF/MANIFEST.MF"

// manifestFile is the file that the archive is known by: its manifest, else nothing but the archive.
func (t *tree) manifestFile() string {
	if t.has(manifestName) {
		return manifestName
	}
	return ""
}

// pomProperties reads groupId, artifactId and version, and returns the last two.
func (w *work) pomProperties(t *tree, name, place string, m javaManifest) (string, string) {
	text, err := t.read(name)
	if err != nil {
		w.unread(t.place+name, err)
		return "", ""
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(line, "=")
		if ok && !strings.HasPrefix(line, "#") && len(fields) < 100 {
			fields[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	group, artifact, version := fields["groupId"], fields["artifactId"], fields["version"]
	if parts := strings.Split(name, "/"); len(parts) == 5 { // META-INF/maven/GROUP/ARTIFACT/pom.properties
		group, artifact = pick(group, parts[2]), pick(artifact, parts[3])
	}
	if !components.Name(group) || !components.Name(artifact) || !components.Version(version) && !releaseName.MatchString(version) {
		w.malformed(t.place+name, fmt.Errorf("it names no library: group %q, artifact %q, version %q", short(group), short(artifact), short(version)))
		return "", ""
	}
	var licences []string
	if path.Base(place) == artifact+"-"+version+".jar" { // the archive's own, not one that was put into it
		licences = m.licences
	}
	w.maven(t, group, artifact, version, name, Metadata, licences)
	return artifact, version
}

// releaseName are versions that do not begin with a digit: "r09", "v1.2", "Finchley.SR2".
var releaseName = regexp.MustCompile(`^[A-Za-z][A-Za-z]*[.-]?[0-9A-Za-z][0-9A-Za-z._-]{0,60}$`)

func short(s string) string { return s[:min(len(s), 60)] }

// versioned is the name of an archive with its version: "commons-lang3-3.12.0.jar".
var versioned = regexp.MustCompile(`^(.+?)-([0-9][0-9A-Za-z]*([._+-][0-9A-Za-z]+)*)$`)

// fileNamed is what the name of an archive tells.
func fileNamed(place string) (artifact, version string) {
	base := path.Base(strings.ReplaceAll(place, "!", "/"))
	base = strings.TrimSuffix(base, path.Ext(base))
	if m := versioned.FindStringSubmatch(base); m != nil && components.Name(m[1]) && components.Version(m[2]) {
		return m[1], m[2]
	}
	if components.Name(base) {
		return base, ""
	}
	return "", ""
}

// javaManifest is what a manifest tells of its archive.
type javaManifest struct {
	group, artifact, version, title, vendor string
	symbolic                                string // name of the bundle, with the dots of a domain
	licences                                []string
}

const maxManifestLines = 20_000

// manifest reads the main part of META-INF/MANIFEST.MF.
func (w *work) manifest(t *tree) (m javaManifest) {
	if !t.has(manifestName) {
		return m
	}
	text, err := t.read(manifestName)
	if err != nil {
		w.unread(t.place+manifestName, err)
		return m
	}
	f := manifestFields(text)
	symbolic, _, _ := strings.Cut(f["bundle-symbolicname"], ";")
	symbolic = strings.TrimSpace(symbolic)
	m.title, m.vendor = pick(f["implementation-title"], f["bundle-name"]), pick(f["implementation-vendor"], f["bundle-vendor"])
	for _, v := range []string{f["implementation-version"], f["bundle-version"], f["plugin-version"]} {
		if components.Version(v) {
			m.version = v
			break
		}
	}
	m.artifact = pick(identifier(f["implementation-title"]), identifier(f["extension-name"]), identifier(f["short-name"]))
	switch vendor := f["implementation-vendor-id"]; {
	case strings.Contains(vendor, ".") && components.Name(vendor):
		m.group = vendor
	case strings.Contains(f["group-id"], ".") && components.Name(f["group-id"]):
		m.group = f["group-id"]
	}
	if strings.Contains(symbolic, ".") && components.Name(symbolic) {
		m.symbolic = symbolic
	}
	if l := f["bundle-license"]; !strings.Contains(l, "://") {
		m.licences = licences(l)
	}
	return m
}

func identifier(s string) string {
	if components.Name(s) && strings.ToLower(s) == s && !strings.Contains(s, ".") {
		return s
	}
	return ""
}

// manifestFields reads the fields up to the first empty line. A line that begins with a space continues the one before.
func manifestFields(text []byte) map[string]string {
	fields, key := map[string]string{}, ""
	sc := bufio.NewScanner(bytes.NewReader(text))
	sc.Buffer(nil, 1<<20)
	for lines := 0; sc.Scan() && lines < maxManifestLines; lines++ {
		line := strings.TrimRight(sc.Text(), "\r")
		switch {
		case line == "":
			return fields
		case line[0] == ' ' && key != "":
			if len(fields[key]) < 4096 {
				fields[key] += line[1:]
			}
		default:
			name, value, _ := strings.Cut(line, ":")
			key = strings.ToLower(name)
			fields[key] = strings.TrimSpace(value)
		}
	}
	return fields
}
