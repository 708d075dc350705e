package apkfile

import (
	"sort"

	"quaestor/scanners/inventory"
)

// The limits on recovery.
const (
	maxRecovered  = 65_535
	maxNamesBytes = 16 << 20
)

// recover lists entries from the local headers, in one pass over the file. Sizes that a local header leaves
// open come from what is left of the directory, from the data descriptor, or from where the next header stands.
func (f *File) recover(cause error) error {
	found, cut, err := f.signatures()
	if err != nil {
		return err
	}
	r := newRecovery(f, found)
	for i := range found {
		if found[i].kind == kindLocal && found[i].at >= r.at && !r.add(i) {
			cut = true
			break
		}
	}
	if len(f.Entries) == 0 {
		return ErrNotZip
	}
	f.remark(inventory.MarkDirectory, "directory unreadable (%v): entries recovered from local headers", cause)
	if cut {
		f.remark(inventory.MarkDirectory, "more local headers than are looked at: entries after the first %d were left out", len(f.Entries))
	}
	return nil
}

// recovery is the state of that pass. Each signature is looked at a bounded number of times, so that the work
// is linear in the size of the file whatever the headers say.
type recovery struct {
	f       *File
	w       window
	found   []signature
	central map[int64]int // records of the directory, by the offset of their local header
	ends    map[int64]int // data descriptors, by where the content that they describe begins
	at      int64         // headers before this belong to the content of an entry
	names   int
}

func newRecovery(f *File, found []signature) *recovery {
	r := &recovery{f: f, w: window{f: f}, found: found, central: map[int64]int{}, ends: map[int64]int{}}
	for i, s := range found {
		switch s.kind {
		case kindCentral:
			r.central[s.header] = i
		case kindDescriptor:
			r.ends[s.at-s.compressed] = i
		}
	}
	return r
}

// add makes an entry of the local header that signature i is. It reports false when a limit is reached.
func (r *recovery) add(i int) bool {
	s := &r.found[i]
	data := s.data(s.at)
	name := r.w.get(s.at+localSize, min(s.nameSize, maxNameBytes))
	if len(name) == 0 {
		return true
	}
	if len(r.f.Entries) >= maxRecovered || r.names+len(name) > maxNamesBytes {
		return false
	}
	r.names += len(name)
	e := Entry{Name: string(name), Flags: s.flags, Method: s.method, CRC32: s.crc, CompressedSize: s.compressed, Size: s.size, header: s.at}
	r.measure(&e, i, data)
	r.at = data
	if end := data + e.CompressedSize; r.plausible(end) {
		r.at = end
	}
	r.f.Entries = append(r.f.Entries, e)
	return true
}

// measure finds the sizes of an entry: in its local header, in its data descriptor, in what is left of the
// directory, or else bounds them by what follows.
func (r *recovery) measure(e *Entry, i int, data int64) {
	s := &r.found[i]
	if s.compressed > 0 || !s.descriptor() {
		if data+s.compressed <= r.f.size {
			return
		}
	} else if d, ok := r.described(i, data); ok {
		e.CRC32, e.CompressedSize, e.Size = d.crc, d.compressed, d.size
		return
	}
	if c, ok := r.listed(e); ok && data+c.compressed <= r.f.size {
		e.CRC32, e.CompressedSize, e.Size = c.crc, c.compressed, c.size
		return
	}
	e.CompressedSize = max(r.next(data)-data, 0)
	if e.stored() {
		e.Size = e.CompressedSize
	}
}

// listed finds the record of an entry in what is left of the directory. That of an archive within may have the
// same offset, but hardly the same name.
func (r *recovery) listed(e *Entry) (signature, bool) {
	i, ok := r.central[e.header]
	if !ok {
		return signature{}, false
	}
	c := r.found[i]
	return c, c.nameSize == int64(len(e.Name)) && string(r.w.get(c.at+centralSize, c.nameSize)) == e.Name
}

// described finds the data descriptor of the content that begins at data: one with a signature, or the twelve
// bytes before one of the next few headers or the end of the file.
func (r *recovery) described(i int, data int64) (signature, bool) {
	if j, ok := r.ends[data]; ok {
		return r.found[j], true
	}
	const tries = 16
	for j := i + 1; j < len(r.found) && j <= i+tries; j++ {
		at := r.found[j].at - 12
		if at < data || r.found[j].kind == kindDescriptor {
			continue
		}
		if d := parseDescriptor(r.w.get(at, 12)); d.compressed == at-data {
			return d, true
		}
	}
	d := parseDescriptor(r.w.get(max(r.f.size-12, data), 12))
	return d, d.compressed == r.f.size-12-data
}

// next is where the first header at or behind an offset stands, else the end of the file.
func (r *recovery) next(at int64) int64 {
	j := sort.Search(len(r.found), func(j int) bool { return r.found[j].at >= at })
	if j == len(r.found) {
		return r.f.size
	}
	return r.found[j].at
}

// plausible reports whether content may end at an offset: a header or a descriptor follows, or nothing.
func (r *recovery) plausible(end int64) bool {
	const longest = 24 // data descriptor
	return end == r.f.size || end < r.f.size && r.next(end) <= end+longest
}
