package elffile

import (
	"encoding/binary"
	"strings"

	"quaestor/scanners/internal/components"
)

var goMagic = []byte("\xff Go buildinf:")

const maxGoInfo = 1 << 20

// goBuild reads what Go's linker leaves in a program since version 1.18: the version of Go, and the modules.
func (v *versions) goBuild(text []byte, at int) {
	if at+32 > len(text) || text[at+15]&2 == 0 || v.goBuilt {
		return
	}
	v.at = at
	text = text[at+32:]
	version, text, ok := lengthAndText(text)
	if !ok {
		return
	}
	if number, isGo := strings.CutPrefix(version, "go"); isGo {
		v.goBuilt = true
		if number, _, _ = strings.Cut(number, " "); components.Version(number) {
			v.add(components.Of("golang", "stdlib", number, v.file))
		}
	}
	info, _, ok := lengthAndText(text)
	if !ok || len(info) < 33 {
		return
	}
	v.modules(info[16 : len(info)-16]) // between two marks
}

func lengthAndText(b []byte) (string, []byte, bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > maxGoInfo || n > uint64(len(b)-used) {
		return "", nil, false
	}
	return string(b[used : used+int(n)]), b[used+int(n):], true
}

// modules reads the lines "dep PATH VERSION SUM", of which a "=> PATH VERSION SUM" that follows replaces one.
func (v *versions) modules(info string) {
	path, version := "", ""
	flush := func() {
		if number := strings.TrimPrefix(version, "v"); modulePath(path) && components.Version(number) {
			v.add(components.Of("golang", path, version, v.file))
		}
		path, version = "", ""
	}
	for line := range strings.Lines(info) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) < 3 || fields[0] != "dep" && fields[0] != "=>" {
			continue
		}
		if fields[0] == "dep" {
			flush()
		}
		path, version = fields[1], fields[2]
	}
	flush()
}

func modulePath(s string) bool {
	if s == "" || len(s) > 256 {
		return false
	}
	for part := range strings.SplitSeq(s, "/") {
		if !components.Name(part) {
			return false
		}
	}
	return true
}
