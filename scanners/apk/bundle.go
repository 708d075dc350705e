package apk

import (
	"strings"

	"quaestor/scanners/internal/apkfile"
)

// The entries by which an Android App Bundle is known. What lies in the folder of a module goes to other places in
// the APKs that a store makes of it.
const (
	bundleConfig   = "BundleConfig.pb"
	bundleManifest = "base/manifest/AndroidManifest.xml"
	formatBundle   = "aab"
)

// isBundle reports whether a container is an App Bundle.
func isBundle(f *apkfile.File) bool {
	return f.Lookup(bundleConfig) != nil && f.Lookup(bundleManifest) != nil
}

// layout says where a container keeps what an APK has at its top.
type layout struct{ bundle bool }

// inside is the path that an entry has, or gets, in an APK.
func (l layout) inside(name string) string {
	if !l.bundle {
		return name
	}
	module, rest, ok := strings.Cut(name, "/")
	if !ok || module == "META-INF" || module == "BUNDLE-METADATA" {
		return name
	}
	for _, folder := range []string{"dex/", "manifest/", "root/"} {
		if inner, ok := strings.CutPrefix(rest, folder); ok {
			return inner
		}
	}
	return rest
}

// manifests are the entries that declare what the app is: one in an APK, one a module in a bundle, the base's first.
func (l layout) manifests(f *apkfile.File) (list []*apkfile.Entry) {
	if !l.bundle {
		if e := f.Lookup(manifestName); e != nil {
			list = append(list, e)
		}
		return list
	}
	list = append(list, f.Lookup(bundleManifest))
	for i := range f.Entries {
		name := f.Entries[i].Clean()
		if strings.HasSuffix(name, "/manifest/"+manifestName) && strings.Count(name, "/") == 2 && name != bundleManifest && !shadowed(f, &f.Entries[i]) {
			list = append(list, &f.Entries[i])
		}
	}
	return list
}
