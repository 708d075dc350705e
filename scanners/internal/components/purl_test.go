package components

import (
	"testing"

	"github.com/package-url/packageurl-go"

	"quaestor/scanners/inventory"
)

// A package URL is written as everybody else writes it.
func TestCanonical(t *testing.T) {
	for _, f := range []Found{
		Maven("androidx.core", "core-ktx", "1.9.0-alpha01", "f"), NPM("@scope/x", "1.0.0+1", "f"), NPM("jquery", "3.4.1", "f"),
		Of("generic", "openssl", "1.1.1k", "f"), Of("generic", "openssl", "", "f"), Of("golang", "golang.org/x/net", "v0.17.0", "f"),
		Of("cargo", "tokio", "1.28.0", "f"), Of("pub", "dio", "", "f"), Of("cocoapods", "AFNetworking", "4.0.1", "f"),
		Of("golang", "github.com/x/y", "v0.0.0-20230101000000-abcdef012345+incompatible", "f"),
	} {
		p, err := packageurl.FromString(f.PURL)
		if err != nil || p.ToString() != f.PURL || p.Version != f.Version {
			t.Errorf("%q is %q, %v", f.PURL, p.ToString(), err)
		}
	}
}

// What bounds a version stays, says what it was, and gives way to a version that is stated.
func TestBounds(t *testing.T) {
	ffmpeg := Of("generic", "ffmpeg", "", "b.so")
	ffmpeg.From, ffmpeg.To, ffmpeg.Basis, ffmpeg.Text, ffmpeg.Offset = "4.4", "4.4.99", Text, "Lavf58.76.100", 70
	again := ffmpeg
	again.Text, again.Offset = "Lavc58.134.100", 50
	other := ffmpeg
	other.From, other.To = "4.3", "4.4"
	bare := Of("generic", "ffmpeg", "", "c.so")
	for _, order := range [][]Found{{ffmpeg, again, other, bare}, {bare, other, again, ffmpeg}} {
		var s Set
		s.Add(order...)
		got, _ := s.Result("abc", inventory.Origin{Scanner: "apk", Path: "x.apk"})
		if len(got) != 2 || got[0].From != "4.3" || got[1].To != "4.4.99" || got[0].ID == got[1].ID {
			t.Fatalf("%+v", got)
		}
		if c := got[1]; c.Exact || c.Version != "" || c.Basis != "text" || c.Text != "Lavc58.134.100" || len(c.Origins) != 1 || c.Origins[0].Offset != 50 {
			t.Errorf("%+v", c)
		}
		s.Add(Of("generic", "ffmpeg", "4.4.1", "d.so"))
		if got, _ = s.Result("abc", inventory.Origin{}); len(got) != 3 { // another copy
			t.Errorf("%+v", got)
		}
		s.Add(Of("generic", "ffmpeg", "4.4.1", "b.so"))
		if got, _ = s.Result("abc", inventory.Origin{}); len(got) != 1 || got[0].Version != "4.4.1" || !got[0].Exact {
			t.Errorf("%+v", got)
		}
	}
}
