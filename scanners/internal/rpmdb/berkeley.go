package rpmdb

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The Berkeley DB form: a hash table whose values, too large for a hash page, lie in chains of overflow
// pages.
const (
	bdbMagic     = 0x061561
	bdbHeader    = 26 // bytes before the content of a page
	bdbHash      = 13
	bdbHashOld   = 2
	bdbOverflow  = 7
	bdbOffPage   = 3 // an item that only names the first page of a chain
	bdbOffLength = 12
)

func isBerkeley(head []byte) bool { return berkeleyOrder(head) != nil }

func berkeleyOrder(head []byte) binary.ByteOrder {
	switch {
	case binary.LittleEndian.Uint32(head[12:]) == bdbMagic:
		return binary.LittleEndian
	case binary.BigEndian.Uint32(head[12:]) == bdbMagic:
		return binary.BigEndian
	}
	return nil
}

type berkeley struct {
	*file
	order    binary.ByteOrder
	pageSize int
	last     uint32 // number of the last page
}

func (f *file) berkeley(head []byte) error {
	order := berkeleyOrder(head)
	b := berkeley{file: f, order: order, pageSize: int(order.Uint32(head[20:])), last: order.Uint32(head[32:])}
	if b.pageSize < 512 || b.pageSize > 65536 || b.pageSize&(b.pageSize-1) != 0 {
		return fmt.Errorf("a page size of %d is not possible", b.pageSize)
	}
	if head[24] != 0 {
		return errors.New("the database is encrypted")
	}
	// Every page is looked at once in order, and once more as a link of a chain.
	total := f.size / int64(b.pageSize)
	f.pages = 2*total + 1
	for n := uint32(1); n <= b.last && int64(n) < total; n++ {
		if err := b.hashPage(n); err != nil {
			return err
		}
	}
	if int64(b.last) >= total {
		return fmt.Errorf("the database claims %d pages and has %d: it is cut short", int64(b.last)+1, total)
	}
	return nil
}

func (b *berkeley) read(n uint32) ([]byte, error) {
	if err := b.page(); err != nil {
		return nil, err
	}
	return b.at(int64(n)*int64(b.pageSize), b.pageSize)
}

// hashPage hands on the values of a page of the hash table; it passes over all other pages.
func (b *berkeley) hashPage(n uint32) error {
	p, err := b.read(n)
	if err != nil {
		return err
	}
	if p[25] != bdbHash && p[25] != bdbHashOld {
		return nil
	}
	items := int(b.order.Uint16(p[20:]))
	if bdbHeader+2*items > len(p) {
		b.h.Problem(fmt.Errorf("page %d claims %d items", n, items))
		return nil
	}
	for i := 1; i < items; i += 2 { // keys and values take turns
		at := int(b.order.Uint16(p[bdbHeader+2*i:]))
		if at+bdbOffLength > len(p) || p[at] != bdbOffPage {
			continue // a value within the page is the counter of packages
		}
		first, length := b.order.Uint32(p[at+4:]), b.order.Uint32(p[at+8:])
		value, err := b.chain(first, int64(length))
		if errors.Is(err, errLoop) {
			return err
		}
		if err != nil {
			b.h.Problem(fmt.Errorf("page %d, item %d: %w", n, i, err))
			continue
		}
		if err := b.blob(value); err != nil {
			return err
		}
	}
	return nil
}

// chain collects a value from its overflow pages.
func (b *berkeley) chain(n uint32, length int64) ([]byte, error) {
	if length > maxBlob || length > b.size {
		return nil, fmt.Errorf("a value claims %d bytes", length)
	}
	var value []byte
	for n != 0 && int64(len(value)) < length {
		p, err := b.read(n)
		if err != nil {
			return nil, err
		}
		used := int(b.order.Uint16(p[22:]))
		if p[25] != bdbOverflow || bdbHeader+used > len(p) {
			return nil, fmt.Errorf("page %d is not a sound overflow page", n)
		}
		value = append(value, p[bdbHeader:bdbHeader+used]...)
		n = b.order.Uint32(p[16:])
	}
	if int64(len(value)) < length {
		return nil, fmt.Errorf("a value ends after %d of %d bytes", len(value), length)
	}
	return value[:length], nil
}
