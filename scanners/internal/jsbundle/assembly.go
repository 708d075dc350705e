package jsbundle

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"quaestor/scanners/internal/endpoints"
)

var compressed = []byte("XALZ")

// The limits of what compressed assemblies may unpack to.
const (
	maxAssembly   = 64 << 20
	maxAssemblies = 256 << 20 // all of one file together
	maxRatio      = 255       // of the compression: no more than LZ4 can reach
)

// assemblies reads .NET assemblies as Android's build packs them: one compressed, or a store of many.
func assemblies(name string, content []byte, to *endpoints.Collector) (Facts, error) {
	f := Facts{Kind: Assembly}
	if !bytes.HasPrefix(content, compressed) {
		to.Add(content, name) // those of a store that are not compressed, and its names
	}
	var buf []byte
	total, broken := 0, 0
	for rest := content; ; {
		at := bytes.Index(rest, compressed)
		if at < 0 || len(rest)-at < 12 {
			break
		}
		rest = rest[at+4:]
		size := int(min(binary.LittleEndian.Uint32(rest[4:]), maxAssembly+1))
		if size > maxAssembly || size/maxRatio > len(rest) || total+size > maxAssemblies {
			f.Cut = true
			continue
		}
		if cap(buf) < size {
			buf = make([]byte, size)
		}
		n, used, ok := lz4(buf[:size], rest[8:])
		total += n
		if !ok {
			broken++
		}
		to.Add(buf[:n], name)
		f.Strings++
		rest = rest[8+used:]
	}
	if broken > 0 {
		return f, fmt.Errorf("%q: %d of %d compressed assemblies break off", name, broken, f.Strings)
	}
	return f, nil
}

// lz4 unpacks one block of LZ4 until dst is full, and returns how much it wrote and read.
func lz4(dst, src []byte) (written, read int, ok bool) {
	for read < len(src) && written < len(dst) {
		token := src[read]
		read++
		run, n, fine := length(src[read:], int(token>>4))
		read += n
		if !fine || run > len(src)-read || run > len(dst)-written {
			return written, read, false
		}
		copy(dst[written:], src[read:read+run])
		written, read = written+run, read+run
		if written == len(dst) {
			break
		}
		if len(src)-read < 2 {
			return written, read, false
		}
		back := int(src[read]) | int(src[read+1])<<8
		read += 2
		match, n, fine := length(src[read:], int(token&15))
		read, match = read+n, match+4
		if !fine || back == 0 || back > written || match > len(dst)-written {
			return written, read, false
		}
		for ; match > 0; match-- { // the copy may overlap what it copies from
			dst[written] = dst[written-back]
			written++
		}
	}
	return written, read, written == len(dst)
}

// length reads the further bytes of a length that begins with four bits.
func length(src []byte, n int) (int, int, bool) {
	if n < 15 {
		return n, 0, true
	}
	for i, b := range src {
		n += int(b)
		if b != 255 {
			return n, i + 1, true
		}
	}
	return 0, len(src), false
}
