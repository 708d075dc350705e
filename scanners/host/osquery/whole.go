package osquery

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/codepage"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Limits of a file of rows.
const (
	maxRows   = 100_000
	maxOfHost = 20_000 // rows of one computer, of all tables
	maxHosts  = 10_000
)

// list is a file of rows that is being read.
type list struct {
	ctx    context.Context
	file   *file
	hosts  map[string]*host // by name, in small letters
	rows   int
	lost   int
	broken tally.Tally
	unread map[string]int // rows by the name of the table or query, of tables that are not read
}

// read reads the file.
func (l *list) read() error {
	data, err := bytesOf(l.file.src)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	l.file.sum = hex.EncodeToString(sum[:])
	text := codepage.Decode(data)
	_, err = records.Read(text.UTF8, records.Handler{Record: l.record, Group: groups, Broken: func(line int, row string) { l.broken.Add(row) }})
	return err
}

// bytesOf is a whole file, unpacked.
func bytesOf(src *source.Source) ([]byte, error) {
	if !gunzip.Is(src.Head()) {
		return src.Bytes()
	}
	text, err := textstream.Open(src)
	if err != nil {
		return nil, err
	}
	limit := src.Limits().WholeBytes
	data, err := io.ReadAll(io.LimitReader(text, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = &source.LimitError{Name: src.Name(), What: "size", Limit: limit}
	}
	return data, err
}

// record takes a row.
func (l *list) record(r records.Record) error {
	l.row(hostOf(r), tableOf(r, r.Group), r, r.Group)
	return l.ctx.Err()
}

// row takes a row of a table; nil is one that is not read.
func (l *list) row(name string, t *table, r records.Record, named string) {
	if t == nil {
		if l.unread == nil {
			l.unread = map[string]int{}
		}
		if named = cmp.Or(named, strings.Join(r.Columns(), " ")); len(l.unread) < maxUnknown || l.unread[named] > 0 {
			l.unread[named]++
		}
		return
	}
	if l.rows++; l.rows > maxRows {
		l.lost++
		return
	}
	if h := l.host(name); h != nil {
		h.take(t, r)
	}
}

func (l *list) host(name string) *host {
	at := strings.ToLower(name)
	h := l.hosts[at]
	if h == nil {
		if len(l.hosts) >= maxHosts {
			l.lost++
			return nil
		}
		h = newHost(l.file, name)
		l.hosts[at] = h
	}
	return h
}

// adopt gives rows that name no computer to the only one that others of the file name, as system_info does beside other tables.
func (l *list) adopt() {
	nobody := l.hosts[""]
	if nobody == nil || len(l.hosts) != 2 {
		return
	}
	delete(l.hosts, "")
	for _, h := range l.hosts {
		h.over += nobody.over
		for _, t := range known {
			h.rows[t] = append(h.rows[t], nobody.rows[t]...)
		}
	}
}

// computers are those of which there are rows, in the order of their names, ready to be read.
func (l *list) computers() (out []*host) {
	for _, name := range slices.Sorted(maps.Keys(l.hosts)) {
		h := l.hosts[name]
		if h.empty() {
			continue
		}
		h.platform = h.ofSystem()
		l.file.lookBeside(h.platform, h.name != "")
		h.prepare()
		out = append(out, h)
	}
	return out
}

// told says what of the file was not read.
func (l *list) told(inv *inventory.Inventory) {
	gap := func(kind inventory.GapKind, t tally.Tally, detail, next string) {
		if t.Count > 0 {
			inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Subject: l.file.name, Kind: kind, Detail: detail, Next: next, Count: t.Count, Samples: texts(t.Samples)})
		}
	}
	gap(inventory.GapMalformed, l.broken, "Rows are not whole: what they tell is missing.", "Query again.")
	gap(inventory.GapLimit, tally.Tally{Count: l.lost}, "There are more rows or computers than are kept.", "Cut the file into several.")
	gap(inventory.GapSkipped, passed(l.unread), "Rows of tables that are not read here were passed over.", "")
}
