package reports

import (
	"path"
	"slices"

	"quaestor/scanners/inventory"
)

// addNative adds the native libraries of a file. Where they were read, only what is native code counts, for the
// processor that it says itself; a name and a folder can be given to anything.
func (in *Inside) addNative(f *inventory.Binary) {
	n, abis, not := native(f)
	in.Native += n
	in.ABIs = append(in.ABIs, abis...)
	in.NotNative = append(in.NotNative, not...)
	for i := range f.Native {
		if x := &f.Native[i]; len(in.NativeFiles) < maxNamed {
			in.NativeFiles = append(in.NativeFiles, InsideNative{File: x.File, ABI: x.ABI, Size: x.Size})
		}
	}
}

// native counts the libraries of a file, and names their processors and the files that only pass for libraries.
func native(f *inventory.Binary) (n int, abis, not []string) {
	if f.Code == nil && len(f.Native) == 0 { // told by another, who looked at names alone
		return len(f.NativeLibs), f.ABIs, nil
	}
	read := map[string]bool{}
	for i := range f.Native {
		x := &f.Native[i]
		read[path.Base(x.File)] = true
		if x.ABI != "" {
			abis = append(abis, x.ABI)
		}
	}
	for _, name := range f.NativeLibs {
		if !read[path.Base(name)] && len(not) < maxNamed {
			not = append(not, name)
		}
	}
	slices.Sort(abis)
	return len(f.Native), slices.Compact(abis), not
}
