package riskdb

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"quaestor/scanners/inventory"
)

// unreadFields are those of an app that no rule reads of an app without findings, and which therefore may differ between two
// apps that are judged alike.
var unreadFields = []string{"ID", "Device", "Version", "VersionCode", "Homepage", "Arch", "SourcePackage", "MinSDK", "UID", "SharedUser", "Privileged", "Disabled",
	"Initiator", "FirstInstalled", "Updated", "LocalTime", "Paths", "Binaries", "StoreID", "Genre", "Groups", "UninstallCommand", "DeviceCount", "Origins"}

// TestQuietKey: whoever adds a fact to apps decides here whether apps that differ in it are judged alike.
func TestQuietKey(t *testing.T) {
	a := &assessor{inv: inventory.New()}
	plain := inventory.App{ID: "a", Device: "d", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "org.example", Paths: []string{"/x"}}
	before, ok := a.quietKeyOf(&plain)
	if !ok {
		t.Fatal("an app of a list is not remembered")
	}
	typ := reflect.TypeFor[inventory.App]()
	for i := range typ.NumField() {
		app := plain
		field := reflect.ValueOf(&app).Elem().Field(i)
		change(field)
		after, ok := a.quietKeyOf(&app)
		told := !ok || after != before
		if name := typ.Field(i).Name; told == slices.Contains(unreadFields, name) {
			t.Errorf("%s: tells apps apart %t", name, told)
		}
	}
}

// change makes another value of a field.
func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Slice:
		element := reflect.New(v.Type().Elem()).Elem()
		change(element)
		v.Set(reflect.Append(v, element))
	case reflect.Struct:
		change(v.Field(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	}
}

// mixedDevice is a computer or phone with apps of every sort that lists of management systems have, many of them with findings.
func mixedDevice(i int) *inventory.Inventory {
	r := rand.New(rand.NewPCG(11, uint64(i)))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	id := fmt.Sprintf("dev-%d", i)
	platform := []inventory.Platform{inventory.Android, inventory.IOS, inventory.Windows, inventory.MacOS}[i%4]
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: id, Platform: platform, OSName: pick("Android", "iOS", "Windows 11 Pro", "macOS"), OSVersion: pick("8", "12", "15", "10.0.19045", ""), SecurityPatch: pick("2019-01-05", ""),
		Manufacturer: pick("HUAWEI", "Apple", "Example"), Origins: []inventory.Origin{{Scanner: "test", Path: "x", Line: i}}}}
	kinds := map[inventory.Platform][]string{inventory.Android: {"android-package", "name"}, inventory.IOS: {"ios-bundle", "name"},
		inventory.Windows: {"name", "uninstall-key", "winget", "msix-family"}, inventory.MacOS: {"macos-bundle", "name"}}
	for n := range 40 {
		name := pick("TikTok", "WeChat", "Kaspersky Internet Security", "Telegram", "7-Zip", "Example Office", "Т\u0456kTok", "Zoom", "AnyDesk", "Google Chrome", "VPN Master", "", "微信")
		app := inventory.App{ID: fmt.Sprintf("%s-%d", id, n), Device: id, Platform: platform, IdentifierKind: inventory.IdentifierKind(pick(kinds[platform]...)), Name: name,
			Identifier: pick("com.zhiliaoapp.musically", "com.tencent.mm", "org.telegram.messenger", "com.kms.free", "org.example.app", "Kaspersky.Kaspersky", "com.anydesk.anydeskandroid", "{90160000-008C-0000-0000-0000000FF1CE}"),
			Publisher:  pick("", "", "Tencent", "Kaspersky Lab", "ByteDance", "Igor Pavlov"), Version: fmt.Sprint(r.IntN(100)), System: r.IntN(4) == 0, NotInstalled: r.IntN(9) == 0,
			Installer: pick("", "com.android.vending", "org.example.shop"), InstallerKnown: r.IntN(2) == 0, Distribution: pick("", "", "", "enterprise"),
			Origins: []inventory.Origin{{Scanner: "test", Path: "x", Line: n}}}
		if app.IdentifierKind == inventory.NameOnly {
			app.Identifier = app.Name
		}
		if r.IntN(3) == 0 {
			app.Signers = []inventory.Signer{{SHA256: fmt.Sprintf("%064x", r.IntN(3)), Subject: pick("", "CN=Tencent Technology (Shenzhen) Company Limited"), Verified: r.IntN(2) == 0}}
		}
		if r.IntN(5) == 0 {
			app.Flags = []string{pick("winget:Kaspersky.Kaspersky", "winget:XPDNZJFNCR1B07", "SYSTEM")}
		}
		if r.IntN(8) == 0 {
			app.Permissions = []inventory.Permission{{Name: "android.permission.READ_SMS", Granted: true}}
		}
		if r.IntN(8) == 0 {
			app.Users = []inventory.AppUser{{User: "0", Installed: true}}
		}
		inv.Apps = append(inv.Apps, app)
	}
	return inv
}

// always is a condition that holds for apps in an even version, of which nothing but the app itself tells.
type always struct{}

func (always) Match(f *Facts) (bool, uint64, error) {
	return f.App.Version != "" && (f.App.Version[0]-'0')%2 == 0, 1, nil
}
func (always) Needs() Needs { return Needs{Identity: true} }

// packsOf are the policies to judge by: the shipped ones, none, and a pack with rules, a list of what is allowed and an exception.
func packsOf(t *testing.T, db *DB) map[string]Policies {
	t.Helper()
	out := map[string]Policies{}
	for _, id := range []string{"all", "none"} {
		p, err := db.SelectPolicies(id)
		if err != nil {
			t.Fatal(err)
		}
		out[id] = p
	}
	own := &Policy{ID: "own", Title: "Own", All: true, Allow: []Allowance{{System: true}, {Installers: []string{"com.android.vending"}}},
		Rules: []PackRule{{ID: "even", Title: "even", Reason: "It is even.", Axis: Security, Severity: High, Action: Review, When: "even"}}}
	p, err := db.Compose(Selection{Packs: []*Policy{own}, Compile: func(string) (Condition, error) { return always{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	out["own"] = p
	return out
}

// TestJudgeForgetsNothing: what a judge remembers of other devices changes no judgement, in whatever order and by however
// many at once devices are judged.
func TestJudgeForgetsNothing(t *testing.T) {
	db := loadShipped(t)
	var fleet []*inventory.Inventory
	for i := range 60 {
		fleet = append(fleet, mixedDevice(i))
	}
	for i := range 20 {
		fleet = append(fleet, fleetDevice(i, 60))
	}
	for id, policies := range packsOf(t, db) {
		t.Run(id, func(t *testing.T) {
			judge := NewJudge(db, policies, "2026-11-22")
			want := make([]*Assessment, len(fleet))
			for i, inv := range fleet {
				want[i] = Assess(db, policies, inv, "2026-11-22")
			}
			for i, inv := range fleet {
				same(t, i, judge.Assess(inv), want[i])
			}
			if n := len(judge.quiet.memory); n < 100 {
				t.Errorf("%d apps are remembered: the test shows nothing", n)
			}
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					for i := len(fleet) - 1; i >= 0; i-- {
						same(t, i, judge.Assess(fleet[i]), want[i])
					}
				})
			}
			all.Wait()
		})
	}
}

func same(t *testing.T, device int, got, want *Assessment) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	for i := range want.Findings {
		if i >= len(got.Findings) || !reflect.DeepEqual(got.Findings[i], want.Findings[i]) {
			t.Errorf("device %d: finding %d of %d and %d is another: %+v", device, i, len(got.Findings), len(want.Findings), want.Findings[i])
			return
		}
	}
	t.Errorf("device %d: judged otherwise: %+v, not %+v", device, got, want)
}

// TestJudgeIsBounded: a fleet whose apps all differ fills no memory.
func TestJudgeIsBounded(t *testing.T) {
	q := quietApps{memory: map[quietKey]*quietApp{}}
	for i := range 3 {
		fresh := map[quietKey]*quietApp{}
		for n := range maxQuiet / 2 {
			fresh[quietKey{identifier: fmt.Sprint(i, n)}] = &quietApp{}
		}
		q.keep(fresh)
	}
	if n := len(q.memory); n != maxQuiet {
		t.Errorf("%d apps are remembered, not %d", n, maxQuiet)
	}
}

// TestRest: what is said of a run is said once, and an exception that one device needs was needed.
func TestRest(t *testing.T) {
	db := loadShipped(t)
	exceptions := []Exception{
		{ID: "needed", From: "2026-01-01", Until: "2030-01-01", ApprovedBy: "CISO", Reason: "Press office.", Apps: []string{"com.zhiliaoapp.musically"}},
		{ID: "idle", From: "2026-01-01", Until: "2030-01-01", ApprovedBy: "CISO", Reason: "Nobody knows.", Apps: []string{"org.example.nothing"}},
		{ID: "over", From: "2026-01-01", Until: "2026-02-01", ApprovedBy: "CISO", Reason: "Was needed.", Apps: []string{"com.tencent.mm"}},
	}
	policies, err := db.Compose(Selection{Packs: []*Policy{{ID: "own", Title: "Own", All: true}}, Exceptions: exceptions})
	if err != nil {
		t.Fatal(err)
	}
	phone := func(id, app string) *inventory.Inventory {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: id, Platform: inventory.Android, OSName: "Android", OSVersion: "15"}}
		inv.Apps = []inventory.App{{ID: id + app, Device: id, Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: app}}
		return inv
	}
	devices := []*inventory.Inventory{phone("a", "com.zhiliaoapp.musically"), phone("b", "com.tencent.mm"), phone("c", "com.tencent.mm"), phone("d", "org.example")}
	together, judge := inventory.New(), NewJudge(db, policies, "2029-11-22")
	var apart []Finding
	for _, inv := range devices {
		together.Devices, together.Apps = append(together.Devices, inv.Devices...), append(together.Apps, inv.Apps...)
		a := judge.Device(inv)
		if len(a.Gaps) > 0 && a.Gaps[0].Subject == "risk database" {
			t.Errorf("a device has the gap %q", a.Gaps[0].Detail)
		}
		apart = append(apart, a.Findings...)
	}
	rest := judge.Rest(inventory.New())
	if !slices.ContainsFunc(rest.Gaps, func(g inventory.Gap) bool { return g.Subject == "risk database" }) {
		t.Error("the age of the knowledge is not told")
	}
	want := Assess(db, policies, together, "2029-11-22")
	texts := func(list []Finding) (out []string) {
		for _, f := range list {
			out = append(out, fmt.Sprint(f.ID, " ", f.Title, " ", f.Reason, " ", f.Severity, " ", f.Exception != nil))
		}
		slices.Sort(out)
		return out
	}
	if got, want := texts(append(apart, rest.Findings...)), texts(want.Findings); !slices.Equal(got, want) {
		t.Errorf("one by one:\n%q\ntogether:\n%q", got, want)
	}
	var unused []string
	for _, f := range rest.Findings {
		if f.Rule == RuleExceptionUnused {
			unused = append(unused, f.Subject.Exception.ID)
		}
	}
	if !slices.Equal(unused, []string{"idle"}) || len(rest.Findings) != 2 {
		t.Errorf("%d exceptions are told, %q as not needed", len(rest.Findings), unused)
	}
}
