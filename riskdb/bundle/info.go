package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
	"quaestor/riskdb/internal/unseen"
)

// Kind says what a bundle is laid upon.
type Kind string

// The kinds of bundle.
const (
	Full    Kind = "full"    // a whole database
	Overlay Kind = "overlay" // what one authority adds to a database, or says otherwise
)

// schema is the form of the tables that this program writes and the newest that it reads.
const schema = 1

// Info is what the signers say of a database. It stands in the signed targets metadata.
type Info struct {
	Kind      Kind        `json:"kind"`
	Authority string      `json:"authority"` // who publishes it, in small letters: quaestor, be-ccb, …
	Title     string      `json:"title,omitempty"`
	Sequence  int64       `json:"sequence"` // rises with every bundle of an authority
	Built     riskdb.Date `json:"built"`
	Facts     riskdb.Date `json:"facts"` // the day the facts were last researched
	Schema    int         `json:"schema"`
	MinTool   string      `json:"min_tool,omitempty"` // the oldest version of quaestor that may read it
	Size      int64       `json:"size"`               // of the database, unpacked
	SHA256    string      `json:"sha256"`             // likewise
}

var (
	authorityID = lazyregexp.New(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	release     = lazyregexp.New(`^v([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})$`)
	fromSource  = lazyregexp.New(`^(v[0-9.]+)\+[0-9A-Za-z.-]+$`)
)

// check reports what an Info may not be.
func (i *Info) check() error {
	switch {
	case i.Kind != Full && i.Kind != Overlay:
		return fmt.Errorf("kind %q; it is full or overlay", i.Kind)
	case len(i.Authority) > 64 || !authorityID.MatchString(i.Authority):
		return fmt.Errorf("authority %q: use small letters, digits and single hyphens, 64 at most", i.Authority)
	case len(i.Title) > 200:
		return fmt.Errorf("a title of %d bytes; 200 are enough", len(i.Title))
	case unseen.Problem(i.Title) != "" || strings.ContainsAny(i.Title, "\n\t"):
		return fmt.Errorf("the title %q holds characters that are not seen: write it without them, on one line", i.Title)
	case i.Sequence < 1 || i.Sequence > MaxSequence:
		return fmt.Errorf("sequence %d; the first bundle has 1, and %d is the highest", i.Sequence, int64(MaxSequence))
	case !day(i.Built):
		return fmt.Errorf("built on %q; write a day as YYYY-MM-DD", i.Built)
	case !i.Facts.Valid() || (i.Facts == "" && i.Kind == Full):
		return fmt.Errorf("facts of %q; write a day as YYYY-MM-DD", i.Facts)
	case i.MinTool != "" && !release.MatchString(i.MinTool):
		return fmt.Errorf("oldest version of quaestor %q; write it as v1.2.3", i.MinTool)
	}
	return nil
}

func day(d riskdb.Date) bool { return len(d) == len("2006-01-02") && d.Valid() }

// parseInfo reads an Info that is written in its one form.
func parseInfo(text []byte) (Info, error) {
	var i Info
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&i); err != nil {
		return i, fmt.Errorf("%w: what it says of itself: %w", ErrDamaged, err)
	}
	if i.Schema > schema {
		return i, fmt.Errorf("%w: its tables have the form %d, this program reads up to %d; update the program", ErrFuture, i.Schema, schema)
	}
	again, err := json.Marshal(i)
	if err != nil || !bytes.Equal(again, text) {
		return i, fmt.Errorf("%w: what it says of itself is not in the one form that is accepted", ErrDamaged)
	}
	return i, nil
}

// tooOld reports whether a version of the program is older than the oldest that may read the bundle. What is
// built from the source has the release of that source, with the commit behind a plus; a version that is no
// release at all is older than every one. Whoever names none, as the maker of the bundle, is not asked.
func (i *Info) tooOld(tool string) bool {
	if m := fromSource.FindStringSubmatch(tool); m != nil {
		tool = m[1]
	}
	want, have := release.FindStringSubmatch(i.MinTool), release.FindStringSubmatch(tool)
	if want == nil || have == nil {
		return want != nil && tool != ""
	}
	for n := 1; n < len(want); n++ {
		a, _ := strconv.Atoi(have[n])
		b, _ := strconv.Atoi(want[n]) // at most six digits each
		if a != b {
			return a < b
		}
	}
	return false
}
