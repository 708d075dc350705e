package privacyreport

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/source"
)

// bigReport has n lines of 120 apps, with 60 hosts each and intervals.
func bigReport(n int) string {
	var b bytes.Buffer
	for i := range n {
		app := fmt.Sprintf("org.example.app%d", i%120)
		if i%3 == 0 {
			kind := []string{"intervalBegin", "intervalEnd"}[i/3%2]
			fmt.Fprintf(&b, `{"accessor":{"identifier":"%s","identifierType":"bundleID"},"category":"location","identifier":"%08X-B581-42C4-AF98-EC5CB2181A61","kind":"%s","timeStamp":"2026-10-%02dT%02d:%02d:51.896+02:00","type":"access"}`+"\n",
				app, i/6, kind, 3+i%7, i%24, i%60)
			continue
		}
		fmt.Fprintf(&b, `{"domain":"h%d.example.org","firstTimeStamp":"2026-10-03T08:%02d:53.092+08:00","context":"","timeStamp":"2026-10-09T%02d:%02d:46.449+08:00","domainType":2,"initiatedType":"AppInitiated","hits":%d,"type":"networkActivity","domainOwner":"Example Inc.","bundleID":"%s"}`+"\n",
			i%60, i%60, i%24, i%60, 1+i%9, app)
	}
	return b.String()
}

// BenchmarkReport scans 100,000 lines; /floor only decodes each with the standard library.
func BenchmarkReport(b *testing.B) {
	content := bigReport(100_000)
	file := write(b, content)
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		for b.Loop() {
			s := bufio.NewScanner(strings.NewReader(content))
			for s.Scan() {
				var line struct {
					Accessor                                                              struct{ Identifier, IdentifierType string }
					Category, Identifier, Kind, TimeStamp, Type                           string
					Domain, FirstTimeStamp, Context, InitiatedType, DomainOwner, BundleID string
					Hits                                                                  int
				}
				if err := json.Unmarshal(s.Bytes(), &line); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for b.Loop() {
			src, err := source.Open(source.Target{Path: file}, source.DefaultLimits)
			if err != nil {
				b.Fatal(err)
			}
			inv, err := New().Scan(context.Background(), src)
			if err != nil || len(inv.Apps) != 120 {
				b.Fatal(len(inv.Apps), err)
			}
			src.Close()
		}
	})
}
