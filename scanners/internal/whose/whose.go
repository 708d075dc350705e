// Package whose tells of which computer a list is that does not name one: lists in one folder are taken for those of one computer.
//
// Where a file beside it names a computer, and all that do name the same, the list is of that one. Where none does, it is of the
// folder's, unless the folder holds two lists of a kind of which a computer has but one: then each file is taken for a computer
// of its own. A file that was named by itself is too. Whatever was supposed is said in a gap.
//
// What the package cannot see: whether whoever filled the folder kept to that.
package whose

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// maxFiles is how many files of a folder are looked at. Those of one computer are some dozens.
const maxFiles = 100

// Seen is what the beginning of a file tells.
type Seen struct {
	Hosts []string // computers that it names
	// Devices are the identifiers of those whose number it tells, by their names in small letters.
	Devices map[string]string
	// Whole are kinds of list of which a computer has one, such as that of all its packages.
	Whole []string
}

// Computer is the computer that a list is supposed to be of.
type Computer struct {
	Host string   // its name; empty where only the folder or the file stands for it
	ID   string   // of its device, where a file tells the number of the computer; else the name stands for it
	key  []string // what its ID is made of
	Name string   // shown to readers
	gap  inventory.Gap
}

// Host is a computer that a list names.
func Host(name string) Computer {
	return Computer{Host: name, Name: name, key: []string{"host-name", strings.ToLower(name)}}
}

// Device describes the computer, as far as its name goes.
func (c Computer) Device(p inventory.Platform, origin inventory.Origin) inventory.Device {
	return inventory.Device{ID: cmp.Or(c.ID, inventory.DeviceID(p, c.key...)), Platform: p, Name: inventory.Text(c.Name), Origins: []inventory.Origin{origin}}
}

// Numbered are the identifiers of the devices whose numbers files beside src tell, by their names in small letters. One of which they
// tell different numbers is not among them.
func Numbered(src *source.Source, look func(head []byte) (s Seen, ok bool)) map[string]string {
	names, err := src.Siblings()
	if err != nil || len(names) > maxFiles {
		return nil
	}
	_, _, devices := beside(src, names, look)
	out := map[string]string{}
	for host, list := range devices {
		if id := only(list); id != "" {
			out[host] = id
		}
	}
	return out
}

func only(list []string) string {
	if len(list) != 1 {
		return ""
	}
	return list[0]
}

// Gap says what was supposed; ok is false where the list itself names the computer.
func (c Computer) Gap() (g inventory.Gap, ok bool) { return c.gap, c.gap.Detail != "" }

const next = "Keep the lists of each computer in a folder of its own, or have them name it: add PSComputerName or hostname to the columns."

// Of tells of which computer the file src is, which names none. Look tells what the beginning of a file of the same field tells; ok is
// false for any other file.
func Of(src *source.Source, own Seen, look func(head []byte) (s Seen, ok bool)) Computer {
	names, err := src.Siblings()
	if err != nil {
		if strings.Contains(src.Name(), "!") {
			return folder(src, "The list does not say of which computer it is. What lies in one folder of an archive is taken for one computer's.")
		}
		return file(src, "The list does not say of which computer it is, and is taken for that of a computer of its own.")
	}
	if len(names) > maxFiles {
		return file(src, fmt.Sprintf("The list does not say of which computer it is, and lies among more than %d files: it is taken for that of a computer of its own.", maxFiles))
	}
	hosts, whole, devices := beside(src, names, look)
	switch {
	case len(hosts) == 1:
		c := Host(hosts[0])
		c.ID = only(devices[strings.ToLower(hosts[0])])
		c.gap = supposed(src, fmt.Sprintf("The list does not say of which computer it is; files beside it are of %q, and it is taken for that computer's.", hosts[0]))
		return c
	case len(hosts) > 1:
		return file(src, fmt.Sprintf("The list does not say of which computer it is, and files beside it are of %d: it is taken for that of one more.", len(hosts)))
	case slices.ContainsFunc(own.Whole, func(k string) bool { return slices.Contains(whole, k) }):
		return file(src, "The list does not say of which computer it is, and another list of its kind lies beside it: each is taken for that of a computer of its own.")
	case slices.ContainsFunc(whole, repeated(whole)):
		return file(src, "The list does not say of which computer it is, and the lists beside it are of several: it is taken for that of a computer of its own.")
	}
	return folder(src, "The list does not say of which computer it is. The lists of one folder are taken for one computer's.")
}

func repeated(all []string) func(string) bool {
	return func(k string) bool { return slices.Index(all, k) != lastIndex(all, k) }
}

func lastIndex(all []string, k string) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i] == k {
			return i
		}
	}
	return -1
}

// beside are the computers that other files name, each once, the kinds of lists in files that name none, and the devices by the
// names of computers.
func beside(src *source.Source, names []string, look func([]byte) (Seen, bool)) (hosts, whole []string, devices map[string][]string) {
	devices = map[string][]string{}
	for _, name := range names {
		f, err := src.Beside(name)
		if err != nil {
			continue // whoever reads it says so
		}
		s, ok := look(f.Head())
		f.Close()
		if !ok {
			continue
		}
		for _, h := range s.Hosts {
			if !slices.ContainsFunc(hosts, func(have string) bool { return strings.EqualFold(have, h) }) {
				hosts = append(hosts, h)
			}
		}
		for _, host := range slices.Sorted(maps.Keys(s.Devices)) {
			if id := s.Devices[host]; !slices.Contains(devices[host], id) {
				devices[host] = append(devices[host], id)
			}
		}
		if len(s.Hosts) == 0 {
			whole = append(whole, s.Whole...)
		}
	}
	return hosts, whole, devices
}

func file(src *source.Source, detail string) Computer {
	return Computer{key: []string{"list", src.Name()}, Name: src.Base(), gap: supposed(src, detail)}
}

func folder(src *source.Source, detail string) Computer {
	dir := path.Dir(src.Name())
	name := dir
	if at := strings.LastIndexByte(name, '!'); at >= 0 { // "exports.zip!pc1/list.csv"
		if inner := name[at+1:]; inner != "" {
			name = inner
		}
	} else if in := strings.LastIndexByte(src.Name(), '!'); in >= 0 {
		dir = src.Name()[:in]
		name = dir
	}
	name = path.Base(name)
	if name == "." || name == ".." || name == "/" {
		if abs, err := filepath.Abs(filepath.FromSlash(dir)); err == nil {
			name = filepath.Base(abs)
		}
	}
	return Computer{key: []string{"folder", dir}, Name: name, gap: supposed(src, detail)}
}

func supposed(src *source.Source, detail string) inventory.Gap {
	return inventory.Gap{Subject: inventory.Text(src.Name()), Kind: inventory.GapBlind, Detail: inventory.Text(detail), Next: next}
}
