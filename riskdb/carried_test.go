package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

const tiktokKey = "9041803e91bcb814b4b4399fb5c85a91640b755e5e8ba76813814bf4cf2ab5ba"

// outerApp is an app in a file with other files inside it; each says where it lies.
func outerApp(inside ...inventory.Binary) *inventory.Inventory {
	inv := inventory.New()
	inv.Apps = []inventory.App{{ID: "outer", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "org.example.outer", Binaries: []string{"sha-outer"},
		Permissions: []inventory.Permission{{Name: "android.permission.RECORD_AUDIO", Granted: true, GrantKnown: true}}}}
	inv.Binaries = []inventory.Binary{{SHA256: "sha-outer", Format: "apk", Package: "org.example.outer", Entries: 9}}
	for _, b := range inside {
		if len(b.Inside) == 0 {
			b.Inside = []inventory.Place{{Binary: "sha-outer", File: "assets/x.bin"}}
		}
		inv.Binaries = append(inv.Binaries, b)
	}
	return inv
}

func judgedBy(t *testing.T, policy string, inv *inventory.Inventory, rules ...string) []Finding {
	t.Helper()
	p, err := loaded.SelectPolicies(policy)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(Assess(loaded, p, inv, today).Findings, func(f Finding) bool { return !slices.Contains(rules, f.Rule) })
}

func TestCarried(t *testing.T) {
	tiktok := inventory.Binary{SHA256: "sha-tiktok", Format: "apk", Package: "com.zhiliaoapp.musically"}
	signed := tiktok
	signed.Signed, signed.Signers = inventory.SignatureValid, []inventory.Signer{{SHA256: tiktokKey, Verified: true}}
	claimed := signed
	claimed.Signed = inventory.SignatureInvalid
	ads := inventory.Binary{SHA256: "sha-ads", Format: "dex", CodePackages: defining("com.bytedance.sdk.openadsdk.core")}
	for _, c := range []struct {
		name string
		in   []inventory.Binary
		want []string
	}{
		{"nothing", nil, nil},
		{"a DEX file", []inventory.Binary{{SHA256: "sha-dex", Format: "dex"}}, []string{"info inform moderate security"}},
		{"another app", []inventory.Binary{{SHA256: "sha-apk", Format: "apk", Package: "org.example.plugin"}}, []string{"low review moderate security"}},
		{"itself", []inventory.Binary{{SHA256: "sha-apk", Format: "apk", Package: "org.example.outer"}}, []string{"info inform moderate security"}},
		{"code of a vendor", []inventory.Binary{ads}, []string{"low review moderate security"}},
		{"a banned app", []inventory.Binary{tiktok}, []string{"medium review moderate compliance"}},
		{"a banned app, its signature checked", []inventory.Binary{signed}, []string{"medium review high compliance"}},
		{"a banned app with a signature that does not hold", []inventory.Binary{claimed}, []string{"medium review low compliance"}},
		{"both", []inventory.Binary{tiktok, ads}, []string{"low review moderate security", "medium review moderate compliance"}},
		{"in a file in a file", []inventory.Binary{{SHA256: "sha-dex", Format: "zip"}, {SHA256: "sha-deep", Format: "apk", Package: "com.zhiliaoapp.musically",
			Inside: []inventory.Place{{Binary: "sha-dex", File: "deep.apk"}}}}, []string{"info inform moderate security", "medium review moderate compliance"}},
	} {
		var got []string
		found := judgedBy(t, "be", outerApp(c.in...), RuleCarried, RuleBan, RuleJurisdiction, RuleSDK, RuleReach)
		for _, f := range found {
			if f.Rule != RuleCarried || len(f.Measures) > 0 || f.Subject.Identifier() != "org.example.outer" {
				t.Errorf("%s: %s on %s", c.name, f.Rule, f.Subject.Identifier())
			}
			if len(f.Evidence[0].Places) == 0 || f.Evidence[0].Places[0].File == "" {
				t.Errorf("%s: the evidence says nowhere where: %+v", c.name, f.Evidence[0])
			}
			got = append(got, strings.Join([]string{string(f.Severity), string(f.Action), string(f.Confidence), string(f.Axis)}, " "))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestNestedCodeIsNotTheApps: neither its SDKs nor what they reach are of the app that carries the file.
func TestNestedCodeIsNotTheApps(t *testing.T) {
	inv := outerApp(inventory.Binary{SHA256: "sha-ads", Format: "dex", CodePackages: defining("com.bytedance.sdk.openadsdk.core"), Hosts: []string{"log.snssdk.com"}})
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	a := Assess(loaded, p, inv, today)
	if len(a.Code) > 0 || len(a.CodeReach) != 1 || len(a.CodeReach[0].Vendors) > 0 {
		t.Errorf("code %+v, reach %+v", a.Code, a.CodeReach)
	}
	if found := judgedBy(t, "none", inv, RuleSDK, RuleHosts); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// TestSplitsCodeIsTheApps, and its place names the file of the split.
func TestSplitsCodeIsTheApps(t *testing.T) {
	inv := outerApp()
	inv.Apps[0].Binaries = append(inv.Apps[0].Binaries, "sha-split")
	inv.Binaries = append(inv.Binaries, inventory.Binary{SHA256: "sha-split", Split: "feature", CodePackages: defining("com.bytedance.sdk.openadsdk.core")})
	found := judgedBy(t, "none", inv, RuleSDK)
	if len(found) != 1 || found[0].Evidence[0].Places[0].Binary != "sha-split" {
		t.Errorf("%+v", found)
	}
}

func TestHosts(t *testing.T) {
	hosts := func(names []string, packages ...string) *inventory.Inventory {
		inv := outerApp()
		b := &inv.Binaries[0]
		b.Hosts, b.CodePackages = names, defining(packages...)
		for _, n := range names {
			b.Endpoints = append(b.Endpoints, inventory.Endpoint{Kind: inventory.EndpointURL, Value: "https://" + n + "/v1", Host: n, Places: []inventory.Place{{File: "classes2.dex"}}})
		}
		return inv
	}
	if found := judgedBy(t, "none", hosts([]string{"www.example.org", "notweibo.com"}), RuleHosts); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	found := judgedBy(t, "none", hosts([]string{"log.snssdk.com", "www.example.org"}), RuleHosts)
	if len(found) != 1 || found[0].Severity != Info || found[0].Confidence != ConfidenceLow || found[0].Params["vendors"] != "ByteDance" {
		t.Fatalf("%+v", found)
	}
	if p := found[0].Evidence[0].Places; len(p) != 1 || p[0].File != "classes2.dex" || p[0].Item != "https://log.snssdk.com/v1" {
		t.Errorf("%+v", p)
	}
	// Beside code of the company they are evidence of that finding, and make it no surer.
	with := hosts([]string{"log.snssdk.com"}, "com.bytedance.sdk.openadsdk.core")
	if found := judgedBy(t, "none", with, RuleHosts); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	sdk := judgedBy(t, "none", with, RuleSDK)
	if len(sdk) != 1 || sdk[0].Confidence != ConfidenceModerate || !slices.ContainsFunc(sdk[0].Evidence, func(e Evidence) bool { return e.Kind == ByHost && e.Confidence() == ConfidenceLow }) {
		t.Errorf("%+v", sdk)
	}
}

func TestMarks(t *testing.T) {
	mark := func(code string, files ...string) inventory.Mark {
		m := inventory.Mark{Code: code, Detail: "seen", Count: len(files)}
		for _, f := range files {
			m.Places = append(m.Places, inventory.Place{File: f})
		}
		return m
	}
	ordinary := []inventory.Mark{mark(inventory.MarkReflection, "classes.dex"), mark(inventory.MarkNativeLoading, "classes.dex"), mark(inventory.MarkExec, "classes.dex"),
		mark(inventory.MarkCodeLoading, "classes2.dex"), mark(inventory.MarkRootCheck, "classes.dex"), mark(inventory.MarkSu, "classes.dex"), mark(inventory.MarkZip64),
		mark(inventory.MarkTrailingData), mark(inventory.MarkScreenCapture, "classes.dex"), mark(inventory.MarkManySigners), mark("code/not-known-yet", "classes.dex")}
	for _, c := range []struct {
		name  string
		marks []inventory.Mark
		want  []string
	}{
		{"ordinary apps", ordinary, nil},
		{"two pictures of one name", []inventory.Mark{mark(inventory.MarkDuplicateNames, "res/a.png")}, nil},
		{"two manifests", []inventory.Mark{mark(inventory.MarkDuplicateNames, "res/a.png", "AndroidManifest.xml")}, []string{"evasive-file medium moderate"}},
		{"a DEX file by an odd method", []inventory.Mark{mark(inventory.MarkMethod, "classes2.dex")}, []string{"evasive-file medium moderate"}},
		{"a manifest that shows something else", []inventory.Mark{mark(inventory.MarkManifest)}, []string{"evasive-file medium moderate"}},
		{"Janus", append(ordinary, mark(inventory.MarkJanus), mark(inventory.MarkUnsafeNames, "../x")), []string{"evasive-file high moderate"}},
		{"a scheme taken out", []inventory.Mark{mark(inventory.MarkStripped)}, []string{"evasive-file medium moderate"}},
		{"odd names", []inventory.Mark{mark(inventory.MarkUnsafeNames, "../x")}, []string{"evasive-file low moderate"}},
		{"packed", []inventory.Mark{mark(inventory.MarkPacker, "classes.dex")}, []string{"packed-code low moderate"}},
		{"debug key and short key", []inventory.Mark{mark(inventory.MarkDebugKey), mark(inventory.MarkWeakSignature)}, []string{"debug-key low high", "weak-signature info high"}},
	} {
		inv := outerApp()
		inv.Binaries[0].Marks = c.marks
		var got []string
		for _, f := range judgedBy(t, "be", inv, RuleEvasive, RulePacked, RuleDebugKey, RuleWeakSignature) {
			got = append(got, strings.Join([]string{f.Rule, string(f.Severity), string(f.Confidence)}, " "))
			if strings.Contains(f.Title, "contradicts") != (c.name == "a scheme taken out") {
				t.Errorf("%s: %s", c.name, f.Title)
			}
			if f.Axis != Security || f.Action == Remove || !strings.HasSuffix(f.Reason, ".") {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestEarlierKeysAndBrokenSignatures: a key of the rotation is no signer of the content, but whoever it vouched for is no
// stranger; and a signature that does not hold gives no verified signer, whatever the list of signers says.
func TestEarlierKeysAndBrokenSignatures(t *testing.T) {
	const other = "1111111111111111111111111111111111111111111111111111111111111111"
	for _, c := range []struct {
		name    string
		state   inventory.SignatureState
		signers []inventory.Signer
		foreign bool
		want    Confidence // that it is the product
	}{
		{"signed with the listed key", inventory.SignatureValid, []inventory.Signer{{SHA256: tiktokKey, Verified: true}}, false, ConfidenceHigh},
		{"with a key that it vouched for", inventory.SignatureValid, []inventory.Signer{{SHA256: other, Verified: true}, {SHA256: tiktokKey, Verified: true, Lineage: true}}, false, ConfidenceModerate},
		{"with another", inventory.SignatureValid, []inventory.Signer{{SHA256: other, Verified: true}}, true, ConfidenceLow},
		{"the signature does not hold", inventory.SignatureInvalid, []inventory.Signer{{SHA256: tiktokKey, Verified: true}}, false, ConfidenceLow},
		{"no signature", inventory.SignatureUnsigned, nil, false, ConfidenceLow},
		{"nobody looked for one", inventory.SignatureUnknown, nil, false, ConfidenceModerate},
		{"nor with a rotation", inventory.SignatureInvalid, []inventory.Signer{{SHA256: other, Verified: true}, {SHA256: tiktokKey, Verified: true, Lineage: true}}, true, ConfidenceLow},
	} {
		inv := outerApp()
		inv.Apps[0].Identifier = "com.zhiliaoapp.musically"
		inv.Binaries[0].Signed, inv.Binaries[0].Signers = c.state, c.signers
		if found := judgedBy(t, "be", inv, RuleForeignSigner); (len(found) > 0) != c.foreign {
			t.Errorf("%s: %+v", c.name, found)
		}
		if found := judgedBy(t, "be", inv, RuleBan); len(found) != 1 || found[0].Confidence != c.want {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
}

// TestUnsignedFile: a file without a signature may be anybody's; of an installed app it is the copy that lost it.
func TestUnsignedFile(t *testing.T) {
	for device, want := range map[string]Confidence{"": ConfidenceLow, "phone": ConfidenceModerate} {
		inv := outerApp()
		inv.Apps[0].Identifier, inv.Apps[0].Device = "com.zhiliaoapp.musically", device
		inv.Binaries[0].Signed, inv.Binaries[0].Signers = inventory.SignatureUnsigned, nil
		if found := judgedBy(t, "be", inv, RuleBan); len(found) != 1 || found[0].Confidence != want {
			t.Errorf("device %q: %+v, want %s", device, found, want)
		}
	}
}
