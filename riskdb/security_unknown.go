package riskdb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

// UnknownPrivileged is what runs on one device in the kernel or with the full rights of the system, and that no product here
// explains: the system's own parts and the packages of its distribution are left out, and what [Assessment].Security lists.
type UnknownPrivileged struct {
	Device string
	Kernel int           // of the marks, those with the rights of the kernel
	System int           // the others, with the rights of the system account
	Marks  []UnknownMark // every one, the weightiest first
	// Assumed is how many programs were taken for the system's own by where they lie alone, because the source tells no
	// signature and no owner: what hides there is not among the marks.
	Assumed int
}

// UnknownMark is one program of which nobody here knows whose it is.
type UnknownMark struct {
	Class      UnknownClass
	Name       string   // as the system has it; foreign text
	Path       string   // of the program, empty where not told; foreign text
	Stated     string   // whose it is, as the system or a signature states it; foreign text
	Vendor     string   // Vendor.ID, where the signature or the stated name is listed for one
	Privileges []string // of [PrivilegeMeanings], the deepest first
	Facts      []string // SecurityProduct.ID
}

// UnknownClass is what a program is to the system. Those of the kernel come first.
type UnknownClass string

// The classes, the weightiest first.
const (
	UnknownFileFilter      UnknownClass = "file-filter"      // asked about every file, at a height that is kept for antivirus
	UnknownKeyboardFilter  UnknownClass = "keyboard-filter"  // sees every key in the kernel
	UnknownKernelExtension UnknownClass = "kernel-extension" // of macOS
	UnknownNetworkFilter   UnknownClass = "network-filter"   // sees every packet in the kernel
	UnknownFileWatcher     UnknownClass = "file-watcher"     // asked about every file, at any other height
	UnknownKernelModule    UnknownClass = "kernel-module"    // of Linux
	UnknownKernelProgram   UnknownClass = "kernel-program"   // eBPF
	UnknownDriver          UnknownClass = "driver"
	UnknownService         UnknownClass = "service" // with the rights of the system account, launch daemons among them
)

// UnknownClasses lists the classes, the weightiest first, with what each is called.
var UnknownClasses = []struct {
	Class UnknownClass
	Title string
}{
	{UnknownFileFilter, "antivirus filter"}, {UnknownKeyboardFilter, "keyboard filter"}, {UnknownKernelExtension, "kernel extension"}, {UnknownNetworkFilter, "network filter"},
	{UnknownFileWatcher, "file filter"}, {UnknownKernelModule, "kernel module"}, {UnknownKernelProgram, "program in the kernel"}, {UnknownDriver, "driver"}, {UnknownService, "service"},
}

// unexplained lists what has the deepest rights and belongs to nothing that is known.
func (a *assessor) unexplained(s *onDevices) {
	known := a.explained(s)
	lists := map[string]*UnknownPrivileged{}
	at := map[string]int{} // by device, class and name
	for i := range a.inv.SecurityProducts {
		sp := &a.inv.SecurityProducts[i]
		class := unknownClass(sp)
		if class == "" || known[sp.ID] || a.ofKnownApp(sp) {
			continue
		}
		list := lists[sp.Device]
		if list == nil {
			list = &UnknownPrivileged{Device: sp.Device}
			lists[sp.Device] = list
		}
		switch own, assumed := a.systemPart(sp, class, s.makers[sp]); {
		case assumed:
			list.Assumed++
		case !own:
			list.takes(sp, class, s.makers[sp], at)
		}
	}
	for i := range a.inv.Devices {
		list := lists[a.inv.Devices[i].ID]
		if list == nil || len(list.Marks) == 0 {
			continue
		}
		list.order()
		a.out.Unknown = append(a.out.Unknown, *list)
	}
}

// explained are the facts that belong to a product that was decided, or that are listed as software nobody knows.
func (a *assessor) explained(s *onDevices) map[string]bool {
	out := map[string]bool{}
	for _, k := range s.order {
		g := s.groups[k]
		if !g.tells() || s.tie(g) {
			continue
		}
		for _, sp := range g.facts() {
			out[sp.ID] = true
		}
	}
	for i := range a.out.Security {
		for _, id := range a.out.Security[i].Facts {
			out[id] = true
		}
	}
	return out
}

// ofKnownApp reports whether a program belongs to an installed app that was recognised, or lies in its folder.
func (a *assessor) ofKnownApp(sp *inventory.SecurityProduct) bool {
	if sp.App != "" && a.out.Products[sp.App] != nil {
		return true
	}
	if a.folders == nil {
		a.folders = map[string]bool{}
		for i := range a.inv.Apps {
			app := &a.inv.Apps[i]
			if a.out.Products[app.ID] == nil {
				continue
			}
			for _, p := range app.Paths {
				if dir := slashed(p); strings.Count(dir, "/") > 1 {
					a.folders[app.Device+"\x00"+dir] = true
				}
			}
		}
	}
	for dir := slashed(sp.Path); strings.Count(dir, "/") > 1; dir = dir[:strings.LastIndexByte(dir, '/')] {
		if a.folders[sp.Device+"\x00"+dir] {
			return true
		}
	}
	return false
}

func slashed(path string) string {
	return strings.TrimSuffix(strings.ToLower(strings.ReplaceAll(path, `\`, "/")), "/")
}

// unknownClass is what a fact is by the rights that it has; empty for one without those of the kernel or the system.
func unknownClass(sp *inventory.SecurityProduct) UnknownClass {
	var h held
	h.fromFact(sp)
	has := func(name string) bool {
		return slices.ContainsFunc(h, func(p Privilege) bool { return p.Name == name })
	}
	switch {
	case !has("kernel"):
		if has("root") && sp.Kind != "process" {
			return UnknownService
		}
		return ""
	case sp.Kind == "kernel-extension":
		return UnknownKernelExtension
	case sp.Kind == "kernel-module":
		return UnknownKernelModule
	case sp.Kind == "kernel-program":
		return UnknownKernelProgram
	case guardsFiles(sp.Identifier):
		return UnknownFileFilter
	case has("input-monitoring"):
		return UnknownKeyboardFilter
	case has("network-filter"):
		return UnknownNetworkFilter
	case has("endpoint-security"):
		return UnknownFileWatcher
	}
	return UnknownDriver
}

// guardsFiles reports a height among the filters of files that Microsoft keeps for antivirus (320000 to 329999) or for what
// watches what is done with files (360000 to 389999).
func guardsFiles(identifier string) bool {
	altitude, _, _ := strings.Cut(strings.TrimPrefix(identifier, "altitude:"), ".")
	n, err := strconv.Atoi(altitude)
	return err == nil && (n >= 320000 && n < 330000 || n >= 360000 && n < 390000)
}

func (u *UnknownPrivileged) takes(sp *inventory.SecurityProduct, class UnknownClass, makers []sighting, at map[string]int) {
	name := firstOf(sp.Name, sp.Service, sp.Identifier, baseName(sp.Path))
	key := strings.Join([]string{sp.Device, strings.ToLower(strings.TrimSuffix(firstOf(sp.Service, sp.Identifier, name), ".service"))}, "\x00")
	i, ok := at[key]
	if !ok {
		i = len(u.Marks)
		at[key] = i
		u.Marks = append(u.Marks, UnknownMark{Class: class, Name: name})
	}
	m := &u.Marks[i]
	if classRank(class) < classRank(m.Class) { // the same driver, listed again as filter of the network
		m.Class = class
	}
	m.Path = cmp.Or(m.Path, sp.Path)
	m.Stated = cmp.Or(m.Stated, sp.Vendor, signedName(sp))
	for _, x := range makers {
		m.Vendor = cmp.Or(m.Vendor, x.match.Vendor.ID)
	}
	h := held{}
	for _, p := range m.Privileges {
		h.add(p, Evidence{})
	}
	h.fromFact(sp)
	m.Privileges = nil
	for _, p := range h.sorted() {
		m.Privileges = append(m.Privileges, p.Name)
	}
	m.Facts = append(m.Facts, sp.ID)
}

func classRank(c UnknownClass) int {
	for i := range UnknownClasses {
		if UnknownClasses[i].Class == c {
			return i
		}
	}
	return len(UnknownClasses)
}

// order sorts the marks and counts them. What somebody signed who is known comes behind what nobody is known to stand behind.
func (u *UnknownPrivileged) order() {
	slices.SortStableFunc(u.Marks, func(x, y UnknownMark) int {
		return cmp.Or(cmp.Compare(classRank(x.Class), classRank(y.Class)), cmp.Compare(rank(x.Vendor != ""), rank(y.Vendor != "")), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Path, y.Path))
	})
	u.Kernel, u.System = 0, 0
	for _, m := range u.Marks {
		if m.Class == UnknownService {
			u.System++
		} else {
			u.Kernel++
		}
	}
}
