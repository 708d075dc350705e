package app

import (
	"path"
	"strings"

	"quaestor/scanners/internal/components"
)

// podPrefix begins the identifier that CocoaPods gives the framework which it builds of a pod. The version that it
// writes beside it is the pod's: https://github.com/CocoaPods/CocoaPods.
const podPrefix = "org.cocoapods."

// pod is the library that a framework was built of, where CocoaPods built it.
func (b *bundle) pod() (components.Found, bool) {
	name, ok := strings.CutPrefix(b.identifier, podPrefix)
	if !ok || path.Ext(b.dir) != ".framework" || !components.Name(name) || !components.Version(b.version) {
		return components.Found{}, false
	}
	f := components.Of("cocoapods", name, b.version, path.Join(b.dir, infoName))
	f.Basis = components.Metadata
	return f, true
}
