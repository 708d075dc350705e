package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// talking is an iPhone app of which the device noted these exchanges.
func talking(bundle string, connections ...inventory.Connection) *inventory.Inventory {
	inv := inventory.New()
	inv.Apps = []inventory.App{{ID: "app-1", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: bundle, Connections: connections}}
	return inv
}

func assessAll(t *testing.T, inv *inventory.Inventory) *Assessment {
	t.Helper()
	p, err := loaded.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	return Assess(loaded, p, inv, today)
}

func TestContacts(t *testing.T) {
	by := func(host string, n int, via string) inventory.Connection {
		return inventory.Connection{Host: host, Count: n, Via: via, Last: on("2026-11-20")}
	}
	tests := []struct {
		name string
		inv  *inventory.Inventory
		want []string // severity action confidence title
		says string   // in the evidence
	}{
		{"by itself", talking("org.example.bank", by("log.byteoversea.com", 40, ""), by("mon.byteoversea.com", 1, "")),
			[]string{"low review moderate org.example.bank contacted servers of ByteDance, within reach of the law of the People's Republic of China"},
			"contacted 2 hosts of ByteDance by itself, 41 times, last on 2026-11-20: log.byteoversea.com, mon.byteoversea.com."},
		{"in web pages", talking("org.example.browser", by("www.tiktok.com", 3, "example.org")),
			[]string{"info inform low Web content opened in org.example.browser contacted servers of ByteDance"}, "web content opened in it contacted 1 host of ByteDance, 3 times"},
		{"both are one finding, of the app itself", talking("org.example.browser", by("www.tiktok.com", 3, "example.org"), by("log.byteoversea.com", 2, "")),
			[]string{"low review moderate org.example.browser contacted servers of ByteDance, within reach of the law of the People's Republic of China"}, "by itself, 2 times"},
		{"two companies", talking("org.example.bank", by("log.byteoversea.com", 1, ""), by("mtalk.qq.com", 1, "")), []string{
			"low review moderate org.example.bank contacted servers of ByteDance, within reach of the law of the People's Republic of China",
			"low review moderate org.example.bank contacted servers of Tencent Holdings, within reach of the law of the People's Republic of China"}, ""},
		{"others", talking("org.example.bank", by("example.org", 9, ""), by("notbyteoversea.com", 9, ""), by("192.0.2.1", 2, "")), nil, ""},
		{"its own group", talking("com.zhiliaoapp.musically", by("log.byteoversea.com", 9, "")), nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			all := ""
			ids := map[string]bool{}
			for _, f := range assessAll(t, tt.inv).Findings {
				if f.Rule == RuleContact {
					got = append(got, strings.Join([]string{string(f.Severity), string(f.Action), string(f.Confidence), f.Title}, " "))
					all += f.Evidence[0].Detail
					ids[f.ID] = true
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q want %q", got, tt.want)
			}
			if !strings.Contains(all, tt.says) {
				t.Errorf("evidence %q does not say %q", all, tt.says)
			}
			if len(ids) != len(got) {
				t.Error("two findings have one ID")
			}
		})
	}
}

// TestBrowsers: what a browser contacts is where its user went, not its own doing, except with its own maker's servers.
func TestBrowsers(t *testing.T) {
	for bundle, want := range map[string]Severity{"com.apple.mobilesafari": Info, "com.google.chrome.ios": Info, "org.mozilla.ios.Firefox": Info, "com.brave.ios.browser": Info, "org.example.bank": Low} {
		f := findingOf(t, assessAll(t, talking(bundle, inventory.Connection{Host: "www.tiktok.com", Count: 3})), RuleContact)
		if f.Severity != want || strings.HasPrefix(f.Title, "Web content opened in") != (want == Info) || !slices.Equal(f.Evidence[0].Hosts, []string{"www.tiktok.com"}) {
			t.Errorf("%s: %s %q %v", bundle, f.Severity, f.Title, f.Evidence[0].Hosts)
		}
	}
	unknown := talking("org.example.surf", inventory.Connection{Host: "www.tiktok.com", Count: 3})
	unknown.Apps[0].Permissions = []inventory.Permission{{Name: browserRight, Requested: true}}
	if f := findingOf(t, assessAll(t, unknown), RuleContact); f.Severity != Info {
		t.Errorf("an app that may be the default browser: %s", f.Severity)
	}
	own := &Product{Category: browserCategory, Vendor: "bytedance"}
	a := &assessor{db: loaded, asOf: today, learned: newLearned()}
	f := &facts{app: &talking("x", inventory.Connection{Host: "log.byteoversea.com"}).Apps[0], product: own, vendor: loaded.Vendor("bytedance")}
	if list := a.contactsOf(f); len(list) != 1 || list[0].web {
		t.Errorf("a browser's own maker: %+v", list)
	}
}

// TestOwnContacts makes what an app exchanged with its own maker evidence of the finding about the maker.
func TestOwnContacts(t *testing.T) {
	a := assessAll(t, talking("com.zhiliaoapp.musically", inventory.Connection{Host: "log.byteoversea.com", Count: 9}))
	f := findingOf(t, a, RuleJurisdiction)
	if !slices.ContainsFunc(f.Evidence, func(e Evidence) bool { return e.Kind == ByContact && strings.Contains(e.Detail, "9 times") }) {
		t.Errorf("%v", f.Evidence)
	}
}

// TestContactsOfItsOwnGroup: exchanges with its own company are no finding, although it is by its name alone that the app is
// known and so nothing says that its owner is within the same reach. With another company's they are one.
func TestContactsOfItsOwnGroup(t *testing.T) {
	for host, want := range map[string]int{"log.byteoversea.com": 0, "mtalk.qq.com": 1} {
		inv := talking("TikTok", inventory.Connection{Host: host, Count: 9})
		inv.Apps[0].IdentifierKind, inv.Apps[0].Name = inventory.NameOnly, "TikTok"
		got := 0
		for _, f := range assessAll(t, inv).Findings {
			if f.Rule == RuleContact {
				got++
				if f.Subject.Vendor == nil || f.Subject.Vendor.ID != "bytedance" {
					t.Errorf("the app is not known by its name: %v", f.Subject.Vendor)
				}
			}
		}
		if got != want {
			t.Errorf("%s: %d findings, want %d", host, got, want)
		}
	}
}

func TestHostOwners(t *testing.T) {
	h := loaded.HostOwners(today)
	o := h.Of("log.byteoversea.com")
	if o == nil || o.Name != "ByteDance" || o.State != "CN" || !o.Priority || h.Of("LOG.byteoversea.com.") != o {
		t.Errorf("got %+v", o)
	}
	if o := h.Of("example.org"); o != nil {
		t.Errorf("got %+v", o)
	}
}

// TestTrackingDomains takes the hosts that a privacy manifest names for those that the file names, and says so.
func TestTrackingDomains(t *testing.T) {
	inv := talking("org.example.bank")
	inv.Apps[0].Binaries = []string{"aa"}
	inv.Binaries = []inventory.Binary{{SHA256: "aa", Hosts: []string{"example.org"}, PrivacyManifests: []inventory.PrivacyManifest{{Tracking: true, TrackingDomains: []string{"log.byteoversea.com"}}}}}
	f := findingOf(t, assessAll(t, inv), RuleHosts)
	if !strings.Contains(f.Evidence[0].Detail, "its privacy manifest says that it tracks people with them") {
		t.Errorf("%q", f.Evidence[0].Detail)
	}
	if len(inv.Binaries[0].Hosts) != 1 {
		t.Error("the facts were changed")
	}
}
