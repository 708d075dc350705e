package rpmdb

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The NDB form: a page-sized table of slots, the first two taken by the file's header, each naming a block
// of 16-byte units that holds one package header.
const (
	ndbPage     = 4096
	ndbSlot     = 16
	ndbMaxPages = 4096 // of slots: a million packages
)

func (f *file) ndb(head []byte) error {
	if len(head) < 32 {
		return errors.New("the NDB header is cut short")
	}
	le := binary.LittleEndian
	if v := le.Uint32(head[4:]); v != 0 {
		return fmt.Errorf("NDB version %d is not known here", v)
	}
	pages := le.Uint32(head[12:])
	if pages == 0 || pages > ndbMaxPages {
		return fmt.Errorf("the file claims %d pages of packages", pages)
	}
	// Blocks do not overlap, so that all together are no larger than the file.
	left := f.size
	for page := range int64(pages) {
		slots, err := f.at(page*ndbPage, ndbPage)
		if err != nil {
			return err
		}
		if page == 0 {
			slots = slots[2*ndbSlot:]
		}
		for ; len(slots) > 0; slots = slots[ndbSlot:] {
			if string(slots[:4]) != "Slot" {
				return errors.New("the table of packages is damaged")
			}
			if le.Uint32(slots[4:]) == 0 {
				continue // free
			}
			if err := f.ndbBlock(slots, &left); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *file) ndbBlock(slot []byte, left *int64) error {
	le := binary.LittleEndian
	number, off := le.Uint32(slot[4:]), int64(le.Uint32(slot[8:]))*16
	head, err := f.at(off, 16)
	if err != nil || string(head[:4]) != "BlbS" || le.Uint32(head[4:]) != number {
		f.h.Problem(fmt.Errorf("package number %d has no block at %d", number, off))
		return nil
	}
	n := int64(le.Uint32(head[12:]))
	if *left -= n; *left < 0 {
		return errLoop
	}
	if n > maxBlob {
		f.h.Problem(fmt.Errorf("package number %d claims %d bytes", number, n))
		return nil
	}
	b, err := f.at(off+16, int(n))
	if err != nil {
		f.h.Problem(fmt.Errorf("package number %d: %w", number, err))
		return nil
	}
	return f.blob(b)
}
