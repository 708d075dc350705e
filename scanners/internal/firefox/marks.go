package firefox

import (
	"bytes"

	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/jsonpart"
)

// listFile is the list of add-ons that a profile keeps.
const listFile = "extensions.json"

// beginsList reports whether a file begins as the list of add-ons does. Editors have lists of the same name.
func beginsList(data []byte) bool {
	data = data[:min(len(data), 4096)]
	return bytes.HasPrefix(data, []byte("{")) && (bytes.Contains(data, []byte(`"schemaVersion"`)) || bytes.Contains(data, []byte(`"addons"`)))
}

// isList tells a profile of which hardly more than the list was copied.
func isList(h *hostroot.Host) bool {
	data, err := appdata.Read(h, listFile, maxList)
	if err != nil || !beginsList(data) {
		return false
	}
	found := false
	_ = jsonpart.Begin(data).Fields(func(key string, v jsonpart.Value) bool {
		found = found || key == "addons" && v.IsArray()
		return true
	})
	return found
}

// Damaged reports whether a file was meant to be the list of add-ons and is not whole.
func Damaged(base string, data []byte) bool {
	if base != listFile || !beginsList(data) {
		return false
	}
	_, err := jsonpart.Parse(data)
	return err != nil
}
