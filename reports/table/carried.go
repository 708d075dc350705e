package table

import (
	"cmp"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// shownCarried is how many files inside an app the short form tells of.
const shownCarried = 4

// carriedFile is a file inside an app, or inside such a file, with every place where it lies.
type carriedFile struct {
	sha256, format, pkg string
	size                int64
	places              []string
	same                string // another place of it, under which its content is told
	unit                *reports.Unit
	inner               []*carriedFile
	deeper              int
}

// carriedFiles puts together what is the same file in several places.
func carriedFiles(list []reports.InsideCarried) []*carriedFile {
	files := gathered{at: map[string]*carriedFile{}}
	for _, c := range list {
		f := files.add(carriedFile{sha256: c.SHA256, format: c.Format, pkg: c.Package, size: c.Size}, c.File, c.SameAs)
		if c.Inside != nil {
			f.unit, f.inner = &c.Inside.Unit, nestedFiles(c.Inside.Carries)
		}
	}
	return files.list
}

func nestedFiles(list []reports.InsideNested) []*carriedFile {
	files := gathered{at: map[string]*carriedFile{}}
	for _, c := range list {
		f := files.add(carriedFile{sha256: c.SHA256, format: c.Format, pkg: c.Package, size: c.Size}, c.File, c.SameAs)
		if c.Inside != nil {
			f.unit, f.deeper = &c.Inside.Unit, c.Inside.Deeper
		}
	}
	return files.list
}

// gathered are files, each once.
type gathered struct {
	list []*carriedFile
	at   map[string]*carriedFile // by hash
}

// add adds a place of a file.
func (g *gathered) add(c carriedFile, place, same string) *carriedFile {
	f := g.at[c.sha256]
	if f == nil {
		f = &c
		g.at[c.sha256] = f
		g.list = append(g.list, f)
	}
	f.places, f.same = append(f.places, place), cmp.Or(f.same, same)
	return f
}

// head is "assets/a.ttf, also res/raw/b (dex, 5 kB)".
func (v *view) head(f *carriedFile) string {
	places := make([]string, len(f.places))
	for i, p := range f.places {
		places[i] = carriedPlace(p)
	}
	return withParens(strings.Join(v.few(places, shownNames, len(places)), ", also "), f.format, safetext.Line(f.pkg, maxValue), size(f.size))
}

// carriedPlace says where a file lies; one that is no entry stands at a byte of the file around it.
func carriedPlace(file string) string {
	at, ok := strings.CutPrefix(file, "@")
	switch {
	case !ok:
		return safetext.Line(file, maxValue)
	case at == "0":
		return "before the archive"
	}
	return "at byte " + safetext.Line(at, maxValue) + " of the file, in no entry"
}

// insideCarried shows the files with code of their own and what they hold: in the short form a line each, with
// Details all of it.
func (v *view) insideCarried(list []reports.InsideCarried) {
	files := carriedFiles(list)
	for i, f := range files {
		if !v.details && i == shownCarried && len(files) > shownCarried+1 {
			v.facts("", "and "+count(len(files)-i, "more file")+" with code of their own")
			return
		}
		if !v.details {
			v.facts(first(i, "Carries"), joined(": ", v.head(f), v.short(f)))
			for _, x := range f.inner[:min(len(f.inner), shownCarried)] {
				v.facts("", "in that: "+joined(": ", v.head(x), v.short(x)))
			}
			if more := len(f.inner) - shownCarried; more > 0 {
				v.facts("", "in that: "+count(more, "more file")+" with code of their own")
			}
			continue
		}
		v.facts("Carries", joined(" · ", v.head(f), "SHA-256 "+f.sha256))
		v.wholeUnit(f, "  ")
		for _, x := range f.inner {
			v.deeper = "  "
			v.facts("Carries", joined(" · ", v.head(x), "SHA-256 "+x.sha256))
			v.wholeUnit(x, "    ")
		}
		v.deeper = ""
	}
}

// short is what a file inside another holds, in a line.
func (v *view) short(f *carriedFile) string {
	u := f.unit
	if u == nil {
		return "the same as " + carriedPlace(f.same)
	}
	calls, local := sdkNames(u.SDKs)
	calls = append(calls, local...)
	var marks []string
	for _, m := range u.Marks {
		phrase, _, _ := strings.Cut(safetext.Line(m.Text, maxValue), ": ")
		marks = append(marks, phrase)
	}
	return joined("; ", joined(" ", safetext.Line(u.Name, 40), safetext.Line(u.Version, 20)), codeText(u.Code),
		named("code of", strings.Join(v.few(calls, shownNames, len(calls)), ", ")), named("asks for", v.asks(u.Asks)), named("names", v.hosts(u.Hosts, u.SomeHosts)),
		strings.Join(v.few(marks, shownNames, len(marks)), ", "), deeperText(f.deeper))
}

func deeperText(n int) string {
	if n == 0 {
		return ""
	}
	return count(n, "more file") + " with code in it"
}

// wholeUnit shows everything about a file inside another, further in.
func (v *view) wholeUnit(f *carriedFile, indent string) {
	before := v.deeper
	defer func() { v.deeper = before }()
	v.deeper = indent
	u := f.unit
	if u == nil {
		v.facts("Holds", "the same as "+carriedPlace(f.same)+", which is told above")
		return
	}
	v.facts("App", joined(" ", safetext.Line(u.Name, 60), safetext.Line(u.Version, 20)))
	if u.Signature != nil {
		v.insideSigned(u.Signature, u.Apple != nil)
	}
	v.insideApple(u.Apple, u.Signature)
	v.insideCode(u.Code)
	v.insideSDKs(u.SDKs)
	if u.Native > 0 {
		v.facts("Native", withParens(number(u.Native)+" "+plural(u.Native, "library", "libraries"), strings.Join(u.ABIs, ", ")))
	}
	v.facts("Asks for", v.asks(u.Asks))
	v.facts("Names", v.hosts(u.Hosts, u.SomeHosts))
	v.insideMarks(u.Marks)
	v.facts("Carries", deeperText(f.deeper))
}
