package mapped

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// signs are beginnings of files that people take for exports.
var signs = []struct{ begins, what, next string }{
	{"%PDF-", "a PDF", "Export the list as CSV or JSON where the PDF was made."},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document of the old form, such as an Excel workbook (.xls)", "Open it and save the sheet as CSV (UTF-8), then scan that."},
	{"\x89PNG", "a picture", "Export the list as CSV or JSON where the picture was taken."},
	{"\xff\xd8\xff", "a picture", "Export the list as CSV or JSON where the picture was taken."},
	{"SQLite format 3\x00", "a database of SQLite", "Export what it lists as CSV, then scan that with --map."},
	{"<!DOCTYPE html", "a web page, such as the page of a sign-in in place of a download", "Sign in and export again, as CSV or JSON."},
	{"<html", "a web page, such as the page of a sign-in in place of a download", "Sign in and export again, as CSV or JSON."},
	{"<?xml", "XML", "Export it as CSV or JSON, then scan that with --map."},
}

// describe says what a file looks like that no scanner recognises, and what to do with it.
func describe(src *source.Source, head []byte) (what, next string) {
	if src.IsZip() {
		return "", ""
	}
	start := bytes.TrimPrefix(gunzip.Head(head), []byte("\xef\xbb\xbf"))
	for _, s := range signs {
		if len(start) >= len(s.begins) && strings.EqualFold(string(start[:len(s.begins)]), s.begins) {
			return s.what, s.next
		}
	}
	text := textstream.Head(src)
	if first, _, ok := jsonstream.Head(text, jsonstream.Options{}); ok {
		return describeJSON(first, text), mapIt
	}
	if columns := csvstream.Columns(text); columns != nil {
		return "a CSV with the columns " + quoted(columns), mapIt
	}
	if len(bytes.TrimSpace(start)) == 0 {
		return "an empty file", "Export it again, and copy the whole file."
	}
	return "", ""
}

// Kin implements [scanners.Relative]: workbooks are archives, and hold what people export most.
func (scanner) Kin(src *source.Source) string {
	if src.IsDir() || !src.StartsLikeZip() {
		return ""
	}
	fsys, err := src.FS()
	if err != nil {
		return ""
	}
	if info, err := fs.Stat(fsys, "xl/workbook.xml"); err == nil && !info.IsDir() {
		return "an Excel workbook (save its sheet as CSV, and scan that)"
	}
	if f, err := fsys.Open("mimetype"); err == nil {
		defer f.Close()
		kind, _ := io.ReadAll(io.LimitReader(f, 100))
		if strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.spreadsheet") {
			return "an OpenDocument spreadsheet (save its sheet as CSV, and scan that)"
		}
	}
	return ""
}

const mapIt = "Write a mapping that says which of these tells what, and scan it with --map FILE.yaml; scanners/README.md has an example, and `quaestor schema map` lists what may stand in it. " +
	"Of a system that is read here, export it in one of the forms that `quaestor scanners` lists."

func describeJSON(first jsonstream.Element, text []byte) string {
	var names, lists []string
	_ = jsonpart.Value(first.Raw).Fields(func(key string, v jsonpart.Value) bool {
		names = append(names, key)
		if v.IsArray() {
			lists = append(lists, key)
			_ = v.Items(func(in jsonpart.Value) bool {
				var members []string
				_ = in.Fields(func(key string, _ jsonpart.Value) bool {
					members = append(members, key)
					return len(members) < maxNamed
				})
				if len(members) > 0 {
					lists[len(lists)-1] += " (its elements have " + quoted(members) + ")"
				}
				return false
			})
		}
		return len(names) < 4*maxNamed
	})
	what := "JSON, an object with the members " + quoted(names)
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("[")) {
		what = "JSON, a list of objects with the members " + quoted(names)
	}
	if len(names) == 0 {
		what = "JSON without anything in it"
	}
	if len(lists) > 0 {
		what += "; of these are lists: " + strings.Join(lists[:min(len(lists), 3)], ", ")
	}
	return what
}

// maxNamed is how many names are listed.
const maxNamed = 25

func quoted(list []string) string {
	var out []string
	for _, s := range list[:min(len(list), maxNamed)] {
		if len(s) > 60 {
			s = inventory.Text(s[:60])
		}
		out = append(out, fmt.Sprintf("%q", s))
	}
	if len(list) > maxNamed {
		out = append(out, fmt.Sprintf("and %d more", len(list)-maxNamed))
	}
	return strings.Join(out, ", ")
}
