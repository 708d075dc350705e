package table_test

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
)

// TestInsideShowsTheWorstFirst: of many files the short form shows those with the worst findings.
func TestInsideShowsTheWorstFirst(t *testing.T) {
	r := reporttest.File()
	worst := r.Apps[0]
	r.Apps = nil
	for n := range 6 {
		a := worst
		in := *worst.Inside
		in.Files = []reports.InsideFile{{SHA256: fmt.Sprint(n)}}
		a.ID, a.Name, a.Inside = fmt.Sprintf("other-%d", n), fmt.Sprintf("Other %d", n), &in
		r.Apps = append(r.Apps, a)
	}
	r.Apps = append(r.Apps, worst)
	text := write(t, r, reports.Options{})
	if at, other := strings.Index(text, "INSIDE Torch"), strings.Index(text, "INSIDE Other 0"); at < 0 || other < at {
		t.Errorf("the app with a finding stands at %d, another at %d", at, other)
	}
	if !strings.Contains(text, "What is inside 4 more apps: shown with --details.") {
		t.Error("the apps that are left out are not counted")
	}
}

// TestInsideOnDevices is one block for the same files on all of them, with details, and a line that says so without.
func TestInsideOnDevices(t *testing.T) {
	r := reporttest.Full()
	other := r.Devices[0]
	other.ID, other.Name = "second", "Second phone"
	r.Devices = append(r.Devices, other)
	a := r.Apps[len(r.Apps)-1]
	a.ID, a.Device = "twin", "second"
	r.Apps = append(r.Apps, a)
	if text := write(t, r, reports.Options{}); strings.Contains(text, "\nINSIDE ") || !strings.Contains(text, "What is inside 1 app of the devices whose files were read: shown with --details.") {
		t.Error("the short form does not say that more is shown with --details")
	}
	text := write(t, r, reports.Options{Details: true, Width: 200})
	if strings.Count(text, "\nINSIDE ") != 1 || !strings.Contains(text, "Second phone") {
		t.Errorf("the same files have %d blocks", strings.Count(text, "\nINSIDE "))
	}
}

// TestVendorsWithTheSameReachShareALine, and those whose state no source confirms stand only in the details.
func TestVendorsWithTheSameReachShareALine(t *testing.T) {
	r := reporttest.File()
	reach := []reports.CodeAccess{{Category: "camera", Asked: 1, Unknown: 1}}
	vendor := func(name, certainty string) reports.VendorCode {
		return reports.VendorCode{Name: name, State: "CN", StateCertainty: certainty, Priority: true, Apps: []string{"app-0031"}, SDKs: []string{"x"}, Reach: reach}
	}
	r.CodeReach = []reports.CodeReach{{Read: 1, Vendors: []reports.VendorCode{vendor("One", "high"), vendor("Two", "moderate"), vendor("Doubtful", "low")}}}
	short := strings.Join(strings.Fields(write(t, r, reports.Options{})), " ")
	if !strings.Contains(short, "Code of One and Two (within reach of CN) can reach what the app asks for: camera") || strings.Contains(short, "Doubtful") {
		t.Error(short)
	}
	if full := strings.Join(strings.Fields(write(t, r, reports.Options{Details: true})), " "); !strings.Contains(full, "Code of Doubtful (within reach of CN, not verified)") {
		t.Error("the vendor is not in the details")
	}
}

// TestLawsStandOnce: two owners in one state share its laws, and the second finding names the first.
func TestLawsStandOnce(t *testing.T) {
	r := reporttest.File()
	law := reports.ChainLink{From: "China", Relation: "subject to", To: "Intelligence Law", Kind: "law", Verified: true, Confidence: "high"}
	var findings []reports.Finding
	for _, owner := range []string{"One", "Two"} {
		f := r.Findings[0]
		f.ID, f.Title = owner, "Torch carries code of "+owner
		f.Chain = []reports.ChainLink{{From: owner, Relation: "under the law of", To: "China", Kind: "state", Verified: true, Confidence: "high"}, law}
		findings = append(findings, f)
	}
	r.Findings = findings
	text := write(t, r, reports.Options{Details: true, Width: 200})
	if strings.Count(text, "China subject to Intelligence Law") != 1 || strings.Count(text, `of China: as for the finding "Torch carries code of One" above`) != 1 {
		t.Error(text)
	}
	if !strings.Contains(text, "Two under the law of China") {
		t.Error("the way to the state is lost")
	}
}

// TestSignatureErrorStandsOnce: what fails a scheme and the signature is said once, and a scheme that fails although the
// signature holds is not left out.
func TestSignatureErrorStandsOnce(t *testing.T) {
	r := reporttest.File()
	in := *r.Apps[0].Inside
	in.Signature = reports.Signature{State: "invalid", Error: "torn", Schemes: []reports.Scheme{{Name: "v1", Error: "torn"}}}
	r.Apps[0].Inside = &in
	if text := write(t, r, reports.Options{}); strings.Count(text, "torn") != 1 {
		t.Error(text)
	}
	in.Signature = reports.Signature{State: "valid", Schemes: []reports.Scheme{{Name: "v1", Error: "torn"}, {Name: "v2", Verified: true}, {Name: "v3", Error: "not checked: nothing goes by it"}}}
	if text := write(t, r, reports.Options{}); !strings.Contains(text, "not: v1 (torn)") || strings.Contains(text, "not checked") {
		t.Error(text)
	}
}

// TestPreview: an app for a preview of Android names it in place of the levels.
func TestPreview(t *testing.T) {
	r := reporttest.File()
	in := r.Apps[0].Inside
	in.MinSDK, in.TargetSDK, in.MinCodename, in.TargetCodename = 0, 0, "VanillaIceCream", "VanillaIceCream"
	if text := strings.Join(strings.Fields(write(t, r, reports.Options{})), " "); !strings.Contains(text, "for Android API the preview VanillaIceCream, installs from the preview VanillaIceCream") {
		t.Errorf("the codename is not shown: %s", text)
	}
}
