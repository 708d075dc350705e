package dex

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

const (
	maxPlaces = 8 // of one mark
	maxNamed  = 8 // apis in one phrase
)

// note is a place where a file uses an api.
type note struct {
	api         uint16
	file, class string // class is the caller, with dots
	caller      uint32 // the type of the caller in its file
	platform    bool   // the caller is of a library that comes with the system or nearly every app
	item        string
	count       int // uses it stands for; the first note of an api in a file stands for all there
}

// phrases say what a mark means.
var phrases = map[string]string{
	inventory.MarkDamagedCode:    "breaks the DEX format",
	inventory.MarkCodeLoading:    "loads further DEX code",
	inventory.MarkNativeLoading:  "loads native code",
	inventory.MarkReflection:     "calls by name",
	inventory.MarkHiddenAPI:      "reaches for internal methods of the system",
	inventory.MarkExec:           "starts programs",
	inventory.MarkSu:             "names programs that give root",
	inventory.MarkRootCheck:      "looks for signs of a rooted device",
	inventory.MarkInstalling:     "installs apps",
	inventory.MarkWebBridge:      "gives web pages methods to call",
	inventory.MarkScreenCapture:  "can record the screen",
	inventory.MarkEmulatorCheck:  "looks for emulators or debuggers",
	inventory.MarkDeviceIdentity: "reads identifiers of the device",
	inventory.MarkAppList:        "lists the installed apps",
	inventory.MarkUIControl:      "acts for the user or reads the screen as an accessibility service",
	inventory.MarkLocation:       "asks for the location",
	inventory.MarkContacts:       "names contacts or calls",
	inventory.MarkMessages:       "sends or names text messages",
	inventory.MarkClipboard:      "reads or watches the clipboard",
	inventory.MarkCamera:         "opens the camera",
	inventory.MarkMicrophone:     "records sound",
}

// label names an api as a reader would write it.
func (a *api) label(argument string) string {
	if a.kind == constant || a.kind == callText {
		return strconv.Quote(a.name)
	}
	name := a.name
	if a.class != "" {
		name = strings.ReplaceAll(a.class, "/", ".") + "." + name
	}
	if argument != "" {
		name += "(" + strconv.Quote(argument) + ")"
	}
	return name
}

// marks groups the notes of files that stand in order.
func marks(all []*Facts) []inventory.Mark {
	groups := map[string][]note{}
	for _, facts := range all {
		for _, n := range facts.notes {
			code := apis()[n.api].mark
			groups[code] = append(groups[code], n)
		}
	}
	var out []inventory.Mark
	for code, notes := range groups {
		out = append(out, mark(code, notes))
	}
	slices.SortFunc(out, func(a, b inventory.Mark) int { return strings.Compare(a.Code, b.Code) })
	return out
}

func mark(code string, notes []note) inventory.Mark {
	m := inventory.Mark{Code: code, Detail: phrases[code], Places: places(notes)}
	var named []uint16
	for _, n := range notes {
		m.Count += max(n.count, 0)
		if n.api != damaged && !slices.Contains(named, n.api) {
			named = append(named, n.api)
		}
	}
	if code == inventory.MarkDamagedCode {
		m.Count = len(notes)
		return m
	}
	slices.Sort(named)
	var labels []string
	for _, a := range named[:min(len(named), maxNamed)] {
		labels = append(labels, apis()[a].brief())
	}
	m.Detail += ": " + strings.Join(labels, ", ")
	if n := len(named) - maxNamed; n > 0 {
		m.Detail += " and " + strconv.Itoa(n) + " more"
	}
	return m
}

// brief names an api without its package.
func (a *api) brief() string {
	if a.kind == constant || a.kind == callText {
		return strconv.Quote(a.name)
	}
	class := a.class[strings.LastIndexByte(a.class, '/')+1:]
	switch {
	case class == "":
		return a.name
	case a.name == "<init>":
		return class
	}
	return class + "." + a.name
}

// platforms are the packages of libraries that come with the system or with nearly every app. What they do says less
// of an app than what its own code and rarer libraries do.
var platforms = []string{"Landroidx/", "Landroid/support/", "Landroid/arch/", "Lkotlin/", "Lkotlinx/", "Lcom/google/android/material/", "Ljava/", "Ljavax/"}

// isPlatform reports whether the class of a descriptor is of such a library.
func isPlatform(descriptor []byte) bool {
	return slices.ContainsFunc(platforms, func(p string) bool { return bytes.HasPrefix(descriptor, []byte(p)) })
}

// places picks a few: those in the code of the app and of rarer libraries first, and of these one of each package, so
// that every library among the callers shows.
func places(notes []note) []inventory.Place {
	var out []inventory.Place
	taken := make([]bool, len(notes))
	for _, pass := range []struct{ last, distinct bool }{{false, true}, {false, false}, {true, true}, {true, false}} {
		seen := map[string]bool{}
		for i, n := range notes {
			pkg := n.class[:max(strings.LastIndexByte(n.class, '.'), 0)]
			last := n.platform || n.class == ""
			if taken[i] || len(out) == maxPlaces || last != pass.last || pass.distinct && seen[pkg] && n.api != damaged {
				continue
			}
			seen[pkg], taken[i] = true, true
			out = append(out, inventory.Place{File: n.file, Item: n.item})
		}
	}
	return out
}
