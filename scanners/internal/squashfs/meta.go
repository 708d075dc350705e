package squashfs

import "errors"

// meta reads on through the blocks of a table, from a place in it.
type meta struct {
	f    *FS
	next int64 // where the next block begins
	rest []byte
	skip int
	read int // blocks
	err  error
}

// maxMeta is how many blocks one reading may take: more than a folder of maxDir bytes needs.
const maxMeta = maxDir/metaBlock + 64

// meta begins at a reference: the place of a block in the table, and of a byte in the block.
func (f *FS) meta(table int64, ref uint64) *meta {
	return &meta{f: f, next: table + int64(ref>>16&0xffffffff), skip: int(ref & 0xffff)}
}

// take returns the next n bytes; fewer only together with an error.
func (m *meta) take(n int) []byte {
	var out []byte
	for len(out) < n && m.err == nil {
		if len(m.rest) == 0 {
			m.fill()
			continue
		}
		part := m.rest[:min(n-len(out), len(m.rest))]
		m.rest = m.rest[len(part):]
		if len(out) == 0 && len(part) == n {
			return part
		}
		out = append(out, part...)
	}
	return out
}

// fill reads the next block.
func (m *meta) fill() {
	if m.read++; m.read > maxMeta {
		m.err = ErrFormat
		return
	}
	head, err := m.f.at(m.next, 2)
	if err != nil {
		m.err = errors.Join(ErrFormat, err)
		return
	}
	size := int64(u16(head, 0))
	b, err := m.f.at(m.next+2, size&0x7fff)
	if err == nil && size&0x8000 == 0 {
		b, err = m.f.unpack(b, metaBlock)
	}
	m.next += 2 + size&0x7fff
	if err != nil || m.skip > len(b) || len(b) == 0 || len(b) > metaBlock {
		m.err = errors.Join(ErrFormat, err)
		return
	}
	m.rest, m.skip = b[m.skip:], 0
}

// header reads what every inode begins with.
func (m *meta) header() (kind uint64, err error) {
	b := m.take(16)
	return u16(b, 0), m.err
}
