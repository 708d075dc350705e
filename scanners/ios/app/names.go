package app

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/scanners/internal/macho"
	"quaestor/scanners/inventory"
)

const maxPackages = 20_000

// names counts what the programs of an app define: types of Swift by their modules, classes of Objective-C by the
// letters that their names begin with, as its makers choose them for a library.
type names struct {
	found map[string]*inventory.CodePackage
}

// add takes what one file defines. Files come in the order of their names.
func (n *names) add(file string, defined macho.Names) {
	swift := map[string]bool{}
	for module, types := range defined.Modules {
		if module != "__C" && module != "__C_Synthesized" { // types of C that Swift describes
			n.count(module, types, file)
			swift[module] = true
		}
	}
	for _, class := range defined.Classes {
		module, ok := macho.SwiftModule(class)
		switch {
		case ok && swift[module]: // counted among the types
		case ok:
			n.count(module, 1, file)
		default:
			if at := strings.LastIndexByte(class, '.'); at > 0 { // a class of Swift under its plain name
				n.count(class[:at], 1, file)
			} else if p := prefix(class); p != "" {
				n.count(p+"*", 1, file)
			}
		}
	}
}

func (n *names) count(name string, by int, file string) {
	name = inventory.Text(name)
	if n.found == nil {
		n.found = map[string]*inventory.CodePackage{}
	}
	p := n.found[name]
	if p == nil {
		p = &inventory.CodePackage{Name: name, File: inventory.Text(file)}
		n.found[name] = p
	}
	p.Classes += by
}

// list are the packages in the order of their names, and whether there are more.
func (n *names) list() (list []inventory.CodePackage, cut bool) {
	for _, p := range n.found {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b inventory.CodePackage) int { return cmp.Compare(a.Name, b.Name) })
	if len(list) > maxPackages {
		return list[:maxPackages], true
	}
	return list, false
}

// prefix is the letters by which a library marks its classes: the capitals that a name begins with, without the one that
// begins the next word. "FBSDKLogger" has "FBSDK", "GADBannerView" "GAD"; a name without two such letters has none.
func prefix(class string) string {
	class = strings.TrimLeft(class, "_")
	n := 0
	for n < len(class) && (class[n] >= 'A' && class[n] <= 'Z' || n > 0 && class[n] >= '0' && class[n] <= '9') {
		n++
	}
	if n < len(class) {
		n-- // the capital of the next word
	}
	if n < 2 || n == len(class) {
		return ""
	}
	return class[:n]
}
