package hive

import (
	"fmt"
	"io"
)

const (
	pageSize = 32 << 10
	maxPages = 128 // 4 MB
)

// pages reads a file piece by piece, keeps the pieces last read, and lays changes over them.
type pages struct {
	r       io.ReaderAt
	file    int64 // size of the file
	size    int64 // with what changes add to its end
	kept    map[int64][]byte
	order   []int64 // of kept, oldest first
	changes map[int64][]change
	changed int64 // bytes of all changes
}

// change is a piece of a page that stands otherwise in a log.
type change struct {
	at   int // in the page
	data []byte
}

func newPages(r io.ReaderAt, size int64) *pages {
	return &pages{r: r, file: size, size: size, kept: map[int64][]byte{}}
}

func (p *pages) readAt(b []byte, at int64) error {
	for len(b) > 0 {
		page, err := p.page(at / pageSize)
		if err != nil {
			return err
		}
		n := copy(b, page[at%pageSize:])
		b, at = b[n:], at+int64(n)
	}
	return nil
}

func (p *pages) page(number int64) ([]byte, error) {
	if page := p.kept[number]; page != nil {
		return page, nil
	}
	page := make([]byte, pageSize) // what the file does not have is zero
	if want := min(pageSize, p.file-number*pageSize); want > 0 {
		if n, err := p.r.ReadAt(page[:want], number*pageSize); n < int(want) {
			return nil, fmt.Errorf("cannot read the hive: %w", err)
		}
	}
	for _, c := range p.changes[number] {
		copy(page[c.at:], c.data)
	}
	if len(p.order) >= maxPages {
		delete(p.kept, p.order[0])
		p.order = p.order[1:]
	}
	p.kept[number], p.order = page, append(p.order, number)
	return page, nil
}

// lay puts data over what the file has at a place.
func (p *pages) lay(at int64, data []byte) {
	if p.changes == nil {
		p.changes = map[int64][]change{}
	}
	p.size = max(p.size, at+int64(len(data)))
	p.changed += int64(len(data))
	for len(data) > 0 {
		number, in := at/pageSize, int(at%pageSize)
		n := min(len(data), pageSize-in)
		p.changes[number] = append(p.changes[number], change{in, data[:n]})
		data, at = data[n:], at+int64(n)
	}
	clear(p.kept)
	p.order = nil
}
