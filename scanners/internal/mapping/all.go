package mapping

import "io/fs"

// All are the mappings in the folder maps of files that come with the program, by their names. One that cannot be used is left out.
func All(files fs.FS) (out []*Map) {
	entries, _ := fs.ReadDir(files, "maps") // of what was compiled in
	for _, e := range entries {
		text, _ := fs.ReadFile(files, "maps/"+e.Name())
		if m, err := Parse(e.Name(), text); err == nil { // a test parses each
			out = append(out, m)
		}
	}
	return out
}
