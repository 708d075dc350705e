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

// inside shows what the files of apps hold: of the few that were handed in as files, those with the worst findings
// first, and of all with Details. An app whose same files are on many devices is one block.
func (v *view) inside() {
	var files, others []*insideGroup
	for _, g := range v.insideGroups() {
		if g.apps[0].Device == "" || v.details {
			files = append(files, g)
		} else {
			others = append(others, g)
		}
	}
	for i, g := range files {
		if !v.details && i == shownInside {
			v.blank()
			v.text("", dim, "What is inside "+count(len(files)-i, "more "+map[bool]string{true: "app", false: "file"}[len(v.r.Files) == 0])+": shown with --details.")
			break
		}
		v.insideApp(g)
	}
	if len(others) > 0 {
		v.blank()
		v.text("", dim, "What is inside "+count(len(others), "app")+" of the "+plural(len(v.r.Devices), "device", "devices")+" whose files were read: shown with --details.")
	}
}

// insideGroup is the same files, wherever they are installed.
type insideGroup struct {
	apps  []*reports.App
	worst int // rank of the worst finding about them
}

func (v *view) insideGroups() []*insideGroup {
	worst := map[string]int{}
	for i := range v.r.Findings {
		if f := &v.r.Findings[i]; f.Exception == nil && f.Subject.App != "" {
			rank := severityRank(f.Severity)
			if before, ok := worst[f.Subject.App]; !ok || rank < before {
				worst[f.Subject.App] = rank
			}
		}
	}
	var out []*insideGroup
	at := map[string]*insideGroup{}
	add := func(a *reports.App) {
		key := a.Kind + "\x00" + a.Identifier
		for _, f := range a.Inside.Files {
			key += "\x00" + f.SHA256
		}
		g := at[key]
		if g == nil {
			g = &insideGroup{worst: len(reports.Severities())}
			at[key] = g
			out = append(out, g)
		}
		g.apps = append(g.apps, a)
		if rank, ok := worst[a.ID]; ok {
			g.worst = min(g.worst, rank)
		}
		if a.Device == "" { // what was handed in stands for the others
			g.apps[0], g.apps[len(g.apps)-1] = a, g.apps[0]
		}
	}
	for _, list := range [][]reports.App{v.r.Apps, v.r.Files} {
		for i := range list {
			if list[i].Inside != nil {
				add(&list[i])
			}
		}
	}
	slices.SortStableFunc(out, func(x, y *insideGroup) int { return cmp.Compare(x.worst, y.worst) })
	return out
}

// fileKind is the kind of a file with code that is no app.
const fileKind = "file"

func (v *view) insideApp(g *insideGroup) {
	a := g.apps[0]
	in := a.Inside
	v.heading("INSIDE " + joined(" ", safetext.Line(cmp.Or(a.Name, a.Identifier), 60), safetext.Line(a.Version, 20)))
	if a.Kind == fileKind {
		v.facts("No app", "a file with code that is no app: nothing says what loads it")
	} else {
		v.facts("Package", safetext.Line(a.Identifier, 255))
	}
	v.insideWhere(g.apps)
	v.insideFiles(in)
	if a.Kind != fileKind || in.Signature.State != "unknown" { // a DEX file bears none
		v.insideSigned(&in.Signature, in.Apple != nil)
	}
	v.insideApple(in.Apple, &in.Signature)
	v.facts("Built", v.built(in))
	v.insideCode(in.Code)
	v.insideSDKs(in.SDKs)
	brief := in.Apple != nil && !v.details // what is of less note there: one processor, and addresses that any app may open
	if !brief {
		v.insideNative(in)
	}
	v.facts("Asks for", v.asks(in.Asks))
	v.facts("Offers", strings.Join(in.Roles, ", "))
	v.facts("Names", v.hosts(in.Hosts, in.SomeHosts))
	if in.Libraries > 0 && !brief {
		text := "of " + number(in.Libraries) + " " + plural(in.Libraries, "library", "libraries") + " inside are stated"
		if v.details {
			text = joined(": ", text, v.names(in.SomeLibraries, in.Libraries))
		}
		v.facts("Versions", text)
	}
	v.facts("Network", strings.Join(in.Network, "; "))
	if !brief {
		v.insideOpen(in)
	}
	v.insideCarried(in.Carries)
	v.insideMarks(in.Marks)
}

// insideWhere names the devices that have these files; of one device there is nothing to tell.
func (v *view) insideWhere(apps []*reports.App) {
	if len(v.r.Devices) < 2 {
		return
	}
	var names []string
	for _, a := range apps {
		for _, d := range v.r.Devices {
			if d.ID == a.Device {
				names = append(names, cmp.Or(d.Name, d.ID))
			}
		}
	}
	v.facts("Found", v.onDevices(names))
}

// level is an API level, or the preview that is named in its place.
func level(n int, codename string) string {
	if codename != "" {
		return "the preview " + safetext.Line(codename, maxValue)
	}
	return positive(n)
}

// built says for whom the app was made, and what that lets others do with it.
func (v *view) built(in *reports.Inside) string {
	parts := []string{joined(", ", named("for Android API", level(in.TargetSDK, in.TargetCodename)), named("installs from", level(in.MinSDK, in.MinCodename)))}
	if b := in.Built; b != nil {
		for _, x := range []struct {
			is   bool
			text string
		}{
			{b.Debuggable, "debuggable: a computer on the cable may read its data and run code in it"},
			{b.TestOnly, "for tests only: no store takes it"},
			{b.SharedUser != "", "shares data and permissions with its signer's other apps of user " + safetext.Line(b.SharedUser, maxValue)},
			{b.AllowBackup, "backups may copy its data"},
		} {
			if x.is {
				parts = append(parts, x.text)
			}
		}
	}
	return joined("; ", parts...)
}

// names lists the first of many, of which a list holds some.
func (v *view) names(list []string, all int) string {
	var out []string
	for _, s := range list {
		out = append(out, safetext.Line(s, maxValue))
	}
	return strings.Join(v.few(out, shownNames, all), ", ")
}

func (v *view) hosts(all int, list []string) string {
	if all == 0 {
		return ""
	}
	return count(all, "host") + ": " + v.names(list, all)
}

// insideNative tells the native libraries by what they are, which name and folder need not say.
func (v *view) insideNative(in *reports.Inside) {
	if in.Native > 0 {
		text := withParens(number(in.Native)+" "+plural(in.Native, "library", "libraries"), strings.Join(in.ABIs, ", "))
		var odd, all []string
		for _, f := range in.NativeFiles {
			all = append(all, withParens(safetext.Line(f.File, maxValue), f.ABI, size(f.Size)))
			if folder := abiFolder(f.File); folder != "" && f.ABI != "" && folder != f.ABI {
				odd = append(odd, safetext.Line(f.File, maxValue))
			}
		}
		if len(odd) > 0 {
			text += "; for another processor than their folder says: " + strings.Join(v.few(odd, 1, len(odd)), ", ")
		}
		v.facts("Native", text)
		if v.details {
			v.facts("", strings.Join(v.few(all, 0, in.Native), ", "))
		}
	}
	if n := len(in.NotNative); n > 0 {
		v.facts(map[bool]string{true: "Native"}[in.Native == 0], count(n, "file")+" in the folders of native libraries "+plural(n, "is", "are")+" none: "+v.names(in.NotNative, n))
	}
}

// abiFolder is the processor that a folder below lib stands for.
func abiFolder(file string) string {
	rest, ok := strings.CutPrefix(file, "lib/")
	folder, _, deep := strings.Cut(rest, "/")
	if !ok || !deep {
		return ""
	}
	return folder
}

// insideOpen counts what others may call, apart from what the launcher starts.
func (v *view) insideOpen(in *reports.Inside) {
	if in.Open == 0 {
		return
	}
	text := "other apps without a permission: " + count(in.Open, "component")
	if v.details {
		var names []string
		for _, c := range in.SomeOpen {
			names = append(names, joined(" ", c.Kind, safetext.Line(c.Name, maxValue)))
		}
		text += ": " + v.names(names, in.Open)
	}
	v.facts("Open to", text)
}

// facts is a label with its text, or nothing where there is none. Foreign text is cut where it is put in; what is
// made of many stays below maxFact.
func (v *view) facts(name, text string) {
	if text != "" {
		v.label("  "+v.deeper, strong, name, safetext.Line(text, maxFact))
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

// insideSigned tells of the signature. Of Apple's apps the short form leaves out what repeats the name of the certificate.
func (v *view) insideSigned(s *reports.Signature, apple bool) {
	var holds, fails []string
	told := s.Error == ""
	for _, c := range s.Schemes {
		switch {
		case c.Verified:
			holds = append(holds, c.Name)
		case s.State == "valid" && !v.details && strings.HasPrefix(c.Error, "not checked"): // nothing goes by it
		default:
			fails = append(fails, withParens(c.Name, safetext.Line(c.Error, maxValue)))
			told = told || c.Error == s.Error
		}
	}
	err := ""
	if !told {
		err = safetext.Line(s.Error, maxValue)
	}
	state := map[string]string{"valid": "yes, and the signature holds", "invalid": "yes, and the signature does not hold", "unsigned": "no", "unknown": "not looked at"}[s.State]
	if s.SignedFrom > 0 {
		state = "yes, and the signature holds from Android API level " + strconv.Itoa(s.SignedFrom) + " on, not on the lower ones that the app says it runs on"
	}
	v.facts("Signed", joined(" · ", cmp.Or(state, s.State), named("verified:", strings.Join(holds, ", ")), named("not:", strings.Join(fails, ", ")), err))
	for i, x := range s.Signers {
		role := ""
		switch {
		case x.Lineage:
			role = "earlier key"
		case !x.Verified:
			role = "not verified"
		}
		if apple && !v.details {
			v.facts(first(i, "Signer"), joined(" · ", safetext.Line(signerName(x), maxValue), role, x.Known))
			continue
		}
		v.facts(first(i, "Signer"), joined(" · ", safetext.Line(x.Subject, maxValue), joined(" ", x.Key, bits(x.KeyBits)), named("until", x.NotAfter), role, x.Known, named("SHA-256", v.fingerprint(x.SHA256))))
	}
}

// fingerprint is the hash of a certificate, in the short form as much as tells two apart.
func (v *view) fingerprint(sha256 string) string {
	if v.details || len(sha256) <= shownHash {
		return sha256
	}
	return sha256[:shownHash] + "…"
}

const shownHash = 16

func (v *view) insideCode(c *reports.InsideCode) { v.facts("Code", codeText(c)) }

func codeText(c *reports.InsideCode) string {
	if c == nil {
		return ""
	}
	text := count(c.Classes, "class") + " in " + count(c.Files, "DEX file")
	if 100*c.Renamed >= c.Classes && c.Renamed > 0 {
		text += "; " + number(100*c.Renamed/c.Classes) + " % of the classes have names that an obfuscator replaced: whose they are is not seen by name"
	}
	return text
}

func (v *view) insideSDKs(sdks []reports.InsideSDK) {
	calls, local := sdkNames(sdks)
	v.facts("Code of", strings.Join(v.few(calls, shownSDKs, len(calls)), "; "))
	v.facts("Libraries", strings.Join(v.few(local, shownSDKs, len(local)), ", "))
	if i := slices.IndexFunc(sdks, func(s reports.InsideSDK) bool { return s.Attribution != "" }); i >= 0 {
		v.facts("", "Marked *: "+sdks[i].Attribution)
	}
}

// sdkNames are those that call servers, and those that are mere libraries.
func sdkNames(sdks []reports.InsideSDK) (calls, local []string) {
	for _, s := range sdks {
		name := s.Name
		if s.Local {
			local = append(local, name)
			continue
		}
		if s.Vendor != "" && !strings.HasPrefix(s.Name, s.Vendor) {
			name += " of " + s.Vendor
		}
		if s.Attribution != "" {
			name += "*"
		}
		if s.Confidence == "low" {
			name += " (perhaps)"
		}
		calls = append(calls, name)
	}
	return calls, local
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
	if what, all, ok := strings.Cut(m.Text, ", of "); ok && m.Count > 0 { // so many of all
		if n, err := strconv.Atoi(all); err == nil {
			text = number(m.Count) + " of " + number(n) + " " + safetext.Line(what, maxValue)
		}
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
