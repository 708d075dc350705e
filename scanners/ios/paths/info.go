package paths

import (
	"io"
	"path"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/source"
)

// maxInfo is the most bytes of an app's Info.plist. Real ones have some ten thousand.
const maxInfo = 1 << 20

const infoFile = "/Info.plist"

// isInfo reports whether a path is that of an app's own Info.plist, not one of a part of it.
func isInfo(name string) bool {
	app, ok := strings.CutSuffix(name, appEnding+infoFile)
	return ok && !strings.Contains(app, appEnding+"/")
}

// addInfo keeps what an app says of itself, where the whole file system is there and not only its names.
func (f *finder) addInfo(app string, in io.Reader) {
	data, err := io.ReadAll(io.LimitReader(in, maxInfo))
	if err != nil || len(data) == 0 {
		return
	}
	v, err := plist.Decode(data)
	info, ok := v.(map[string]any)
	if err != nil || !ok || !iosfacts.ValidBundleID(plist.Text(info, "CFBundleIdentifier")) {
		f.badInfo.Add(path.Base(app))
		return
	}
	if len(f.infos) < maxBundles {
		f.infos[app] = info
	}
}

// readInfos reads what the apps of a folder or zip archive say of themselves. An archive with more entries than can be
// opened is read by its names alone.
func (f *finder) readInfos(src *source.Source) {
	_, f.noInfo = src.FS()
	for _, list := range [][]*bundle{f.bundleList, f.systemList} {
		for _, b := range list {
			if !b.info {
				continue
			}
			in, err := src.OpenFile(b.path + infoFile)
			if err != nil {
				f.closedInfo.Add(b.name())
				continue
			}
			f.addInfo(b.path, in)
			in.Close()
		}
	}
}

// said is the identifier that an app states itself; empty when only names are known.
func (f *finder) said(b *bundle) string { return plist.Text(f.infos[b.path], "CFBundleIdentifier") }
