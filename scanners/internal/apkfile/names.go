package apkfile

import (
	"path"
	"unicode/utf8"

	"quaestor/scanners/inventory"
)

// index remembers the first entry of each name and notes what is unusual about names, flags and methods.
func (f *File) index() {
	f.byName = make(map[string]int, len(f.Entries))
	duplicates := newNote(inventory.MarkDuplicateNames, "duplicate entry names")
	unsafe := newNote(inventory.MarkUnsafeNames, "entry names that lead outside or hold control characters")
	encrypted := newNote(inventory.MarkEncrypted, "entries marked encrypted")
	methods := newNote(inventory.MarkMethod, "entries with an unknown compression method")
	for i := range f.Entries {
		e := &f.Entries[i]
		e.index = i
		if _, ok := f.byName[e.Name]; ok {
			duplicates.add(e)
		} else {
			f.byName[e.Name] = i
		}
		if !plainName(e.Name) && insecureName(e.Name) {
			unsafe.add(e)
		}
		if e.Flags&flagEncrypted != 0 {
			encrypted.add(e)
		}
		if e.Method != Store && e.Method != Deflate {
			methods.add(e)
		}
	}
	f.note(duplicates)
	f.indexUnclean()
	f.note(unsafe)
	f.note(encrypted)
	f.note(methods)
	f.ration()
}

// indexUnclean looks for names that are the same as another once they are cleaned, as most tools do: a folder
// "classes.dex/" beside the file, "./AndroidManifest.xml". Android keeps them apart.
func (f *File) indexUnclean() {
	alike := newNote(inventory.MarkDuplicateNames, "entry names that most tools take for the name of another entry")
	for i := range f.Entries {
		e := &f.Entries[i]
		if plainName(e.Name) {
			continue
		}
		clean := path.Clean(e.Name)
		if clean == e.Name {
			continue
		}
		_, exact := f.byName[clean]
		_, before := f.unclean[clean]
		if exact || before && f.Entries[f.unclean[clean]].Name != e.Name {
			alike.add(e)
		}
		if exact || before {
			continue
		}
		if f.unclean == nil {
			f.unclean = map[string]int{}
		}
		f.unclean[clean] = i
	}
	f.note(alike)
}

// plainName reports a name that is clean and safe at a glance, as nearly all are.
func plainName(name string) bool {
	begins := true // of a path element
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c < ' ' || c >= 0x7f || c == '\\' || begins && (c == '.' || c == '/') {
			return false
		}
		begins = c == '/'
	}
	return !begins
}

// insecureName reports a name that an extractor must not use as a path, or that Android refuses.
func insecureName(name string) bool {
	if name == "" || name[0] == '/' || !utf8.ValidString(name) {
		return true
	}
	for i := 0; i < len(name); i++ {
		if name[i] < ' ' || name[i] == '\\' || name[i] == 0x7f {
			return true
		}
	}
	c := path.Clean(name)
	return c == ".." || len(c) > 2 && c[:3] == "../"
}
