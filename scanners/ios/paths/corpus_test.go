package paths_test

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/ios/paths"
	"quaestor/scanners/source"
)

const corpusList = "../../../../shared/corpus/dumps/abrignoni+iLEAPP/admin/data/filepath-lists/belkasoft-ctf6-ios-dev1.csv.zip"

// truth are the apps of the list by the folders that hold them, from what is publicly known of them.
var truth = map[string]string{
	"AppleTV": "com.apple.tv", "Authenticator": "com.google.Authenticator", "Books": "com.apple.iBooks", "Bridge": "com.apple.Bridge",
	"Calculator": "com.apple.calculator", "Compass": "com.apple.compass", "Contacts": "com.apple.MobileAddressBook", "FaceTime": "com.apple.facetime",
	"Files": "com.apple.DocumentsApp", "FindMy": "com.apple.findmy", "Fitness": "com.apple.Fitness", "Freeform": "com.apple.freeform",
	"Health": "com.apple.Health", "Helix": "com.ubercab.UberClient", "Home": "com.apple.Home", "Magnifier": "com.apple.Magnifier",
	"Maps": "com.apple.Maps", "Measure": "com.apple.measure", "MobileCal": "com.apple.mobilecal", "MobileMail": "com.apple.mobilemail",
	"MobileNotes": "com.apple.mobilenotes", "MobileStore": "com.apple.MobileStore", "MobileTimer": "com.apple.mobiletimer", "Music": "com.apple.Music",
	"News": "com.apple.news", "Passbook": "com.apple.Passbook", "Podcasts": "com.apple.podcasts", "RedditApp": "com.reddit.Reddit",
	"Reminders": "com.apple.reminders", "SequoiaTranslator": "com.apple.Translate", "Shortcuts": "com.apple.shortcuts",
	"Splitwise": "com.Splitwise.SplitwiseMobile", "Spotify": "com.spotify.client", "Stocks": "com.apple.stocks", "Telegram": "ph.telegra.Telegraph",
	"TikTok": "com.zhiliaoapp.musically", "Tips": "com.apple.tips", "VoiceMemos": "com.apple.VoiceMemos", "Weather": "com.apple.weather",
	"YouTube": "com.google.ios.youtube",
}

// member opens the list inside of the archive that it comes in.
func member(t testing.TB) *source.Source {
	t.Helper()
	if _, err := os.Stat(corpusList); err != nil {
		t.Skip("no list of an iPhone's paths in ../shared/corpus beside the repository")
	}
	src, err := source.Open(source.Target{Path: corpusList}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	in, err := src.Sub("belkasoft-ctf6-ios-dev1.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return in
}

// Of the 41 bundles, 40 are apps of the phone, and one is the placeholder of an app for the watch inside another.
func TestCorpus(t *testing.T) {
	member(t)
	inv := scanners.Run(context.Background(), []source.Target{{Path: corpusList}}, scanners.Options{Scanners: []scanners.Scanner{paths.New()}, Limits: source.DefaultLimits})
	found, watch := map[string]string{}, 0
	for _, a := range inv.Apps {
		if a.Presence == inventory.PresenceInstalled {
			if a.IdentifierKind != inventory.IOSBundle || len(a.Paths) != 1 || !strings.HasPrefix(a.Paths[0], "private/var/containers/Bundle/Application/") {
				t.Errorf("%+v", a)
			}
			found[a.Name] = a.Identifier
			if own := strings.HasPrefix(a.Identifier, "com.apple."); own != a.System || own == (a.Distribution == "app-store") {
				t.Errorf("%s: system %v, distribution %q", a.Name, a.System, a.Distribution)
			}
		}
		for _, e := range a.Extensions {
			if strings.HasSuffix(e.File, ".app") && a.Identifier == "com.spotify.client" {
				watch++
			}
		}
	}
	for name, id := range truth {
		if found[name] != id {
			t.Errorf("%s is %q, want %q", name, found[name], id)
		}
	}
	if len(found) != len(truth) || watch != 1 {
		t.Errorf("%d apps and %d for the watch, want %d and 1", len(found), watch, len(truth))
	}
	for _, g := range inv.Gaps {
		if g.Kind.Incomplete() {
			t.Errorf("%+v", g)
		}
	}
}

// BenchmarkCorpus scans the list in its archive; /floor only unpacks it and splits it into lines.
func BenchmarkCorpus(b *testing.B) {
	member(b)
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			z, err := zip.OpenReader(corpusList)
			if err != nil {
				b.Fatal(err)
			}
			r, err := z.File[0].Open()
			if err != nil {
				b.Fatal(err)
			}
			if n := splitLines(b, r); n != 65_625 {
				b.Fatal(n)
			}
			z.Close()
		}
	})
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			inv := scanners.Run(context.Background(), []source.Target{{Path: corpusList}}, scanners.Options{Scanners: []scanners.Scanner{paths.New()}, Limits: source.DefaultLimits})
			if len(inv.Apps) < len(truth) {
				b.Fatal(len(inv.Apps))
			}
		}
	})
}

// splitLines reads text line by line and does nothing with it.
func splitLines(b *testing.B, r io.Reader) int {
	n := 0
	s := newLines(r)
	for s.Scan() {
		n++
	}
	if s.Err() != nil {
		b.Fatal(s.Err())
	}
	return n
}
