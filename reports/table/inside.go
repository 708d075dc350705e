package table

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// The short form shows what is inside so many apps, and of each so many of every kind.
const (
	shownInside = 3
	shownSDKs   = 6
	shownNames  = 4
	shownMarks  = 8
)

// inside shows what the files of apps hold: of the few that were handed in as files, and of all with Details.
func (v *view) inside() {
	var apps []*reports.App
	for i := range v.r.Apps {
		if a := &v.r.Apps[i]; a.Inside != nil && (v.details || a.Device == "") {
			apps = append(apps, a)
		}
	}
	for i, a := range apps {
		if !v.details && i == shownInside {
			v.blank()
			v.text("", dim, "What is inside "+count(len(apps)-i, "more app")+": shown with --details.")
			return
		}
		v.insideApp(a)
	}
}

func (v *view) insideApp(a *reports.App) {
	in := a.Inside
	v.heading("INSIDE " + joined(" ", safetext.Line(cmp.Or(a.Name, a.Identifier), 60), safetext.Line(a.Version, 20)))
	v.facts("Package", safetext.Line(a.Identifier, 255))
	v.insideFiles(in)
	v.insideSigned(&in.Signature)
	v.facts("Made for", joined(", ", named("Android API level", positive(in.TargetSDK)), named("installs from", positive(in.MinSDK))))
	v.insideCode(in)
	v.insideSDKs(in.SDKs)
	if in.Native > 0 {
		v.facts("Native", withParens(number(in.Native)+" "+plural(in.Native, "library", "libraries"), strings.Join(in.ABIs, ", ")))
	}
	v.facts("Asks for", v.asks(in.Asks))
	v.facts("Offers", strings.Join(in.Roles, ", "))
	if in.Hosts > 0 {
		v.facts("Names", count(in.Hosts, "host")+": "+strings.Join(v.few(in.SomeHosts, shownNames, in.Hosts), ", "))
	}
	if in.Libraries > 0 {
		v.facts("Versions", "of "+number(in.Libraries)+" "+plural(in.Libraries, "library", "libraries")+" inside are stated")
	}
	v.facts("Network", strings.Join(in.Network, "; "))
	if in.Exported > 0 {
		v.facts("Open to", "other apps without a permission: "+count(in.Exported, "component"))
	}
	v.insideCarried(in.Carries)
	v.insideMarks(in.Marks)
}

// facts is a label with its text, or nothing where there is none. Foreign text is cut where it is put in; what is
// made of many stays below maxFact.
func (v *view) facts(name, text string) {
	if text != "" {
		v.label("  ", strong, name, safetext.Line(text, maxFact))
	}
}

// maxFact is how wide the text of one fact may be, and maxValue one value in it that was made by whoever built the app.
const (
	maxFact  = 4000
	maxValue = 160
)

func (v *view) insideFiles(in *reports.Inside) {
	for i, f := range in.Files {
		if i == shownNames && !v.details {
			v.facts("", "and "+count(len(in.Files)-i, "more file"))
			return
		}
		name := joined(" ", safetext.Line(f.Name[strings.LastIndexAny(f.Name, "/\\!")+1:], maxValue), named("split", safetext.Line(f.Split, maxValue)))
		v.facts(first(i, "File"), joined(" · ", name, size(f.Size), "SHA-256 "+f.SHA256))
	}
}

func first(i int, name string) string {
	if i > 0 {
		return ""
	}
	return name
}

func (v *view) insideSigned(s *reports.Signature) {
	var holds, fails []string
	for _, c := range s.Schemes {
		if c.Verified {
			holds = append(holds, c.Name)
		} else {
			fails = append(fails, withParens(c.Name, safetext.Line(c.Error, maxValue)))
		}
	}
	state := map[string]string{"valid": "yes, and the signature holds", "invalid": "yes, and the signature does not hold", "unsigned": "no", "unknown": "not looked at"}[s.State]
	v.facts("Signed", joined(" · ", cmp.Or(state, s.State), named("verified:", strings.Join(holds, ", ")), named("not:", strings.Join(fails, ", ")), safetext.Line(s.Error, maxValue)))
	for i, x := range s.Signers {
		role := ""
		switch {
		case x.Lineage:
			role = "earlier key"
		case !x.Verified:
			role = "not verified"
		}
		v.facts(first(i, "Signer"), joined(" · ", safetext.Line(x.Subject, maxValue), joined(" ", x.Key, bits(x.KeyBits)), named("until", x.NotAfter), role, x.Known, named("SHA-256", x.SHA256)))
	}
}

func (v *view) insideCode(in *reports.Inside) {
	if in.Code == nil {
		return
	}
	c := in.Code
	text := count(c.Classes, "class") + " in " + count(c.Files, "DEX file")
	if 100*c.Renamed >= c.Classes && c.Renamed > 0 {
		text += "; " + number(100*c.Renamed/c.Classes) + " % of the classes have names that an obfuscator replaced: whose they are is not seen by name"
	}
	v.facts("Code", text)
}

func (v *view) insideSDKs(sdks []reports.InsideSDK) {
	var calls, local []string
	for _, s := range sdks {
		name := s.Name
		if s.Local {
			local = append(local, name)
			continue
		}
		if s.Vendor != "" && !strings.HasPrefix(s.Name, s.Vendor) {
			name += " of " + s.Vendor
		}
		if s.Confidence == "low" {
			name += " (perhaps)"
		}
		calls = append(calls, name)
	}
	v.facts("Code of", strings.Join(v.few(calls, shownSDKs, len(calls)), "; "))
	v.facts("Libraries", strings.Join(v.few(local, shownSDKs, len(local)), ", "))
}

// few keeps the first few in the short form and counts the others, of all that there are.
func (v *view) few(list []string, few, all int) []string {
	if !v.details && len(list) > few+1 {
		list = list[:few:few]
	}
	if more := all - len(list); more > 0 {
		list = append(list[:len(list):len(list)], "and "+number(more)+" more")
	}
	return list
}

func (v *view) asks(reach []reports.Reach) string {
	var out []string
	for _, r := range reach {
		text := r.Category
		if v.details {
			text = withParens(text, strings.Join(r.Permissions, ", "))
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func (v *view) insideCarried(carried []reports.InsideCarried) {
	var list []string
	for _, c := range carried {
		list = append(list, joined(" ", safetext.Line(c.File, maxValue), "("+joined(", ", c.Format, safetext.Line(c.Package, maxValue), size(c.Size))+")"))
	}
	if len(list) > 0 {
		v.facts("Carries", count(len(list), "file")+" with code of "+plural(len(list), "its", "their")+" own: "+strings.Join(v.few(list, shownNames, len(list)), "; "))
	}
}

// insideMarks shows what was noticed of the file with its places, and of the code, which does much that is ordinary, in
// one line; with Details all with their places.
func (v *view) insideMarks(marks []reports.InsideMark) {
	var able []string
	shown := 0
	for _, m := range marks {
		if strings.HasPrefix(m.Code, "code/") && !v.details && !slices.Contains(unusualCode, m.Code) {
			phrase, _, _ := strings.Cut(m.Text, ": ")
			able = append(able, phrase)
			continue
		}
		if shown == shownMarks && !v.details {
			v.facts("", "and more, with --details")
			break
		}
		v.facts(first(shown, "Noticed"), v.markText(m))
		shown++
	}
	if len(able) > 0 {
		v.facts("Its code", strings.Join(able, "; ")+" (where: --details)")
	}
}

// unusualCode are the marks of code that few apps bear.
var unusualCode = []string{"code/packed", "code/damaged", "code/in-other-places"}

func (v *view) markText(m reports.InsideMark) string {
	text := safetext.Line(m.Text, maxValue)
	if m.Count > 1 {
		text += " (" + number(m.Count) + "×)"
	}
	var in []string
	for _, p := range m.Places {
		if place := joined(", ", safetext.Line(p.File, maxValue), safetext.Line(p.Item, maxValue)); place != "" {
			in = append(in, place)
		}
	}
	return text + named(": in", strings.Join(v.few(in, 1, len(in)), "; "))
}

// size is a length in the unit that reads best.
func size(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 1<<20:
		return number(int((n+1023)>>10)) + " kB"
	}
	return number(int(n>>20)) + "." + number(int(n>>10%1024*10/1024)) + " MB"
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return number(n)
}

// bits is the length of a key.
func bits(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n) + " bit"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
