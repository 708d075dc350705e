package apk

import (
	"encoding/binary"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// idsigEnding is what the name of an APK gets as that of the file with its v4 signature, which lies beside it.
const idsigEnding = ".idsig"

// isV4 tells a v4 signature by its first bytes: version 2, the length of what says how it hashes, SHA-256.
func isV4(head []byte) bool {
	if len(head) < 12 {
		return false
	}
	le := binary.LittleEndian
	size := le.Uint32(head[4:])
	return le.Uint32(head) == 2 && size >= 16 && size < 1<<16 && le.Uint32(head[8:]) == 1
}

// v4Beside reports whether a v4 signature lies beside an APK.
func v4Beside(src *source.Source) bool {
	sig, err := src.Beside(src.Base() + idsigEnding)
	if err != nil {
		return false
	}
	defer sig.Close()
	return isV4(sig.Head())
}

// v4Entry is v4Beside for an APK in an archive.
func v4Entry(f *apkfile.File, e *apkfile.Entry) bool {
	sig := f.Lookup(e.Clean() + idsigEnding)
	return sig != nil && isV4(f.Peek(sig, 12))
}

// v4Check says that there is a v4 signature, of which Android takes nothing that a v2 or v3 signature does not say.
func v4Check() inventory.SchemeCheck {
	return inventory.SchemeCheck{Scheme: "v4", MinSDK: 30, Error: "there, in an .idsig file beside the APK, and not checked here"}
}

// Companion implements scanners.Companion: a v4 signature belongs to the APK beside it.
func (scanner) Companion(src *source.Source) bool {
	name, ok := strings.CutSuffix(src.Base(), idsigEnding)
	if !ok || !isAPKName(name) || !isV4(src.Head()) {
		return false
	}
	of, err := src.Beside(name)
	if err != nil {
		return false
	}
	return of.Close() == nil
}
