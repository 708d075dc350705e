package vuln

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"quaestor/riskdb"
)

const maxListEntries = 5_000_000

// list is a list that was read: KEV or EPSS.
type list struct {
	name    string
	newest  riskdb.Date
	entries []entry
	broken  int
}

// listKind recognises a list by how it begins; "" for something else.
func listKind(head []byte) string {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \r\n\t")
	switch {
	case bytes.HasPrefix(head, []byte("#model_version")), bytes.HasPrefix(head, []byte("cve,epss,")):
		return epssName
	case bytes.HasPrefix(head, []byte("cveID,")), bytes.HasPrefix(head, []byte(`"cveID",`)):
		return kevName
	case bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"catalogVersion"`)):
		return kevName
	}
	return ""
}

// readList reads a list of either kind.
func readList(kind string, r io.Reader) (*list, error) {
	br := bufio.NewReader(r)
	head, _ := br.Peek(3)
	if string(head) == "\xef\xbb\xbf" {
		br.Discard(3)
	}
	head, _ = br.Peek(1)
	l := &list{name: kind}
	var err error
	switch {
	case kind == epssName:
		err = l.epss(br)
	case string(head) == "{":
		err = l.kevJSON(br)
	default:
		err = l.kevCSV(br)
	}
	if err == nil && len(l.entries) == 0 {
		err = errors.New("it has no entries")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", listTitles[kind], err)
	}
	return l, nil
}

type kevEntry struct {
	CVE        string `json:"cveID"`
	Added      string `json:"dateAdded"`
	Due        string `json:"dueDate"`
	Ransomware string `json:"knownRansomwareCampaignUse"`
}

func (l *list) kevJSON(r io.Reader) error {
	var doc struct {
		Vulnerabilities []kevEntry `json:"vulnerabilities"`
	}
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		return err
	}
	for _, v := range doc.Vulnerabilities {
		l.kev(v)
	}
	return nil
}

func (l *list) kevCSV(r io.Reader) error {
	return rows(r, func(get func(string) string) {
		l.kev(kevEntry{get("cveID"), get("dateAdded"), get("dueDate"), get("knownRansomwareCampaignUse")})
	})
}

func (l *list) kev(v kevEntry) {
	cve, ok := cveNumber(v.CVE)
	added := numberOfDate(riskdb.Date(v.Added))
	if !ok || added == 0 {
		l.broken++
		return
	}
	e := entry{cve: cve, a: added<<32 | numberOfDate(riskdb.Date(v.Due))}
	if v.Ransomware == "Known" {
		e.b = 1
	}
	l.entries = append(l.entries, e)
	l.newest = max(l.newest, riskdb.Date(v.Added))
}

// epss reads the scores of a day, which a comment before the header names.
func (l *list) epss(br *bufio.Reader) error {
	if head, _ := br.Peek(1); string(head) == "#" {
		line, err := br.ReadString('\n')
		if err != nil {
			return err
		}
		if _, at, ok := strings.Cut(line, "score_date:"); ok && len(at) >= 10 && riskdb.Date(at[:10]).Valid() {
			l.newest = riskdb.Date(at[:10])
		}
	}
	return rows(br, func(get func(string) string) {
		cve, ok := cveNumber(get("cve"))
		p, errP := strconv.ParseFloat(get("epss"), 64)
		q, errQ := strconv.ParseFloat(get("percentile"), 64)
		if !ok || errP != nil || errQ != nil || !(p >= 0 && p <= 1 && q >= 0 && q <= 1) {
			l.broken++
			return
		}
		l.entries = append(l.entries, entry{cve, math.Float64bits(p), math.Float64bits(q)})
	})
}

// rows reads CSV with a header.
func rows(r io.Reader, each func(get func(string) string)) error {
	c := csv.NewReader(r)
	c.ReuseRecord, c.FieldsPerRecord, c.LazyQuotes = true, -1, true
	header, err := c.Read()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, h := range header {
		column[h] = i
	}
	for n := 0; ; n++ {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n >= maxListEntries {
			return fmt.Errorf("it has more than %d lines", maxListEntries)
		}
		each(func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return row[i]
			}
			return ""
		})
	}
}
