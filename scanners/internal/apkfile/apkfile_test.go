package apkfile

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

func openSeed(t *testing.T, name string) (*File, []byte) {
	t.Helper()
	data, err := os.ReadFile(testdata + name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f, data
}

// TestAgreesWithArchiveZip compares names and content with the standard library on sound files.
func TestAgreesWithArchiveZip(t *testing.T) {
	for _, name := range seeds {
		f, data := openSeed(t, name)
		want, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Entries) != len(want.File) || f.Recovered || len(f.Oddities()) != 0 {
			t.Fatalf("%s: %d entries, want %d; oddities %q", name, len(f.Entries), len(want.File), f.Oddities())
		}
		for i, w := range want.File {
			sameEntry(t, f, &f.Entries[i], w)
		}
	}
}

func sameEntry(t *testing.T, f *File, e *Entry, w *zip.File) {
	t.Helper()
	got, err := f.Read(context.Background(), e, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var want bytes.Buffer
	if _, err := want.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	if e.Name != w.Name || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s: %d bytes, want %s with %d", e.Name, len(got), w.Name, want.Len())
	}
}

// TestRecover cuts the directory off and expects the same content from local headers.
func TestRecover(t *testing.T) {
	whole, data := openSeed(t, "plain.apk")
	cut := data[:whole.dirStart]
	f, err := Open(bytes.NewReader(cut), int64(len(cut)))
	if err != nil {
		t.Fatal(err)
	}
	if !f.Recovered || len(f.Entries) != len(whole.Entries) {
		t.Fatalf("recovered %v, %d entries, want %d", f.Recovered, len(f.Entries), len(whole.Entries))
	}
	for _, name := range []string{"AndroidManifest.xml", "resources.arsc", "classes.dex"} {
		want, err := whole.Read(context.Background(), whole.Lookup(name), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Read(context.Background(), f.Lookup(name), 1<<20)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, len(want))
		}
	}
}

// TestCount changes the number of entries that the end record states.
func TestCount(t *testing.T) {
	_, data := openSeed(t, "plain.apk")
	for add, recovered := range map[int]bool{-1: false, 0: false, 1: true} {
		changed := bytes.Clone(data)
		changed[len(changed)-12] += byte(add)
		f, err := Open(bytes.NewReader(changed), int64(len(changed)))
		if err != nil || f.Recovered != recovered || (len(f.Oddities()) > 0) != (add != 0) {
			t.Errorf("%+d: %v, recovered %v, oddities %q", add, err, f.Recovered, f.Oddities())
		}
	}
}

func TestReadLimit(t *testing.T) {
	f, _ := openSeed(t, "plain.apk")
	e := f.Lookup("AndroidManifest.xml")
	var limit *LimitError
	if _, err := f.Read(context.Background(), e, e.Size-1); !errors.As(err, &limit) {
		t.Errorf("one byte too many: %v", err)
	}
	if _, err := f.Read(context.Background(), e, e.Size); err != nil {
		t.Errorf("just fitting: %v", err)
	}
}

func TestInsecureName(t *testing.T) {
	for name, want := range map[string]bool{
		"classes.dex": false, "res/a.xml": false, "a..b": false, "..a": false, "ä": false,
		"": true, "/a": true, "../a": true, "a/../../b": true, "..": true, "a\\b": true, "a\x00b": true, "a\nb": true, "\x1b[m": true,
	} {
		if got := insecureName(name); got != want {
			t.Errorf("insecureName(%q) = %v", name, got)
		}
	}
}

// TestLargeDirectory: comments make a directory of 8 MB, of which Android reads every entry.
func TestLargeDirectory(t *testing.T) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	const entries = 130
	for i := range entries {
		h := &zip.FileHeader{Name: fmt.Sprintf("assets/%d", i), Comment: strings.Repeat("c", 65_535)}
		content, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(content, i)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (*File, error){
		"reader": func() (*File, error) { return Open(bytes.NewReader(buf.Bytes()), int64(buf.Len())) },
		"memory": func() (*File, error) { return OpenBytes(buf.Bytes()) },
	} {
		f, err := open()
		if err != nil || len(f.Entries) != entries || f.Recovered || len(f.Marks()) != 0 {
			t.Fatalf("%s: %d entries, %v, marks %v", name, len(f.Entries), err, f.Marks())
		}
		for i := range f.Entries {
			got, err := f.Read(t.Context(), &f.Entries[i], 100)
			if err != nil || string(got) != fmt.Sprint(i) || f.Entries[i].Name != fmt.Sprintf("assets/%d", i) {
				t.Fatalf("%s: %q is %q, %v", name, f.Entries[i].Name, got, err)
			}
		}
	}
}
