package reports

import (
	"slices"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// judged makes a report on one app with these files, the first its base.
func judged(t *testing.T, files ...inventory.Binary) *Report {
	t.Helper()
	app := inventory.App{ID: "a", IdentifierKind: inventory.AndroidPackage, Identifier: "org.example.app"}
	for _, f := range files {
		if len(f.Inside) == 0 {
			app.Binaries = append(app.Binaries, f.SHA256)
		}
	}
	inv := &inventory.Inventory{Apps: []inventory.App{app}, Binaries: files}
	db := &riskdb.DB{}
	return New(Tool{}, db, inv, riskdb.Assess(db, riskdb.Policies{}, inv, "2026-01-01"))
}

func code(classes int) *inventory.Code {
	return &inventory.Code{Files: []inventory.CodeFile{{File: "classes.dex"}}, Classes: classes}
}

func within(sha256 string, places ...string) []inventory.Place {
	var out []inventory.Place
	for _, p := range places {
		out = append(out, inventory.Place{Binary: sha256, File: p})
	}
	return out
}

// TestInsideOfCarriedFiles: what a file inside an app holds is told, and what is in a file in that; a file that lies
// in two places is told once.
func TestInsideOfCarriedFiles(t *testing.T) {
	r := judged(t,
		inventory.Binary{SHA256: "base", Format: "apk", Code: code(20)},
		inventory.Binary{SHA256: "payload", Format: "apk", Package: "org.example.payload", Label: "Payload", Code: code(5), Inside: within("base", "res/raw/blob", "assets/a.ttf"),
			Signed: inventory.SignatureUnsigned, Permissions: []inventory.Permission{{Name: "android.permission.CAMERA"}}},
		inventory.Binary{SHA256: "dex", Format: "dex", Code: code(7), Inside: within("payload", "@0"), Hosts: []string{"c2.example.net"},
			Marks: []inventory.Mark{{Code: inventory.MarkExec, Detail: "starts programs", Count: 1}}},
		inventory.Binary{SHA256: "deepest", Format: "dex", Code: code(9), Inside: within("dex", "x")})
	list := r.Apps[0].Inside.Carries
	if len(list) != 2 || list[0].File != "assets/a.ttf" || list[1].SameAs != "assets/a.ttf" || list[1].Inside != nil {
		t.Fatalf("carried: %+v", list)
	}
	payload := list[0].Inside
	if payload.Name != "Payload" || payload.Code.Classes != 5 || payload.Signature.State != "unsigned" || len(payload.Carries) != 1 {
		t.Fatalf("payload: %+v", payload)
	}
	dex := payload.Carries[0]
	if dex.File != "@0" || dex.Inside.Code.Classes != 7 || !slices.Equal(dex.Inside.SomeHosts, []string{"c2.example.net"}) || len(dex.Inside.Marks) != 1 || dex.Inside.Deeper != 1 {
		t.Errorf("dex: %+v %+v", dex, dex.Inside)
	}
	if r.Apps[0].Inside.Code.Classes != 20 || r.Apps[0].Inside.Hosts != 0 {
		t.Errorf("what lies in a file of its own counts as the app's: %+v", r.Apps[0].Inside)
	}
}

// TestInsideOfWhatWasNotRead: a list that names a file by its hash is no look into it.
func TestInsideOfWhatWasNotRead(t *testing.T) {
	if in := judged(t, inventory.Binary{SHA256: "base", FileNames: []string{"base.apk"}, Package: "org.example.app"}).Apps[0].Inside; in != nil {
		t.Errorf("inside of a file that nobody read: %+v", in)
	}
	if judged(t, inventory.Binary{SHA256: "base", Signed: inventory.SignatureInvalid}).Apps[0].Inside == nil {
		t.Error("a file whose signature was checked was read")
	}
}

// TestNativeIsWhatWasReadAsSuch: neither a name nor a folder makes native code, nor the processor of it.
func TestNativeIsWhatWasReadAsSuch(t *testing.T) {
	in := judged(t, inventory.Binary{SHA256: "base", Code: code(1), ABIs: []string{"arm64-v8a"}, NativeLibs: []string{"liba.so", "libtext.so"},
		Native: []inventory.NativeCode{{File: "lib/arm64-v8a/liba.so", ABI: "x86_64", Size: 10}}}).Apps[0].Inside
	if in.Native != 1 || !slices.Equal(in.ABIs, []string{"x86_64"}) || !slices.Equal(in.NotNative, []string{"libtext.so"}) || len(in.NativeFiles) != 1 {
		t.Errorf("read: %+v", in)
	}
	in = judged(t, inventory.Binary{SHA256: "base", Signed: inventory.SignatureValid, ABIs: []string{"arm64-v8a"}, NativeLibs: []string{"liba.so"}}).Apps[0].Inside
	if in.Native != 1 || !slices.Equal(in.ABIs, []string{"arm64-v8a"}) || in.NotNative != nil {
		t.Errorf("names alone: %+v", in)
	}
}

// TestOpenLeavesOutIcons: an activity that the launcher alone starts opens nothing to other apps.
func TestOpenLeavesOutIcons(t *testing.T) {
	main, view := "android.intent.action.MAIN", "android.intent.action.VIEW"
	in := judged(t, inventory.Binary{SHA256: "base", Manifest: []inventory.ManifestComponent{
		{Kind: "activity", Name: "icon", Exported: true, Actions: []string{main}, Roles: []string{"launcher"}},
		{Kind: "activity-alias", Name: "both", Exported: true, Actions: []string{main, view}},
		{Kind: "activity", Name: "explicit", Exported: true},
		{Kind: "service", Name: "service", Exported: true, Actions: []string{main}},
		{Kind: "service", Name: "guarded", Exported: true, Permission: "p"},
		{Kind: "receiver", Name: "own"},
	}}).Apps[0].Inside
	var names []string
	for _, c := range in.SomeOpen {
		names = append(names, c.Name)
	}
	if in.Exported != 4 || in.Open != 3 || !slices.Equal(names, []string{"both", "explicit", "service"}) {
		t.Errorf("exported %d, open %d: %q", in.Exported, in.Open, names)
	}
}

// TestHostsAreNoNamespaces: an address that names something is not among the hosts, whoever made the list.
func TestHostsAreNoNamespaces(t *testing.T) {
	in := judged(t, inventory.Binary{SHA256: "base", Entries: 1, Hosts: []string{"schemas.android.com", "both.example", "api.example", "told.example"}, Endpoints: []inventory.Endpoint{
		{Kind: inventory.EndpointReference, Value: "http://schemas.android.com/apk", Host: "schemas.android.com"},
		{Kind: inventory.EndpointReference, Value: "http://both.example/ns", Host: "both.example"},
		{Kind: inventory.EndpointURL, Value: "http://both.example/api", Host: "both.example"},
		{Kind: inventory.EndpointHost, Value: "api.example", Host: "api.example"},
	}}).Apps[0].Inside
	if want := []string{"api.example", "both.example", "told.example"}; in.Hosts != 3 || !slices.Equal(in.SomeHosts, want) {
		t.Errorf("hosts %d %q, want %q", in.Hosts, in.SomeHosts, want)
	}
}

// TestBuilt: what the manifest lets others do with the app, and nothing where it lets them do nothing.
func TestBuilt(t *testing.T) {
	in := judged(t, inventory.Binary{SHA256: "base", Entries: 1, Debuggable: true, SharedUser: "org.example.u"}).Apps[0].Inside
	if in.Built == nil || !in.Built.Debuggable || in.Built.TestOnly || in.Built.AllowBackup || in.Built.SharedUser != "org.example.u" {
		t.Errorf("built: %+v", in.Built)
	}
	if in := judged(t, inventory.Binary{SHA256: "base", Entries: 1}).Apps[0].Inside; in.Built != nil {
		t.Errorf("built of nothing: %+v", in.Built)
	}
}

// TestPlaceOfAWholeFile has no item, so nothing that it could be a kind of.
func TestPlaceOfAWholeFile(t *testing.T) {
	got := places([]riskdb.Place{{File: "assets/x.dex", Kind: riskdb.PlaceItem}, {File: "classes.dex", Item: "a.b", Kind: riskdb.PlaceItem}})
	if got[0].Kind != "" || got[1].Kind != "item" {
		t.Errorf("kinds %q and %q", got[0].Kind, got[1].Kind)
	}
}

// TestVerdictCountsInformation: a report that holds something for information does not say that there is nothing.
func TestVerdictCountsInformation(t *testing.T) {
	r := &Report{Apps: []App{{}}, Findings: []Finding{{Severity: "info"}, {Severity: "info"}}}
	if got := verdict(r).Sentence; got != "No finding on 1 app, but 2 for information." {
		t.Error(got)
	}
}

// TestCodenames of a preview are handed on.
func TestCodenames(t *testing.T) {
	in := judged(t, inventory.Binary{SHA256: "base", Format: "apk", MinSDKCodename: "Tiramisu", TargetSDKCodename: "Baklava", Code: code(1)}).Apps[0].Inside
	if in.MinCodename != "Tiramisu" || in.TargetCodename != "Baklava" || in.MinSDK != 0 {
		t.Errorf("%+v", in)
	}
}
