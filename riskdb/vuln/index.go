package vuln

import (
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/bits"
	"os"
	"slices"
	"strings"
	"sync"
)

// An index lies beside the archive of an ecosystem. All numbers are little-endian.
//
//	magic     8 bytes
//	counts    records, keys, width of the directory in bits, 1 where ids are among the keys: 4 bytes each; size of the archive: 8 bytes
//	directory 1<<width + 1 numbers of 4 bytes: where the keys begin whose hash begins with these bits
//	keys      sorted: hash 8, first of its postings 4, how many 4 bytes
//	postings  numbers of records, 4 bytes each
//	records   where its bytes begin in the archive 8, packed size 4, size 4, method 4 bytes
const (
	indexMagic  = "QUAEOSV1"
	headerSize  = 32
	keySize     = 16
	placeSize   = 20
	maxRecords  = 4_000_000
	maxPostings = 64_000_000
	maxWidth    = 22
)

var errIndex = errors.New("the index is damaged: import the advisories again")

// place is where an advisory lies in an archive.
type place struct {
	Offset       uint64
	Packed, Size uint32
	Method       uint32 // of zip: 0 stored, 8 deflated
}

// packageKey, repoKey and idKey are what is looked up. Advisories are compared with what was asked for in any case, so that
// two keys with one hash do no harm.
func packageKey(name string) uint64 { return keyOf('p', name) }
func repoKey(repo string) uint64    { return keyOf('r', repo) }
func idKey(id string) uint64        { return keyOf('i', strings.ToUpper(id)) }

func keyOf(kind byte, s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte{kind})
	io.WriteString(h, s)
	// The first bits of FNV depend little on the last letters: mix, so that the directory is filled evenly.
	x := h.Sum64()
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	return x ^ x>>32
}

// encodeIndex writes an index.
func encodeIndex(places []place, keys map[uint64][]uint32, zipSize int64) []byte {
	hashes := make([]uint64, 0, len(keys))
	postings := 0
	for h, list := range keys {
		hashes = append(hashes, h)
		postings += len(list)
	}
	slices.Sort(hashes)
	width := min(bits.Len(uint(len(keys)/4)), maxWidth)
	le := binary.LittleEndian
	b := make([]byte, 0, headerSize+4*(1<<width+1)+keySize*len(keys)+4*postings+placeSize*len(places))
	b = append(b, indexMagic...)
	for _, n := range []int{len(places), len(keys), width, 1} {
		b = le.AppendUint32(b, uint32(n))
	}
	b = le.AppendUint64(b, uint64(zipSize))
	at := 0
	for prefix := range 1<<width + 1 {
		for at < len(hashes) && hashes[at]>>(64-width) < uint64(prefix) {
			at++
		}
		b = le.AppendUint32(b, uint32(at))
	}
	first := 0
	for _, h := range hashes {
		b = le.AppendUint64(b, h)
		b = le.AppendUint32(b, uint32(first))
		b = le.AppendUint32(b, uint32(len(keys[h])))
		first += len(keys[h])
	}
	for _, h := range hashes {
		for _, n := range keys[h] {
			b = le.AppendUint32(b, n)
		}
	}
	for _, p := range places {
		b = le.AppendUint64(b, p.Offset)
		for _, n := range []uint32{p.Packed, p.Size, p.Method} {
			b = le.AppendUint32(b, n)
		}
	}
	return b
}

// index is an open index and its archive.
type index struct {
	r                            io.ReaderAt
	archive                      io.ReaderAt
	zipSize                      int64
	records, keys                uint32
	width                        uint
	ids                          bool // advisories are found by their ids
	dirAt, keysAt, postAt, recAt int64
	closers                      []io.Closer
}

// openIndex reads the header of an index; size is that of the file.
func openIndex(r io.ReaderAt, size int64, archive io.ReaderAt, zipSize int64) (*index, error) {
	var b [headerSize]byte
	if _, err := r.ReadAt(b[:], 0); err != nil || string(b[:8]) != indexMagic {
		return nil, errIndex
	}
	le := binary.LittleEndian
	x := &index{r: r, archive: archive, zipSize: zipSize, records: le.Uint32(b[8:]), keys: le.Uint32(b[12:]), width: uint(le.Uint32(b[16:])), ids: le.Uint32(b[20:]) == 1}
	if x.records > maxRecords || x.keys > maxPostings || x.width > maxWidth {
		return nil, errIndex
	}
	x.dirAt = headerSize
	x.keysAt = x.dirAt + 4*(1<<x.width+1)
	x.postAt = x.keysAt + keySize*int64(x.keys)
	x.recAt = size - placeSize*int64(x.records)
	if x.recAt < x.postAt {
		return nil, errIndex
	}
	if le.Uint64(b[24:]) != uint64(zipSize) {
		return nil, fmt.Errorf("%w: the archive beside it is another one", errIndex)
	}
	return x, nil
}

func (x *index) close() {
	for _, c := range x.closers {
		c.Close()
	}
}

// lookUp finds the numbers of the advisories of a key, in ascending order.
func (x *index) lookUp(key uint64) ([]uint32, error) {
	var dir [8]byte
	if _, err := x.r.ReadAt(dir[:], x.dirAt+4*int64(key>>(64-x.width))); err != nil {
		return nil, errIndex
	}
	le := binary.LittleEndian
	from, to := le.Uint32(dir[:]), le.Uint32(dir[4:])
	if from > to || to > x.keys {
		return nil, errIndex
	}
	for ; from < to; from++ {
		var k [keySize]byte
		if _, err := x.r.ReadAt(k[:], x.keysAt+keySize*int64(from)); err != nil {
			return nil, errIndex
		}
		if h := le.Uint64(k[:]); h == key {
			return x.postings(int64(le.Uint32(k[8:])), int64(le.Uint32(k[12:])))
		} else if h > key {
			break
		}
	}
	return nil, nil
}

func (x *index) postings(first, n int64) ([]uint32, error) {
	if n > int64(x.records) || x.postAt+4*(first+n) > x.recAt {
		return nil, errIndex
	}
	b := make([]byte, 4*n)
	if _, err := x.r.ReadAt(b, x.postAt+4*first); err != nil {
		return nil, errIndex
	}
	out := make([]uint32, n)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
		if out[i] >= x.records {
			return nil, errIndex
		}
	}
	return out, nil
}

// inflaters are used again: each has a window of 32 KiB.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// read takes an advisory out of the archive.
func (x *index) read(n uint32) ([]byte, error) {
	var b [placeSize]byte
	if _, err := x.r.ReadAt(b[:], x.recAt+placeSize*int64(n)); err != nil {
		return nil, errIndex
	}
	le := binary.LittleEndian
	p := place{le.Uint64(b[:]), le.Uint32(b[8:]), le.Uint32(b[12:]), le.Uint32(b[16:])}
	if p.Size > maxRecord || p.Offset > uint64(x.zipSize) || uint64(p.Packed) > uint64(x.zipSize)-p.Offset {
		return nil, errIndex
	}
	packed := io.NewSectionReader(x.archive, int64(p.Offset), int64(p.Packed))
	var r io.Reader = packed
	switch p.Method {
	case 0:
	case 8:
		fr := inflaters.Get().(io.ReadCloser)
		defer inflaters.Put(fr)
		if err := fr.(flate.Resetter).Reset(packed, nil); err != nil {
			return nil, err
		}
		r = fr
	default:
		return nil, errIndex
	}
	out := make([]byte, p.Size)
	if _, err := io.ReadFull(r, out); err != nil {
		return nil, fmt.Errorf("%w: an advisory cannot be read from the archive", errIndex)
	}
	return out, nil
}

// openFiles opens an index and its archive.
func openFiles(indexPath, zipPath string) (*index, error) {
	f, err := os.Open(indexPath)
	if err != nil {
		return nil, err
	}
	z, err := os.Open(zipPath)
	if err != nil {
		f.Close()
		return nil, err
	}
	fi, errF := f.Stat()
	zi, errZ := z.Stat()
	if err := cmp.Or(errF, errZ); err != nil {
		f.Close()
		z.Close()
		return nil, err
	}
	x, err := openIndex(f, fi.Size(), z, zi.Size())
	if err != nil {
		f.Close()
		z.Close()
		return nil, err
	}
	x.closers = []io.Closer{f, z}
	return x, nil
}
