package table

import (
	"bytes"
	"strings"
	"testing"

	"quaestor/reports"
)

// appleReport is on an iPhone app that was handed in as a file.
func appleReport() *reports.Report {
	in := &reports.Inside{Files: []reports.InsideFile{{SHA256: strings.Repeat("ab", 32), Name: "votes.ipa", Size: 13000}}, Signature: reports.Signature{State: "invalid", Error: "Nobody's.",
		Signers: []reports.InsideSigner{{Subject: "CN=Apple Distribution: Example Corp (ABCDE12345), OU=ABCDE12345, O=Example Corp", SHA256: strings.Repeat("cd", 32)}}},
		Native: 3, Libraries: 1, Open: 1, Hosts: 1, SomeHosts: []string{"api.example.org"}, Network: []string{"keys are pinned"}}
	in.Apple = &reports.InsideApple{Team: "ABCDE12345", Encrypted: true, OtherRights: 3, Bundles: 9,
		Provisioning: &reports.InsideProvisioning{Kind: "ad-hoc", Team: "ABCDE12345", TeamName: "Example Corp", Devices: 1, Expires: "2027-01-02"},
		Entitlements: []reports.InsideEntitlement{{Name: "com.apple.developer.networking.networkextension", Category: "network", Values: []string{"packet-tunnel-provider"}}},
		Extensions:   []reports.Extension{{Identifier: "org.example.keys", Name: "Keys", Point: "com.apple.keyboard-service"}},
		Privacy:      &reports.InsidePrivacy{Manifests: 2, Tracking: true, Domains: []string{"track.example.com"}, Collected: []reports.InsideCollected{{Type: "PreciseLocation", Linked: true, Tracking: true}}}}
	for _, name := range []string{"One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"} {
		in.Apple.Frameworks = append(in.Apple.Frameworks, reports.InsideFramework{Name: name, Version: "1.0", File: "Frameworks/" + name + ".framework"})
	}
	return &reports.Report{Apps: []reports.App{{ID: "a", Kind: "ios-bundle", Identifier: "org.example.votes", Name: "Votes", Inside: in}}, Verdict: reports.Verdict{Apps: 1}}
}

// insideText is the block of the only app.
func insideText(t *testing.T, r *reports.Report, o reports.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := (Writer{}).Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(b.String(), "INSIDE Votes\n")
	if !ok {
		t.Fatal(b.String())
	}
	text, _, _ = strings.Cut(text, "\n\n")
	return text
}

func TestInsideAppleInShort(t *testing.T) {
	for _, width := range []int{80, 120} {
		block := insideText(t, appleReport(), reports.Options{Width: width})
		if n := strings.Count(block, "\n") + 1; n > 18 {
			t.Errorf("%d lines at width %d:\n%s", n, width, block)
		}
		text := strings.Join(strings.Fields(block), " ")
		for _, want := range []string{"Encrypted by the App Store: its code and texts cannot be read", "Signer Apple Distribution: Example Corp (ABCDE12345) · not verified",
			"Profile ad hoc of Example Corp (ABCDE12345) · for 1 device · until 2027-01-02 · unproven", "Rights networking.networkextension; and 3 of no note (unproven)",
			"Frameworks 9: One 1.0, Two 1.0, Three 1.0, Four 1.0, and 5 more", "Extensions Keys (com.apple.keyboard-service)",
			"Privacy states that it tracks people, with track.example.com; collects precise location (linked to the person, to track)"} {
			if !strings.Contains(text, want) {
				t.Errorf("width %d lacks %q:\n%s", width, want, block)
			}
		}
		for _, lack := range []string{"Team ", "Native", "Versions", "Open to", "Nine"} {
			if strings.Contains(text, lack) {
				t.Errorf("width %d has %q:\n%s", width, lack, block)
			}
		}
	}
}

func TestInsideAppleWithDetails(t *testing.T) {
	text := strings.Join(strings.Fields(insideText(t, appleReport(), reports.Options{Width: 120, Details: true})), " ")
	for _, want := range []string{"Team ABCDE12345 (unproven)", "unproven: its signature was not checked, or does not hold", "com.apple.developer.networking.networkextension (network, packet-tunnel-provider)",
		"so that they count for nothing", "Nine 1.0 (Frameworks/Nine.framework)", "Keys (com.apple.keyboard-service, org.example.keys)", "(by 2 manifests)", "Native", "Open to"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}

// TestInsideAppleProven: of an app whose signature holds nothing is called unproven; one of the store names its team although
// the signer does not.
func TestInsideAppleProven(t *testing.T) {
	r := appleReport()
	in := r.Apps[0].Inside
	in.Signature = reports.Signature{State: "valid", Signers: []reports.InsideSigner{{Subject: "CN=Apple iPhone OS Application Signing, OU=Apple", Verified: true}}}
	in.Apple.TeamProven, in.Apple.Provisioning = true, nil
	in.Apple.Privacy = &reports.InsidePrivacy{Manifests: 1}
	text := strings.Join(strings.Fields(insideText(t, r, reports.Options{Width: 120})), " ")
	if strings.Contains(text, "unproven") || strings.Contains(text, "Profile") || !strings.Contains(text, "Team ABCDE12345 (proven by the signature)") || !strings.Contains(text, "does not state that it tracks people; states nothing that it collects") {
		t.Error(text)
	}
}
