// Package asartest makes archives of Electron for tests.
//
// What the package cannot see: whether Electron itself would open what it makes.
package asartest

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Make packs files, named by their paths. A name that ends with "!" is one that lies beside the archive.
func Make(files map[string]string) []byte {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	root, content := map[string]any{}, []byte{}
	for _, n := range names {
		at := root
		parts := strings.Split(strings.TrimSuffix(n, "!"), "/")
		for _, part := range parts[:len(parts)-1] {
			inner, ok := at[part].(map[string]any)
			if !ok {
				inner = map[string]any{"files": map[string]any{}}
				at[part] = inner
			}
			at = inner["files"].(map[string]any)
		}
		entry := map[string]any{"size": len(files[n])}
		if strings.HasSuffix(n, "!") {
			entry["unpacked"] = true
		} else {
			entry["offset"] = strconv.Itoa(len(content))
			content = append(content, files[n]...)
		}
		at[parts[len(parts)-1]] = entry
	}
	list, err := json.Marshal(map[string]any{"files": root})
	if err != nil {
		panic(err)
	}
	return Raw(list, content)
}

// Raw puts a list and content together, whatever they are.
func Raw(list, content []byte) []byte {
	padded := (len(list) + 3) / 4 * 4
	out := binary.LittleEndian.AppendUint32(nil, 4)
	out = binary.LittleEndian.AppendUint32(out, uint32(8+padded))
	out = binary.LittleEndian.AppendUint32(out, uint32(4+padded))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(list)))
	out = append(out, list...)
	out = append(out, make([]byte, padded-len(list))...)
	return append(out, content...)
}
