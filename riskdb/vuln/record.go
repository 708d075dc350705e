package vuln

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"quaestor/riskdb"
)

// Limits of one advisory. The largest known ones, of the Linux kernel, have some megabytes.
const (
	maxRecord   = 16 << 20 // bytes
	maxID       = 128
	maxAliases  = 1000
	maxAffected = 50_000
	maxEvents   = 50_000  // of all its ranges: they are sorted for every look-up
	maxDetails  = 4 << 10 // bytes that are kept of its text
)

// record is an advisory, in the parts that are used here. Fields that are not named are ignored: newer versions of
// the schema add some.
type record struct {
	SchemaVersion    string      `json:"schema_version"`
	ID               string      `json:"id"`
	Modified         string      `json:"modified"`
	Published        string      `json:"published"`
	Withdrawn        string      `json:"withdrawn"`
	Aliases          []string    `json:"aliases"`
	Upstream         []string    `json:"upstream"`
	Related          []string    `json:"related"`
	Summary          string      `json:"summary"`
	Details          string      `json:"details"`
	Severity         []severity  `json:"severity"`
	Affected         []affected  `json:"affected"`
	References       []reference `json:"references"`
	DatabaseSpecific specific    `json:"database_specific"`
}

type severity struct {
	Type  string `json:"type"`
	Score string `json:"score"`
}

type reference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type affected struct {
	Package           pkg        `json:"package"`
	Severity          []severity `json:"severity"`
	Ranges            []versions `json:"ranges"`
	Versions          []string   `json:"versions"`
	EcosystemSpecific specific   `json:"ecosystem_specific"`
	DatabaseSpecific  specific   `json:"database_specific"`
}

type pkg struct {
	Ecosystem string `json:"ecosystem"`
	Name      string `json:"name"`
}

// versions is a range of them.
type versions struct {
	Type   string  `json:"type"` // SEMVER, ECOSYSTEM or GIT
	Repo   string  `json:"repo"`
	Events []event `json:"events"`
}

type event struct {
	Introduced   string `json:"introduced"`
	Fixed        string `json:"fixed"`
	LastAffected string `json:"last_affected"`
	Limit        string `json:"limit"`
}

// version is that of the event, of whatever kind it is.
func (e event) version() string {
	for _, v := range []string{e.Introduced, e.Fixed, e.Limit, e.LastAffected} {
		if v != "" {
			return v
		}
	}
	return ""
}

// specific is what a database adds in a form of its own; of it, the severity in a word is used.
type specific struct{ Severity string }

// UnmarshalJSON takes anything: what these fields hold is up to each database.
func (s *specific) UnmarshalJSON(b []byte) error {
	var fields struct {
		Severity json.RawMessage `json:"severity"`
		Urgency  json.RawMessage `json:"urgency"` // Debian
	}
	if json.Unmarshal(b, &fields) != nil {
		return nil
	}
	for _, raw := range []json.RawMessage{fields.Severity, fields.Urgency} {
		if s.Severity == "" {
			_ = json.Unmarshal(raw, &s.Severity) // another form than a word stays empty
		}
	}
	return nil
}

var errRecord = errors.New("not an advisory in the form of OSV")

// decode reads an advisory and checks what every one has to have.
func decode(b []byte) (*record, error) {
	if len(b) > maxRecord {
		return nil, fmt.Errorf("%w: larger than %d bytes", errRecord, maxRecord)
	}
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", errRecord, err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", errRecord, err)
	}
	r.Summary, r.Details = shortened(r.Summary), shortened(r.Details)
	return &r, nil
}

// shortened is the beginning of a long text, apart from the memory of the whole.
func shortened(s string) string {
	if len(s) <= maxDetails {
		return s
	}
	return strings.ToValidUTF8(strings.Clone(s[:maxDetails]), "")
}

func (r *record) check() error {
	switch {
	case !validID(r.ID):
		return fmt.Errorf("its id is %q", cut(r.ID))
	case r.SchemaVersion != "" && !strings.HasPrefix(r.SchemaVersion, "1."):
		return fmt.Errorf("its schema_version is %q, and 1.x is read", cut(r.SchemaVersion))
	case len(r.Affected) > maxAffected || len(r.Aliases) > maxAliases || len(r.Upstream) > maxAliases:
		return fmt.Errorf("it names more than %d packages, or more than %d other advisories", maxAffected, maxAliases)
	}
	if _, err := time.Parse(time.RFC3339, r.Modified); err != nil {
		return fmt.Errorf("its time of modification is %q", cut(r.Modified))
	}
	return r.checkVersions()
}

// checkVersions keeps out what takes the comparing of versions too long: versions that are none, and too many of them.
func (r *record) checkVersions() error {
	events := 0
	for _, a := range r.Affected {
		for _, v := range a.Versions {
			if len(v) > maxVersion {
				return fmt.Errorf("it lists a version of %d bytes", len(v))
			}
		}
		for _, v := range a.Ranges {
			if events += len(v.Events); events > maxEvents {
				return fmt.Errorf("its ranges have more than %d events", maxEvents)
			}
			for _, e := range v.Events {
				if n := len(e.Introduced) + len(e.Fixed) + len(e.LastAffected) + len(e.Limit); n > maxVersion {
					return fmt.Errorf("a range has a version of %d bytes", n)
				}
			}
		}
	}
	return nil
}

// validID keeps out what cannot be shown, or written as the name of a file.
func validID(id string) bool {
	if id == "" || len(id) > maxID || id[0] == '.' {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && strings.IndexByte("-._:+", c) < 0 {
			return false
		}
	}
	return true
}

// day is the date of a time stamp; the year 1, which databases write for none, is no date.
func day(stamp string) riskdb.Date {
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil || t.Year() < 1970 {
		return ""
	}
	return riskdb.DateOf(t.UTC())
}

// cut shortens foreign text for a message.
func cut(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}
