package riskdb

import (
	"fmt"
	"path"
	"strings"

	"quaestor/scanners/inventory"
)

// seems is what the ending of a name says of a file in which nobody looks for code. Names without an ending, and such as
// .bin and .dat, say nothing.
var seems = byEnding(map[string]string{
	"a font":           "ttf otf ttc woff woff2",
	"an image":         "png jpg jpeg gif webp bmp svg ico heic avif",
	"sound":            "mp3 ogg wav m4a aac flac mid opus",
	"a video":          "mp4 webm 3gp mkv avi mov",
	"text":             "txt json xml html htm css js csv md properties ini yaml yml",
	"a document":       "pdf doc docx xls xlsx ppt",
	"a native library": "so",
})

func byEnding(endings map[string]string) map[string]string {
	out := map[string]string{}
	for what, list := range endings {
		for _, ending := range strings.Fields(list) {
			out["."+ending] = what
		}
	}
	return out
}

// compressed are endings of names that say that a file is compressed.
var compressed = []string{".gz", ".tgz", ".gzip", ".z", ".zst", ".zstd", ".xz", ".txz", ".xzs", ".lzma", ".br", ".lz4", ".bz2"}

// seeming is what the name of an entry says that it is.
func seeming(entry string) string { return seems[strings.ToLower(path.Ext(entry))] }

// wrapping is what the content of an entry is compressed with, besides the container's own compression, where its name
// does not say so.
func (a *assessor) wrapping(p inventory.Place) string {
	b := a.binaries[p.Binary]
	if b == nil {
		return ""
	}
	for _, ending := range compressed {
		if strings.HasSuffix(strings.ToLower(p.File), ending) {
			return ""
		}
	}
	for i := range b.Marks {
		if b.Marks[i].Code != inventory.MarkHiddenCode {
			continue
		}
		for _, q := range b.Marks[i].Places {
			if q.File == p.File && (q.Item == "gzip" || q.Item == "zstd" || q.Item == "xz") {
				return q.Item
			}
		}
	}
	return ""
}

// join adds another place of the same file.
func (u *unit) join(o unit) {
	u.places = append(u.places, o.place)
	u.deeper = u.deeper && o.deeper
	if u.seems == "" {
		u.seems = o.seems
	}
	if u.within == "" {
		u.within = o.within
	}
}

// disguise says how the file escapes who looks for code; empty where it does not.
func (u *unit) disguise() string {
	switch {
	case u.seems != "" && u.within != "":
		return "in a file named as " + u.seems + " and compressed once more (" + u.within + ")"
	case u.seems != "":
		return "in a file named as " + u.seems
	case u.within != "":
		return "compressed once more (" + u.within + ")"
	}
	return ""
}

// unitWords says what an app carries: "1 other app, with 2 files with code inside it", "2 files with code (one twice)".
func unitWords(units []unit) string {
	var apps, files, inner, again, disguised int
	var how string
	for i := range units {
		u := &units[i]
		switch {
		case u.bin.Package != "" && !u.deeper:
			apps++
		case u.deeper:
			inner++
		default:
			files++
		}
		if len(u.places) > 1 {
			again++
			how = fmt.Sprintf("one in %d places", len(u.places))
			if len(u.places) == 2 {
				how = "one twice"
			}
		}
		if u.disguise() != "" {
			disguised++
		}
	}
	var parts []string
	if apps > 0 {
		parts = append(parts, countOf(apps, "other app"))
	}
	if files > 0 {
		parts = append(parts, countOf(files, "file")+" with code")
	}
	text := strings.Join(parts, " and ")
	switch in := countOf(inner, "file") + " with code inside "; {
	case inner > 0 && apps+files == 1:
		text += ", with " + in + "it"
	case inner > 0 && text != "":
		text += ", with " + in + "them"
	case inner > 0:
		text = in + "other files"
	}
	switch {
	case again > 1:
		text += fmt.Sprintf(" (%d in several places)", again)
	case again == 1:
		text += " (" + how + ")"
	}
	return text + disguiseWords(units, disguised)
}

// disguiseWords is ", one in a file named as a font".
func disguiseWords(units []unit, disguised int) string {
	if disguised > 1 {
		return fmt.Sprintf(", %d of them hidden under names of something else or compressed once more", disguised)
	}
	for i := range units {
		if how := units[i].disguise(); how != "" && len(units) > 1 {
			return ", one " + how
		} else if how != "" {
			return ", " + how
		}
	}
	return ""
}
