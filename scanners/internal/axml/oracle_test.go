package axml

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/avast/apkparser"

	"quaestor/scanners/internal/apkfile"
)

// tokens receives what apkparser reads, as far as the end of the first element.
type tokens struct {
	lines  []string
	depth  int
	closed bool
}

func (t *tokens) EncodeToken(token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		if t.closed {
			return nil
		}
		t.depth++
		var attrs []Attr
		for _, a := range e.Attr {
			attrs = append(attrs, Attr{Name: a.Name.Local, Value: a.Value})
		}
		t.lines = append(t.lines, line(t.depth, e.Name.Local, attrs))
	case xml.EndElement:
		t.closed = t.closed || t.depth == 1
		t.depth = max(t.depth-1, 0)
	}
	return nil
}

func (t *tokens) Flush() error { return nil }

func line(depth int, name string, attrs []Attr) string {
	var out []string
	for _, a := range attrs {
		at := strings.LastIndexAny(a.Name, "#:")
		if hex, ok := strings.CutPrefix(a.Value, "?"); ok && !a.Text { // apkparser writes these as a number
			if id, err := strconv.ParseUint(hex, 16, 32); err == nil {
				a.Value = strconv.Itoa(int(int32(id)))
			}
		}
		out = append(out, fmt.Sprintf("%s=%q", a.Name[at+1:], a.Value))
	}
	slices.Sort(out)
	return fmt.Sprintf("%d %s %s", depth, name, strings.Join(out, " "))
}

// both reads a document with our reader and with apkparser.
func both(data []byte) (ours []string, report Report, err error, theirs []string, theirErr error) {
	report, err = Parse(context.Background(), data, func(e *Element) error {
		ours = append(ours, line(e.Depth, e.Name, e.Attrs))
		return nil
	})
	defer func() {
		if p := recover(); p != nil {
			theirErr = fmt.Errorf("panic: %v", p)
		}
	}()
	t := new(tokens)
	theirErr = apkparser.ParseXmlWithConfig(bytes.NewReader(data), t, nil, &apkparser.ParseConfig{MaxStringTableBytes: 16 << 20})
	return ours, report, err, t.lines, theirErr
}

// documents calls visit with every binary XML file of the APKs in a folder.
func documents(t *testing.T, dir string, visit func(name string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".apk" {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := apkfile.Open(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return nil
		}
		for i := range f.Entries {
			e := &f.Entries[i]
			if !strings.HasSuffix(e.Name, ".xml") {
				continue
			}
			if data, err := f.Read(context.Background(), e, MaxBytes); err == nil {
				visit(filepath.Base(path)+"/"+e.Name, data)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// compare checks that our reader and apkparser read the same, or that a difference is reported.
func compare(t *testing.T, name string, data []byte) (same bool) {
	ours, report, err, theirs, theirErr := both(slices.Clone(data))
	if slices.Equal(ours, theirs) {
		return true
	}
	if err == nil && report.Mismatches == 0 && report.Unusual == nil {
		at := 0
		for at < len(ours) && at < len(theirs) && ours[at] == theirs[at] {
			at++
		}
		t.Errorf("%s: apkparser reads another text (%v) at element %d:\n%.300q\n%.300q", name, theirErr, at, ours[at:min(at+1, len(ours))], theirs[at:min(at+1, len(theirs))])
	}
	return false
}

func TestSameAsApkparser(t *testing.T) {
	all, same := 0, 0
	documents(t, "../../apk/testdata", func(name string, data []byte) {
		all++
		if compare(t, name, data) {
			same++
		}
	})
	if all == 0 || same != all {
		t.Errorf("%d of %d documents read alike", same, all)
	}
}

func TestSameAsApkparserOnCorpus(t *testing.T) {
	const dir = "../../../../shared/corpus/apks"
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the corpus of foreign APKs is missing: %v", err)
	}
	all, same := 0, 0
	documents(t, dir, func(name string, data []byte) {
		if strings.HasPrefix(name, "client.apk/res/layout/") {
			return // apkparser writes references into shared libraries as numbers
		}
		all++
		if compare(t, name, data) {
			same++
		}
	})
	if all < 1700 || same < all {
		t.Errorf("%d of %d documents read alike", same, all)
	}
}
