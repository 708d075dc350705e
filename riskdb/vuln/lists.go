package vuln

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"quaestor/riskdb"
)

// The lists of vulnerabilities that are kept beside the advisories: entries of 24 bytes, sorted by CVE.
const (
	kevName   = "kev"
	epssName  = "epss"
	entrySize = 24
)

var listTitles = map[string]string{kevName: "CISA KEV", epssName: "FIRST EPSS"}

// entry is one line of a list: of KEV, two days and whether ransomware uses it; of EPSS, two numbers.
type entry struct{ cve, a, b uint64 }

// cveNumber is a CVE as a number; false for what is none.
func cveNumber(id string) (uint64, bool) {
	rest, ok := strings.CutPrefix(id, "CVE-")
	year, number, both := strings.Cut(rest, "-")
	if !ok || !both || len(year) != 4 || len(number) < 4 || len(number) > 10 {
		return 0, false
	}
	y, errY := strconv.ParseUint(year, 10, 16)
	n, errN := strconv.ParseUint(number, 10, 40)
	return y<<40 | n, errY == nil && errN == nil
}

// encodeList sorts a list; of two entries of one CVE, the last one of the file stays.
func encodeList(list []entry) []byte {
	slices.SortStableFunc(list, func(a, b entry) int {
		switch {
		case a.cve < b.cve:
			return -1
		case a.cve > b.cve:
			return 1
		}
		return 0
	})
	b := make([]byte, 0, entrySize*len(list))
	for i, e := range list {
		if i+1 < len(list) && list[i+1].cve == e.cve {
			continue
		}
		for _, n := range []uint64{e.cve, e.a, e.b} {
			b = binary.LittleEndian.AppendUint64(b, n)
		}
	}
	return b
}

// find searches a list for a CVE.
func find(r io.ReaderAt, size int64, cve uint64) (entry, bool) {
	var b [entrySize]byte
	for lo, hi := int64(0), size/entrySize; lo < hi; {
		mid := (lo + hi) / 2
		if _, err := r.ReadAt(b[:], mid*entrySize); err != nil {
			return entry{}, false
		}
		le := binary.LittleEndian
		e := entry{le.Uint64(b[:]), le.Uint64(b[8:]), le.Uint64(b[16:])}
		switch {
		case e.cve == cve:
			return e, true
		case e.cve < cve:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return entry{}, false
}

// annotate adds what the lists say of a vulnerability.
func (db *DB) annotate(found []*riskdb.Vulnerability) error {
	var problems []error
	for _, name := range []string{kevName, epssName} {
		copied := db.lists[name]
		if copied == nil {
			continue
		}
		if err := db.annotateFrom(name, copied, found); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func (db *DB) annotateFrom(name string, copied *Copy, found []*riskdb.Vulnerability) error {
	f, err := os.Open(filepath.Join(db.dir, listsDir, listFile(name, copied)))
	if err != nil {
		return fmt.Errorf("%s: %w", listTitles[name], err)
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil || fi.Size() != copied.Size {
		return fmt.Errorf("%s: the copy is damaged: import it again", listTitles[name])
	}
	for _, v := range found {
		for _, id := range append([]string{v.ID}, v.Aliases...) {
			cve, ok := cveNumber(id)
			if !ok {
				continue
			}
			if e, ok := find(f, fi.Size(), cve); ok {
				e.tell(name, copied, v)
			}
		}
	}
	return nil
}

// tell writes an entry into a vulnerability. Of several CVEs that are the same, the first exploited and the likeliest.
func (e entry) tell(name string, copied *Copy, v *riskdb.Vulnerability) {
	if name == kevName {
		x := &riskdb.Exploited{Added: dateOfNumber(e.a >> 32), Due: dateOfNumber(e.a & math.MaxUint32), Ransomware: e.b == 1}
		if v.Exploited == nil || x.Added < v.Exploited.Added {
			v.Exploited = x
		}
		return
	}
	l := &riskdb.Likelihood{Probability: math.Float64frombits(e.a), Percentile: math.Float64frombits(e.b), On: copied.Newest}
	if v.Likelihood == nil || l.Probability > v.Likelihood.Probability {
		v.Likelihood = l
	}
}

// listFile names the file of a list by what is in it, so that its description and it change in one step.
func listFile(name string, c *Copy) string {
	return name + "-" + c.SHA256[:min(16, len(c.SHA256))] + ".bin"
}

// A date as a number: 20261122. 0 is none.
func numberOfDate(d riskdb.Date) uint64 {
	n, err := strconv.ParseUint(strings.ReplaceAll(string(d), "-", ""), 10, 32)
	if err != nil || len(d) != 10 || !d.Valid() {
		return 0
	}
	return n
}

func dateOfNumber(n uint64) riskdb.Date {
	s := strconv.FormatUint(n, 10)
	if len(s) != 8 {
		return ""
	}
	return riskdb.Date(s[:4] + "-" + s[4:6] + "-" + s[6:])
}
