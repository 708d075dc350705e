package jsbundle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/elffile"
	"quaestor/scanners/internal/endpoints"
)

var metadataMagic = []byte{0xaf, 0x1b, 0xb1, 0xfa}

// metadata reads the string literals of C# code that Unity compiled to native code.
func metadata(name string, content []byte, to *endpoints.Collector) (Facts, error) {
	f := Facts{Kind: Unity}
	if len(content) < 24 {
		return f, fmt.Errorf("%q: its header breaks off after %d bytes", name, len(content))
	}
	field := func(i int) int64 { return int64(binary.LittleEndian.Uint32(content[4*i:])) }
	f.Version = strconv.FormatInt(field(1), 10)
	table, data := part(content, field(2), field(3)), part(content, field(4), field(5))
	if table == nil || data == nil {
		to.Add(content, name)
		return f, fmt.Errorf("%q: the literals of version %s are not where its header says", name, f.Version)
	}
	budget := 4*int64(len(data)) + 1<<16
	for ; len(table) >= 8; table = table[8:] {
		size, at := int64(binary.LittleEndian.Uint32(table)), int64(binary.LittleEndian.Uint32(table[4:]))
		budget -= size
		if f.Strings == maxStrings || budget < 0 {
			f.Cut = true
			break
		}
		f.Strings++
		if s := part(data, at, size); s != nil {
			to.Add(s, name)
		}
	}
	return f, nil
}

// part is a range of b, or nil where b does not have it.
func part(b []byte, at, size int64) []byte {
	if at < 0 || size <= 0 || at > int64(len(b)) || size > int64(len(b))-at {
		return nil
	}
	return b[at : at+size]
}

func gameData(name string) bool {
	switch name[strings.LastIndexByte(name, '/')+1:] {
	case "globalgamemanagers", "data.unity3d", "mainData":
		return true
	}
	return false
}

// engine reads the version of Unity that the first bytes of its data name.
func engine(name string, content []byte) []components.Found {
	head := content[:min(len(content), 128)]
	for _, s := range bytes.Split(head, []byte{0}) {
		if len(s) < 7 {
			continue
		}
		for _, f := range elffile.Versions(s, elffile.Place{File: name}) {
			if f.Name == "unity" {
				return []components.Found{f}
			}
		}
	}
	return nil
}
