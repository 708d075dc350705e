// Package hivetest writes registry hives for tests, as Windows lays them out: bins of cells, lists of subkeys sorted by
// name, lists of lists where there are many, names in one byte a character where that does, values of several cells.
//
// What the package cannot see: whether Windows would load the result; all keys share one security descriptor, which is empty.
package hivetest

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/winreg"
)

// Options say how a hive is written. The zero value is what current Windows writes.
type Options struct {
	List    string // the signature of lists of subkeys: "lh" when empty, "lf" or "li"
	PerList int    // how many subkeys make a list of lists; 500 when zero
	Class   string // class name of the root
}

const (
	none    = 0xffffffff
	segment = 16344
)

// Build writes everything below a path of a registry as a hive.
func Build(t testing.TB, reg winreg.Registry, path string, o Options) []byte {
	t.Helper()
	k, err := reg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	w := writer{t: t, o: o, b: make([]byte, 32)}
	w.o.List, w.o.PerList = cmp.Or(o.List, "lh"), cmp.Or(o.PerList, 500)
	w.security = w.cell(append([]byte("sk"), make([]byte, 18)...))
	w.put32(w.security+4, w.security, w.security) // the only one of its list
	root := w.key(k, none, true)
	w.put32(w.security+12, w.keys)
	return w.finish(root)
}

// writer holds the bins. The first 32 bytes are the head of the only bin.
type writer struct {
	t        testing.TB
	o        Options
	b        []byte
	security uint32 // the one security descriptor, which is empty
	keys     uint32
}

// cell adds a cell in use and returns its place.
func (w *writer) cell(data []byte) uint32 {
	at := len(w.b)
	size := (4 + len(data) + 7) &^ 7
	w.b = binary.LittleEndian.AppendUint32(w.b, uint32(-int32(size)))
	w.b = append(w.b, data...)
	w.b = append(w.b, make([]byte, at+size-len(w.b))...)
	return uint32(at)
}

func (w *writer) put32(at uint32, values ...uint32) {
	for i, v := range values {
		binary.LittleEndian.PutUint32(w.b[int(at)+4+4*i:], v)
	}
}

// encodeName writes a name in one byte a character, as Windows does, where that is possible.
func encodeName(name string) (b []byte, latin1 bool) {
	for _, r := range name {
		if r > 0xff {
			return winreg.EncodeUTF16(name), false
		}
		b = append(b, byte(r))
	}
	return b, true
}

func (w *writer) key(k winreg.Key, parent uint32, root bool) uint32 {
	name, latin1 := encodeName(k.Name())
	b := make([]byte, 76)
	copy(b, "nk")
	flags := uint16(0)
	if latin1 {
		flags |= 0x20
	}
	if root {
		flags |= 0x0c
	}
	binary.LittleEndian.PutUint16(b[2:], flags)
	binary.LittleEndian.PutUint64(b[4:], fileTime(k))
	binary.LittleEndian.PutUint32(b[16:], parent)
	for _, at := range []int{28, 32, 40, 48} {
		binary.LittleEndian.PutUint32(b[at:], none)
	}
	binary.LittleEndian.PutUint32(b[44:], w.security)
	w.keys++
	binary.LittleEndian.PutUint16(b[72:], uint16(len(name)))
	at := w.cell(append(b, name...))
	if root && w.o.Class != "" {
		class := winreg.EncodeUTF16(w.o.Class)
		w.put32(at+48, w.cell(class))
		binary.LittleEndian.PutUint16(w.b[at+4+74:], uint16(len(class)))
	}
	w.subkeys(k, at)
	w.values(k, at)
	return at
}

func fileTime(k winreg.Key) uint64 {
	if k.Modified().IsZero() {
		return 0
	}
	return uint64(k.Modified().Unix())*10_000_000 + 116444736000000000
}

func (w *writer) subkeys(k winreg.Key, at uint32) {
	names, err := k.Subkeys()
	if err != nil {
		w.t.Fatal(err)
	}
	if len(names) == 0 {
		return
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(strings.ToUpper(a), strings.ToUpper(b)) })
	var lists []uint32
	for part := range slices.Chunk(names, w.o.PerList) {
		list := append([]byte(w.o.List), 0, 0)
		binary.LittleEndian.PutUint16(list[2:], uint16(len(part)))
		for _, name := range part {
			sub, err := k.Open(name)
			if err != nil {
				w.t.Fatal(err)
			}
			list = binary.LittleEndian.AppendUint32(list, w.key(sub, at, false))
			if w.o.List != "li" {
				list = append(list, hint(w.o.List, name)...)
			}
		}
		lists = append(lists, w.cell(list))
	}
	top := lists[0]
	if len(lists) > 1 {
		list := append([]byte("ri"), 0, 0)
		binary.LittleEndian.PutUint16(list[2:], uint16(len(lists)))
		for _, l := range lists {
			list = binary.LittleEndian.AppendUint32(list, l)
		}
		top = w.cell(list)
	}
	w.put32(at+20, uint32(len(names)))
	w.put32(at+28, top)
}

// hint is what a list has of a name: its first four characters, or a hash.
func hint(list, name string) []byte {
	if list == "lf" {
		return append([]byte(name), 0, 0, 0, 0)[:4]
	}
	var hash uint32
	for _, u := range winreg.EncodeUTF16(strings.ToUpper(name)) {
		hash = hash*37 + uint32(u)
	}
	return binary.LittleEndian.AppendUint32(nil, hash)
}

func (w *writer) values(k winreg.Key, at uint32) {
	values, err := k.Values()
	if err != nil {
		w.t.Fatal(err)
	}
	if len(values) == 0 {
		return
	}
	var list []byte
	for _, v := range values {
		list = binary.LittleEndian.AppendUint32(list, w.value(v))
	}
	w.put32(at+36, uint32(len(values)), w.cell(list))
}

func (w *writer) value(v winreg.Value) uint32 {
	name, latin1 := encodeName(v.Name)
	b := make([]byte, 20)
	copy(b, "vk")
	binary.LittleEndian.PutUint16(b[2:], uint16(len(name)))
	if latin1 {
		b[16] = 1
	}
	binary.LittleEndian.PutUint32(b[12:], v.Type)
	size := uint32(len(v.Data))
	switch {
	case size <= 4:
		copy(b[8:], v.Data)
		size |= 0x80000000
	case size > segment:
		binary.LittleEndian.PutUint32(b[8:], w.big(v.Data))
	default:
		binary.LittleEndian.PutUint32(b[8:], w.cell(v.Data))
	}
	binary.LittleEndian.PutUint32(b[4:], size)
	return w.cell(append(b, name...))
}

// big writes a value of several cells.
func (w *writer) big(data []byte) uint32 {
	var list []byte
	count := uint16(0)
	for part := range slices.Chunk(data, segment) {
		list = binary.LittleEndian.AppendUint32(list, w.cell(append(slices.Clone(part), 0, 0, 0, 0)))
		count++
	}
	head := binary.LittleEndian.AppendUint16([]byte("db"), count)
	return w.cell(binary.LittleEndian.AppendUint32(head, w.cell(list)))
}

// finish adds the free rest of the bin and the header.
func (w *writer) finish(root uint32) []byte {
	rest := 4096 - len(w.b)%4096
	if rest < 8 {
		rest += 4096
	}
	at := len(w.b)
	w.b = append(w.b, make([]byte, rest)...)
	binary.LittleEndian.PutUint32(w.b[at:], uint32(rest))
	copy(w.b, "hbin")
	binary.LittleEndian.PutUint32(w.b[8:], uint32(len(w.b)))
	head := make([]byte, 4096)
	copy(head, "regf")
	for at, v := range map[int]uint32{4: 1, 8: 1, 20: 1, 24: 5, 32: 1, 36: root, 40: uint32(len(w.b)), 44: 1} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	Sum(head)
	return append(head, w.b...)
}

// Sum writes the checksum of a header into it, as after a change.
func Sum(head []byte) {
	var sum uint32
	for at := 0; at < 508; at += 4 {
		sum ^= binary.LittleEndian.Uint32(head[at:])
	}
	binary.LittleEndian.PutUint32(head[508:], sum)
}

// Fill makes a registry of what a text lists: a line in brackets is a key, the lines below are its values, NAME=TEXT, or NAME=#N
// for a number. It is for tests that want to show what they read.
func Fill(t testing.TB, text string) *winreg.Recorded {
	t.Helper()
	r, path := winreg.NewRecorded(), ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		var err error
		switch {
		case line == "":
		case strings.HasPrefix(line, "["):
			path = strings.Trim(line, "[]")
			err = r.Set(path)
		default:
			err = r.Set(path, parseValue(line))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func parseValue(line string) winreg.Value {
	name, text, _ := strings.Cut(line, "=")
	if name == "@" {
		name = ""
	}
	var n uint32
	if number, ok := strings.CutPrefix(text, "#"); ok {
		if _, err := fmt.Sscanf(number, "%v", &n); err == nil {
			return winreg.Number(name, n)
		}
	}
	if strings.Contains(text, "%") {
		return winreg.Expand(name, text)
	}
	return winreg.String(name, text)
}
