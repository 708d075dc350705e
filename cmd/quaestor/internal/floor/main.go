// Command floor does what no reader of Android packages can do without, and nothing else: it reads each
// file that it is given, hashes it, unpacks every classes*.dex and prints the names of the classes that they define.
//
// It is the measure of the benchmarks: one thread, the standard library, no care for damaged files. It cannot see
// anything but DEX files in their usual place.
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	code := 0
	for _, name := range os.Args[1:] {
		if err := list(out, name); err != nil {
			fmt.Fprintf(os.Stderr, "floor: %s: %v\n", name, err)
			code = 1
		}
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintf(os.Stderr, "floor: %v\n", err)
		code = 1
	}
	os.Exit(code)
}

// list prints the hash of a file and the classes in it.
func list(out *bufio.Writer, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%x  %s\n", sha256.Sum256(data), name)
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, f := range archive.File {
		if ok, _ := path.Match("classes*.dex", f.Name); !ok {
			continue
		}
		dex, err := unpack(f)
		if err == nil {
			err = classes(out, dex)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

func unpack(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	dex := make([]byte, f.UncompressedSize64)
	_, err = io.ReadFull(r, dex)
	return dex, err
}

var errShort = errors.New("the DEX file points outside of itself")

// classes prints the descriptors of the classes that a DEX file defines.
func classes(out *bufio.Writer, dex []byte) error {
	const header, classSize = 0x70, 32
	if len(dex) < header {
		return errShort
	}
	u32 := func(at uint32) uint32 {
		if uint64(at)+4 > uint64(len(dex)) {
			return uint32(len(dex))
		}
		return binary.LittleEndian.Uint32(dex[at:])
	}
	strings, types, count, defs := u32(0x3c), u32(0x44), u32(0x60), u32(0x64)
	for i := range count {
		text := u32(strings + 4*u32(types+4*u32(defs+classSize*i)))
		for text < uint32(len(dex)) && dex[text] >= 0x80 { // the length in front
			text++
		}
		if text+1 >= uint32(len(dex)) {
			return errShort
		}
		end := bytes.IndexByte(dex[text+1:], 0)
		if end < 0 {
			return errShort
		}
		out.Write(dex[text+1:][:end])
		out.WriteByte('\n')
	}
	return nil
}
