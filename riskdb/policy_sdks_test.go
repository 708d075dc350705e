package riskdb

import "testing"

// TestPackRulesOnCode: a rule on a development kit is no surer than its marks, and shows them.
func TestPackRulesOnCode(t *testing.T) {
	inv := carrying("com.westernbank.mobile", []string{"com.bytedance.sdk.openadsdk.TTFileProvider"}, nil, nil)
	found := loaded.SDKsIn(CodeEvidence{Components: []string{"com.bytedance.sdk.openadsdk.TTFileProvider"}})
	if len(found) != 1 {
		t.Fatalf("%d kits", len(found))
	}
	for name, c := range map[string]struct {
		sdks []string
		want int
	}{
		"carried":     {[]string{"another", found[0].SDK.ID}, 1},
		"not carried": {[]string{"another"}, 0},
	} {
		s := pack(rule(func(r *PackRule) { r.SDKs = c.sdks }))
		p, err := loaded.Compose(s)
		if err != nil {
			t.Fatal(err)
		}
		got := byRule(Assess(loaded, p, inv, today), "ours/r")
		if len(got) != c.want {
			t.Fatalf("%s: %d findings", name, len(got))
		}
		for _, f := range got {
			if f.Confidence != ConfidenceModerate || f.Evidence[len(f.Evidence)-1].Kind != ByCode {
				t.Errorf("%s: %s confidence, %+v", name, f.Confidence, f.Evidence)
			}
		}
	}
	inv.Binaries = nil // without the file nobody can tell
	inv.Apps[0].Binaries = nil
	p, err := loaded.Compose(pack(rule(func(r *PackRule) { r.SDKs = []string{found[0].SDK.ID} })))
	if err != nil || len(byRule(Assess(loaded, p, inv, today), "ours/r")) != 0 {
		t.Errorf("found without a file, %v", err)
	}
}
