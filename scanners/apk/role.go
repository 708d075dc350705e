package apk

import (
	"path"
	"regexp"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/jsbundle"
	"quaestor/scanners/internal/libversion"
)

// role is what an entry of a container is for, told by its name. What is there under other names is told by
// its first bytes.
type role uint8

const (
	roleOther   role = iota // only looked at for hidden code
	roleDex                 // classes.dex and those that follow, which Android loads
	roleNative              // lib/ABI/name.so
	roleKnown               // read before the pass, or nothing that could hold code: manifest, resources, folders
	roleVersion             // META-INF files that name the library a part came from
	roleText                // settings, pages and scripts
)

var dexName = regexp.MustCompile(`^classes([2-9]|[1-9][0-9]+)?\.dex$`)

// roleOf tells the role of an entry by its path in an APK.
func roleOf(name string) role {
	switch {
	case name == manifestName, name == "resources.arsc", name == "resources.pb", strings.HasSuffix(name, "/"):
		return roleKnown
	case strings.HasPrefix(name, "classes") && dexName.MatchString(name):
		return roleDex
	case strings.HasPrefix(name, "lib/") && strings.HasSuffix(name, ".so"):
		if _, ok := abiOf(name); ok {
			return roleNative
		}
	case libversion.Wants(name):
		return roleVersion
	case isText(name), jsbundle.Wants(name):
		return roleText
	}
	return roleOther
}

// shadowed reports an entry that Android does not take because another has its name.
func shadowed(f *apkfile.File, e *apkfile.Entry) bool {
	first := f.Lookup(e.Clean())
	return first != nil && first != e
}

// abiOf finds the processor folder of a native library: lib/ABI/name.
func abiOf(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, "lib/")
	if !ok {
		return "", false
	}
	abi, file, ok := strings.Cut(rest, "/")
	return abi, ok && abi != "" && file != "" && path.Base(name) != ""
}
