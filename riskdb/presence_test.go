package riskdb

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

// on is a time on a day.
func on(day string) *time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return &t
}

// traced is the banned app of the small world, of which only traces are known.
func traced(traces ...inventory.Trace) inventory.App {
	return android("org.clip", func(a *inventory.App) { a.Presence, a.Traces = inventory.PresenceTrace, traces })
}

func findingOf(t *testing.T, a *Assessment, rule string) *Finding {
	t.Helper()
	i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Rule == rule })
	if i < 0 {
		t.Fatalf("no finding %q in %v", rule, summary(a))
	}
	return &a.Findings[i]
}

func TestTraces(t *testing.T) {
	tests := []struct {
		name   string
		traces []inventory.Trace
		want   string // of the ban
		title  string
	}{
		{"used this month", []inventory.Trace{{Kind: inventory.TraceUsed, Last: on("2026-11-10")}}, "ban high moderate review", "seen in use"},
		{"used long ago", []inventory.Trace{{Kind: inventory.TraceUsed, Last: on("2026-09-10")}}, "ban medium low review", "seen in use"},
		{"used, no day", []inventory.Trace{{Kind: inventory.TraceUsed}}, "ban medium low review", "seen in use"},
		{"fresh update", []inventory.Trace{{Kind: inventory.TraceUpdated, Last: on("2026-10-25")}}, "ban high moderate review", "recorded by the store"},
		{"old update", []inventory.Trace{{Kind: inventory.TraceUpdated, Last: on("2024-10-25")}}, "ban medium low review", "recorded by the store"},
		{"fresh purchase", []inventory.Trace{{Kind: inventory.TraceBought, Last: on("2026-11-21")}}, "ban medium low review", "got by the account"},
		{"decision", []inventory.Trace{{Kind: inventory.TraceDecision, Last: on("2026-11-21")}}, "ban medium low review", "an access was decided"},
		{"in the backup", []inventory.Trace{{Kind: inventory.TraceBackup, Last: on("2026-11-21")}}, "ban medium low review", "data in the backup"},
		{"data left", []inventory.Trace{{Kind: inventory.TraceData}}, "ban medium low review", "data left behind"},
		{"the surest counts", []inventory.Trace{{Kind: inventory.TraceBought, Last: on("2026-11-21")}, {Kind: inventory.TraceUsed, Last: on("2026-11-20")}}, "ban high moderate review", "seen in use"},
		{"removed", []inventory.Trace{{Kind: inventory.TraceUsed, Last: on("2026-11-10")}, {Kind: inventory.TraceRemoved, Last: on("2026-11-12")}}, "ban info low inform", "removed"},
		{"removed and used again", []inventory.Trace{{Kind: inventory.TraceUsed, Last: on("2026-11-14")}, {Kind: inventory.TraceRemoved, Last: on("2026-11-12")}}, "ban high moderate review", "seen in use"},
		{"a kind of later", []inventory.Trace{{Kind: "smelled"}}, "ban medium low review", "a trace of another kind"},
		{"no trace at all", nil, "ban medium low review", "not listed as installed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := judge(t, "2026-11-22", "be", &inventory.Inventory{Apps: []inventory.App{traced(tt.traces...)}})
			f := findingOf(t, a, RuleBan)
			if got := strings.Join([]string{f.Rule, string(f.Severity), string(f.Confidence), string(f.Action)}, " "); got != tt.want {
				t.Errorf("got %q want %q", got, tt.want)
			}
			if want := " (a trace: " + tt.title + ")"; !strings.HasSuffix(f.Title, want) {
				t.Errorf("title %q does not end in %q", f.Title, want)
			}
			if !strings.Contains(f.Caveat, "does not show that it is installed") || !strings.Contains(f.Caveat, "Look on the device first") {
				t.Errorf("caveat %q", f.Caveat)
			}
			if len(f.Removal) > 0 || f.Params["presence"] != "trace" {
				t.Errorf("removal %v, params %v", f.Removal, f.Params)
			}
			n := 0
			for _, e := range f.Evidence {
				if e.Kind == ByTrace {
					n++
				}
			}
			if n != len(tt.traces) {
				t.Errorf("%d pieces of evidence for %d traces", n, len(tt.traces))
			}
		})
	}
}

// TestTracesOfTheDay measures the age of a trace on the day on which the facts were taken, where that is told.
func TestTracesOfTheDay(t *testing.T) {
	app := traced(inventory.Trace{Kind: inventory.TraceUsed, Last: on("2025-03-10")})
	inv := &inventory.Inventory{Apps: []inventory.App{app}, Devices: []inventory.Device{{ID: "phone", Platform: inventory.Android, CollectedAt: on("2025-03-20")}}}
	if f := findingOf(t, judge(t, "2026-11-22", "be", inv), RuleBan); f.Confidence != ConfidenceModerate {
		t.Errorf("got %s", f.Confidence)
	}
}

// TestInstalledWithTraces leaves alone what a source lists as installed, whatever else is noted of it.
func TestInstalledWithTraces(t *testing.T) {
	app := traced(inventory.Trace{Kind: inventory.TraceBought})
	app.Presence = inventory.PresenceInstalled
	f := findingOf(t, judge(t, "2026-11-22", "be", &inventory.Inventory{Apps: []inventory.App{app}}), RuleBan)
	if f.Action != Remove || strings.Contains(f.Title, "trace") || f.Params["presence"] != "" {
		t.Errorf("%s %q %v", f.Action, f.Title, f.Params)
	}
}

func TestEveryKindOfTraceIsExplained(t *testing.T) {
	for _, kind := range TraceKinds() {
		if short, proves := TraceWords(kind); short == "" || proves == "" {
			t.Errorf("%s: %q %q", kind, short, proves)
		}
	}
	if len(TraceKinds()) != len(traceKinds) {
		t.Error("a kind is in one list only")
	}
}

// TestTraceOrder keeps a ban above what else is said of an app that may not be there.
func TestTraceOrder(t *testing.T) {
	a := judge(t, "2026-11-22", "be", &inventory.Inventory{Apps: []inventory.App{traced(inventory.Trace{Kind: inventory.TraceBought})}})
	if ban, owner := findingOf(t, a, RuleBan), findingOf(t, a, RuleJurisdiction); ban.Severity != Medium || owner.Severity != Low {
		t.Errorf("ban %s, owner %s", ban.Severity, owner.Severity)
	}
}

// TestTraceWordsOfApp says nothing of an app that the source contradicts, and nothing of the system that is not so.
func TestTraceWordsOfApp(t *testing.T) {
	app := func(id string, p inventory.Presence) *inventory.App {
		return &inventory.App{Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: id, Presence: p}
	}
	for _, kind := range TraceKinds() {
		installed, gone := app("com.tiktok", inventory.PresenceInstalled), app("com.tiktok", inventory.PresenceTrace)
		if short, proves := TraceWordsOf(installed, kind); short == "" || strings.Contains(proves, "deleted since") || strings.Contains(proves, "probably not") || !strings.Contains(proves, "installed") {
			t.Errorf("installed, %s: %q %q", kind, short, proves)
		}
		wantShort, wantProves := TraceWords(kind)
		if short, proves := TraceWordsOf(gone, kind); short != wantShort || proves != wantProves {
			t.Errorf("trace, %s: %q %q", kind, short, proves)
		}
		own := slices.Contains([]string{inventory.TraceUsed, inventory.TraceData, inventory.TraceBackup, inventory.TraceDecision}, kind)
		short, proves := TraceWordsOf(app("com.apple.mobilephone", inventory.PresenceTrace), kind)
		if own && (strings.Contains(proves, "deleted since") || strings.Contains(proves, "probably not") || strings.Contains(short, "left behind") || !strings.Contains(proves, "parts of the system")) {
			t.Errorf("Apple's, %s: %q %q", kind, short, proves)
		}
		if !own && proves != wantProves {
			t.Errorf("Apple's, %s: %q", kind, proves)
		}
	}
	if ApplesOwn(&inventory.App{IdentifierKind: inventory.AndroidPackage, Identifier: "com.apple.android.music"}) || ApplesOwn(app("com.appleseed.x", "")) {
		t.Error("of others")
	}
	if short, proves := TraceWordsOf(app("com.x", inventory.PresenceTrace), "smelled"); short+proves != "" {
		t.Errorf("unknown kind: %q %q", short, proves)
	}
}

// TestConcludedIdentifier says so with the evidence, unless another source states the identifier.
func TestConcludedIdentifier(t *testing.T) {
	for _, tt := range []struct {
		from    string
		origins []string
		want    string
	}{
		{"program-cache", []string{"ios/paths", "ios/paths"}, "concluded from the name of the app's program"},
		{"something-new", []string{"ios/paths"}, "concluded from other facts"},
		{"program-cache", []string{"ios/backup", "ios/paths"}, ""},
		{"", []string{"ios/paths"}, ""},
	} {
		app := android("org.clip")
		app.Concluded = tt.from
		for _, o := range tt.origins {
			app.Origins = append(app.Origins, inventory.Origin{Scanner: o, Path: "list"})
		}
		f := findingOf(t, judge(t, "2026-11-22", "be", &inventory.Inventory{Apps: []inventory.App{app}}), RuleBan)
		got := slices.ContainsFunc(f.Evidence, func(e Evidence) bool { return e.Kind == ByIdentifier && strings.Contains(e.Detail, "concluded") })
		if got != (tt.want != "") || got && !slices.ContainsFunc(f.Evidence, func(e Evidence) bool { return strings.Contains(e.Detail, tt.want) }) {
			t.Errorf("%+v: %+v", tt, f.Evidence)
		}
	}
}

func TestAlsoCalled(t *testing.T) {
	if got := alsoCalled("Life360", "Life360") + alsoCalled("life360: Find", "Life360") + alsoCalled("Updater", "Life360"); got != " (Life360)" {
		t.Errorf("got %q", got)
	}
}
