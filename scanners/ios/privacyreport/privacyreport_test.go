package privacyreport

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// The lines of a made report, after Apple's documentation and published examples.
const (
	begin = `{"accessor":{"identifier":"org.example.chat","identifierType":"bundleID"},"category":"microphone","identifier":"B0848F17-B581-42C4-AF98-EC5CB2181A61","kind":"intervalBegin","timeStamp":"2026-10-09T06:41:51.896+02:00","type":"access"}`
	end   = `{"accessor":{"identifier":"org.example.chat","identifierType":"bundleID"},"category":"microphone","identifier":"B0848F17-B581-42C4-AF98-EC5CB2181A61","kind":"intervalEnd","timeStamp":"2026-10-09T06:45:03.813+02:00","type":"access"}`
	// An access that was going on when the report began, one that still goes on, and one that is no interval.
	endOnly   = `{"accessor":{"identifier":"org.example.chat","identifierType":"bundleID"},"category":"microphone","identifier":"00000000-B581-42C4-AF98-000000000001","kind":"intervalEnd","timeStamp":"2026-10-08T10:00:00Z","type":"access"}`
	beginOnly = `{"accessor":{"identifier":"org.example.chat","identifierType":"bundleID"},"category":"location","identifier":"00000000-B581-42C4-AF98-000000000002","kind":"intervalBegin","timeStamp":"2026-10-09T10:00:00Z","type":"access"}`
	event     = `{"accessCount":3,"accessor":{"identifier":"org.example.chat","identifierType":"bundleID"},"category":"contacts","identifier":"00000000-B581-42C4-AF98-000000000003","kind":"event","timeStamp":"2026-10-09T11:00:00Z","type":"access"}`
	picked    = `{"accessor":{"identifier":"org.example.chat","identifierType":"bundleID"},"category":"photos","identifier":"00000000-B581-42C4-AF98-000000000004","kind":"event","outOfProcess":true,"timeStamp":"2026-10-09T12:00:00Z","type":"access"}`

	byApp   = `{"domain":"api.Example.org","firstTimeStamp":"2026-10-03T08:24:53.092+08:00","context":"","timeStamp":"2026-10-09T08:42:46.449+08:00","domainType":2,"initiatedType":"AppInitiated","hits":2,"type":"networkActivity","domainOwner":"Example Inc.","bundleID":"org.example.chat"}`
	again   = `{"domain":"api.example.org","firstTimeStamp":"2026-10-05T00:00:00Z","context":"","timeStamp":"2026-10-10T00:00:00Z","domainType":2,"initiatedType":"AppInitiated","hits":5,"type":"networkActivity","domainOwner":"","bundleID":"org.example.chat"}`
	address = `{"domain":"117.161.74.49","firstTimeStamp":"2026-10-09T00:00:00Z","context":"","timeStamp":"2026-10-09T00:00:00Z","domainType":2,"initiatedType":"AppInitiated","hits":1,"type":"networkActivity","domainOwner":"","bundleID":"org.example.chat"}`
	inPage  = `{"domain":"tracker.example.net","firstTimeStamp":"2026-10-09T00:00:00Z","context":"https://news.example.com/a/b?q=1","contextVerificationType":3,"domainClassification":1,"timeStamp":"2026-10-09T00:00:00Z","domainType":1,"initiatedType":"NonAppInitiated","hits":4,"type":"networkActivity","domainOwner":"Tracker","bundleID":"org.example.chat"}`
	inWebIn = `{"domain":"other.example.net","firstTimeStamp":"2026-10-09T00:00:00Z","context":"","timeStamp":"2026-10-09T00:00:00Z","domainType":1,"initiatedType":"NonAppInitiated","hits":1,"type":"networkActivity","domainOwner":"","bundleID":"org.example.browser"}`

	// What the betas of iOS 15 wrote.
	betaAccess  = `{"stream":"com.apple.privacy.accounting.stream.tcc","accessor":{"identifier":"org.example.old","identifierType":"bundleID"},"tccService":"kTCCServiceAddressBook","identifier":"BE766661-F44C-46F8-A3E5-258FAE68D603","kind":"event","timestamp":"2021-06-09T14:19:48.270-05:00","version":3}`
	betaPlace   = `{"stream":"com.apple.privacy.accounting.stream.location","accessor":{"identifier":"org.example.old","identifierType":"bundleID"},"identifier":"BE766661-F44C-46F8-A3E5-258FAE68D604","kind":"intervalBegin","timestamp":"2021-06-09T14:19:48.270-05:00","version":3}`
	betaNetwork = `{"domain":"old.example.org","effectiveUserId":501,"domainType":2,"timeStamp":"2021-06-11T05:18:04Z","hasApp.bundleName":"org.example.old","context":"","hits":7,"domainOwner":"","initiatedType":"AppInitiated","firstTimeStamp":"2021-06-11T05:18:04Z"}`

	process = `{"accessor":{"identifier":"/usr/libexec/x","identifierType":"path"},"category":"contacts","identifier":"00000000-B581-42C4-AF98-000000000009","kind":"event","timeStamp":"2026-10-09T11:00:00Z","type":"access"}`
)

func write(t testing.TB, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "App_Privacy_Report_v4_2026-10-10T11_08_58.ndjson")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func scan(t testing.TB, lines ...string) *inventory.Inventory {
	t.Helper()
	return scantest.Scan(t, New(), write(t, strings.Join(lines, "\n")+"\n"))
}

func stamps(a *inventory.App) string {
	var out []string
	for _, x := range a.Accesses {
		out = append(out, fmt.Sprintf("%s %d %s %s", x.What, x.Count, x.First.Format("02T15:04:05"), x.Last.Format("02T15:04:05")))
	}
	for _, x := range a.Connections {
		out = append(out, fmt.Sprintf("%s %q %q %d %s %s", x.Host, x.Owner, x.Via, x.Count, x.First.Format("02T15:04:05"), x.Last.Format("02T15:04:05")))
	}
	return strings.Join(out, "\n")
}

func TestReport(t *testing.T) {
	all := []string{end, begin, endOnly, beginOnly, event, picked, byApp, again, address, inPage, inWebIn}
	forms := map[string]string{
		"lines": strings.Join(all, "\n"), "windows": "\xef\xbb\xbf" + strings.Join(all, "\r\n\r\n") + "\r\n",
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, forms["lines"])
	z.Close()
	forms["gzip"] = packed.String()
	for name, content := range forms {
		t.Run(name, func(t *testing.T) {
			inv := scantest.Scan(t, New(), write(t, content))
			a := scantest.App(t, inv, "org.example.chat")
			want := `contacts 3 09T11:00:00 09T11:00:00
location 1 09T10:00:00 09T10:00:00
microphone 2 08T10:00:00 09T04:45:03
photos (chosen by the user in a window of the system) 1 09T12:00:00 09T12:00:00
117.161.74.49 "" "" 1 09T00:00:00 09T00:00:00
api.example.org "Example Inc." "" 7 03T00:24:53 10T00:00:00
tracker.example.net "Tracker" "news.example.com" 4 09T00:00:00 09T00:00:00`
			if got := stamps(a); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if tr := a.Traces; a.Presence != inventory.PresenceTrace || len(tr) != 1 || tr[0].Kind != inventory.TraceUsed || tr[0].First.Day() != 3 || tr[0].Last.Day() != 10 {
				t.Errorf("%s %+v", a.Presence, a.Traces)
			}
			if got := stamps(scantest.App(t, inv, "org.example.browser")); !strings.Contains(got, `other.example.net "" "web content"`) {
				t.Error(got)
			}
			if len(inv.Apps) != 2 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapBlind || !strings.Contains(inv.Gaps[0].Detail, "from 2026-10-03 to 2026-10-10") {
				t.Errorf("%d apps, %+v", len(inv.Apps), inv.Gaps)
			}
			if inv.Devices[0].CollectedAt.Day() != 10 {
				t.Errorf("%+v", inv.Devices)
			}
		})
	}
}

func TestOlderVersions(t *testing.T) {
	a := scantest.App(t, scan(t, betaAccess, betaPlace, betaNetwork), "org.example.old")
	want := "kTCCServiceAddressBook 1 09T19:19:48 09T19:19:48\nlocation 1 09T19:19:48 09T19:19:48\nold.example.org \"\" \"\" 7 11T05:18:04 11T05:18:04"
	if got := stamps(a); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What cannot be read is counted, with its lines, and the rest is read.
func TestDamagedLines(t *testing.T) {
	odd := strings.Replace(byApp, "2026-10-09T08:42:46.449+08:00", "yesterday", 1)
	bad := strings.Replace(strings.Replace(address, "117.161.74.49", "not a host", 1), "org.example.chat", "org.example.other", 1)
	inv := scan(t, begin, end[:40], "{]", "no json", `{"type":"future","bundleID":"a.b"}`, process, odd, bad, end)
	a := scantest.App(t, inv, "org.example.chat")
	if len(a.Accesses) != 1 || a.Accesses[0].Count != 1 || len(a.Connections) != 1 {
		t.Error(stamps(a))
	}
	got := map[string]string{}
	for _, g := range inv.Gaps {
		got[string(g.Kind)+" "+strings.Fields(g.Detail)[0]] = fmt.Sprint(g.Count, g.Samples)
	}
	for what, want := range map[string]string{
		"malformed Lines":     "3 [line 2 line 3 line 4]",
		"unknown-lines Lines": `2 [line 5 line 6: an app by its "path"]`,
		"unknown-lines Times": "1 [line 7]",
		"malformed Hosts":     "1 [not a host]",
	} {
		if got[what] != want {
			t.Errorf("%s: %q, want %q", what, got[what], want)
		}
	}
}

func TestLimits(t *testing.T) {
	var b strings.Builder
	for i := range maxHosts + 3 {
		b.WriteString(strings.Replace(byApp, "api.", fmt.Sprintf("h%d.", i), 1) + "\n")
	}
	for i := range maxSensors + 2 {
		b.WriteString(strings.Replace(event, "contacts", fmt.Sprintf("s%d", i), 1) + "\n")
	}
	inv := scan(t, b.String())
	a := scantest.App(t, inv, "org.example.chat")
	gaps := scantest.Gaps(inv, inventory.GapLimit)
	if len(a.Connections) != maxHosts || len(a.Accesses) != maxSensors || len(gaps) != 2 || gaps[0].Count+gaps[1].Count != 5 {
		t.Errorf("%d hosts, %d sensors, %+v", len(a.Connections), len(a.Accesses), gaps)
	}
	limits := source.DefaultLimits
	limits.FileBytes = int64(len(begin) + len(end) + 10)
	src, err := source.Open(source.Target{Path: write(t, strings.Join([]string{begin, end, byApp}, "\n"))}, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if inv, err = New().Scan(context.Background(), src); err != nil || len(inv.Apps) != 1 || len(scantest.Gaps(inv, inventory.GapLimit)) != 1 {
		t.Errorf("%v %+v", err, inv.Gaps)
	}
}

func TestRecogniseNeedsContent(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "another kind": `{"type":"event","name":"x"}` + "\n", "no json": "type access\n", "a list": "[1,2]\n", "an inventory": `{"schema":"quaestor.inventory/1"}`,
		"access without an app": `{"type":"access","category":"contacts"}`,
	} {
		if New().Recognise(scantest.Open(t, write(t, content))) {
			t.Errorf("%s is recognised", name)
		}
	}
	if !New().Recognise(scantest.Open(t, write(t, "broken\n"+begin))) {
		t.Error("a report with a broken first line is not recognised")
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New().Scan(ctx, scantest.Open(t, write(t, strings.Repeat(byApp+"\n", 5000)))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// FuzzObject: an object is one for this reader if it is one for the standard library, and its texts are the same.
func FuzzObject(f *testing.F) {
	for _, s := range []string{begin, byApp, betaPlace, `{}`, `{"a":"\u00e9\n\"","b":[1,{"c":-0.5e+7}],"d":null}`, `{"a":01}`, `{"a":1,}`, ` { "a" : true } `, "{\"a\":\"\x80\"}", `{"a":"` + "\t" + `"}`, `[]`, `{"a":tru}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		texts := map[string]string{}
		err := object(line, func(name []byte, v value) {
			if !bytes.ContainsRune(name, '\\') {
				texts[string(name)] = string(v.text())
			}
		})
		var want map[string]any
		if json.Unmarshal(line, &want) != nil || want == nil {
			if err == nil {
				t.Fatalf("%q is taken for an object", line)
			}
			return
		}
		if err != nil {
			if depth(line) > maxDepth {
				return
			}
			t.Fatalf("%q is refused", line)
		}
		for name, v := range want {
			if s, ok := v.(string); ok && utf8.Valid(line) && !bytes.Contains(line, []byte("\\u")) && texts[name] != s && len(texts) == len(want) {
				t.Errorf("%q: %q is %q, want %q", line, name, texts[name], s)
			}
		}
	})
}

func depth(line []byte) (deepest int) {
	n := 0
	for _, c := range line {
		switch c {
		case '{', '[':
			n++
			deepest = max(deepest, n)
		case '}', ']':
			n--
		}
	}
	return deepest
}

func FuzzReport(f *testing.F) {
	f.Add(strings.Join([]string{end, begin, endOnly, event, picked, byApp, inPage}, "\n"))
	f.Add(strings.Join([]string{betaAccess, betaPlace, betaNetwork, process}, "\r\n"))
	f.Fuzz(func(t *testing.T, content string) {
		r := newReport("fuzz")
		if err := r.read(context.Background(), strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		for _, a := range r.inventory("x", "fuzz", "").Apps {
			if len(a.Traces) != 1 || a.Presence != inventory.PresenceTrace {
				t.Errorf("%+v", a)
			}
		}
	})
}

// What a page that the user opened contacted is not the app's own doing, also where no page is named.
func TestWebTrafficStandsApart(t *testing.T) {
	line := func(initiated string, hits int) string {
		return fmt.Sprintf(`{"domain":"cdn.example.org","firstTimeStamp":"2026-10-03T08:00:00.000+00:00","context":"","timeStamp":"2026-10-03T08:00:00.000+00:00","domainType":2,"initiatedType":%q,"hits":%d,"type":"networkActivity","domainOwner":"","bundleID":"org.example.app"}`, initiated, hits)
	}
	inv := scan(t, line("AppInitiated", 2), line("NonAppInitiated", 5), line("AppInitiated", 1))
	got := map[bool]int{}
	for _, c := range inv.Apps[0].Connections {
		got[c.Via == ""] += c.Count
	}
	if len(inv.Apps[0].Connections) != 2 || got[true] != 3 || got[false] != 5 {
		t.Errorf("%+v", inv.Apps[0].Connections)
	}
}

// TestCounts: a count may be written as a string; what is no count adds none, and is told.
func TestCounts(t *testing.T) {
	var list []string
	for host, hits := range map[string]string{"a.example.org": `"5"`, "b.example.org": "1e300", "c.example.org": "-5", "d.example.org": "1000000000000000000000000000000",
		"e.example.org": "null", "f.example.org": "true", "g.example.org": `""`} {
		list = append(list, strings.Replace(strings.Replace(byApp, "api.Example.org", host, 1), `"hits":2`, `"hits":`+hits, 1))
	}
	list = append(list, strings.Replace(byApp, `"hits":2,`, "", 1))
	inv := scan(t, list...)
	for _, c := range inv.Apps[0].Connections {
		want := map[string]int{"a.example.org": 5, "api.example.org": 1}[c.Host]
		if c.Count != want {
			t.Errorf("%s: %d, want %d", c.Host, c.Count, want)
		}
	}
	if gaps := scantest.Gaps(inv, inventory.GapMalformed); len(gaps) != 1 || gaps[0].Count != 6 {
		t.Errorf("%+v", gaps)
	}
}
