package table_test

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
)

func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestNoneFoundIsNotNotLooked: what was looked at and what was not are different sentences.
func TestNoneFoundIsNotNotLooked(t *testing.T) {
	pc := func(seen, unseen []string) *reports.Report {
		return &reports.Report{Devices: []reports.Device{{ID: "pc", Platform: "linux", SecuritySeen: seen, SecurityUnseen: unseen}}}
	}
	for _, tt := range []struct {
		name     string
		r        *reports.Report
		has, not string
	}{
		{"looked at all", pc([]string{reports.SeenKernel, reports.SeenApps}, nil), "No security software was recognised. Looked at: drivers and modules of the kernel and installed programs.", "Not looked at"},
		{"looked at a part", pc([]string{reports.SeenApps}, []string{reports.SeenKernel}), "Not looked at, because no source told of it: drivers and modules of the kernel.", "was not looked for"},
		{"not looked", pc(nil, []string{reports.SeenApps}), "Security software was not looked for: no source told", "was recognised"},
		{"a phone without any", &reports.Report{Devices: []reports.Device{{ID: "p", Platform: "android", SecuritySeen: []string{reports.SeenApps}}}}, "1 DEVICE", "SECURITY SOFTWARE"},
	} {
		text := flat(write(t, tt.r, reports.Options{Width: 100}))
		if !strings.Contains(text, tt.has) || strings.Contains(text, tt.not) {
			t.Errorf("%s: want %q and not %q in:\n%s", tt.name, tt.has, tt.not, text)
		}
	}
}

// TestSecurityOfMany: the same software of many devices is one row, with its states counted, and what nobody knows stands
// before what is known and raises nothing.
func TestSecurityOfMany(t *testing.T) {
	r := &reports.Report{}
	for i := range 30 {
		id := fmt.Sprintf("pc-%02d", i)
		r.Devices = append(r.Devices, reports.Device{ID: id, Name: id, Platform: "windows", SecuritySeen: []string{reports.SeenRegister}})
		x := reports.SecuritySoftware{Device: id, Name: "Known Guard", Product: "guard", Kind: "antivirus", Recognised: true, Confidence: "high", State: "on"}
		if i < 3 {
			x.State = "off"
		}
		r.SecuritySoftware = append(r.SecuritySoftware, x)
	}
	r.SecuritySoftware = append(r.SecuritySoftware, reports.SecuritySoftware{Device: "pc-07", Name: "Strange Guard", Kind: "antivirus", Confidence: "low"})
	text := flat(write(t, r, reports.Options{Width: 170}))
	for _, want := range []string{"SECURITY SOFTWARE (2)", "on 30 devices: pc-00, pc-01, pc-02 and 27 more", "3 switched off; 27 on", "not known here"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q in:\n%s", want, text)
		}
	}
	if strings.Index(text, "Strange Guard") > strings.Index(text, "Known Guard") {
		t.Error("what nobody knows does not come first")
	}
}

// TestPackagesDoNotFlood: of thousands of packages those are listed about which there is something to say.
func TestPackagesDoNotFlood(t *testing.T) {
	text := write(t, reporttest.ManyPackages(3000), reports.Options{Width: 100, Details: true})
	if n := strings.Count(text, "deb package-"); n != 1 {
		t.Errorf("%d packages are listed", n)
	}
	if !strings.Contains(text, "and 2,999 more of the kind deb, without findings: in -o json and -o inventory") {
		t.Errorf("what is left out is not counted:\n%s", text)
	}
	if few := write(t, reporttest.ManyPackages(20), reports.Options{Width: 100, Details: true}); strings.Count(few, "deb package-") != 20 {
		t.Error("a few packages are not listed")
	}
}

// TestRemovalFromComputers: a command is shown so that it can be typed, and what a computer states is told apart from it.
func TestRemovalFromComputers(t *testing.T) {
	text := flat(write(t, reporttest.Desk(), reports.Options{Width: 160, Details: true}))
	for _, want := range []string{`command msiexec.exe /x "{12345678-90AB-CDEF-1234-567890ABCDEF}"`, "it states MsiExec.exe /I{12345678", `set ExtensionInstallBlocklist: abcdefghijklmnopabcdefghijklmnop (HKLM\SOFTWARE\Policies\Google\Chrome)`,
		"in Google Chrome (eva Default, eva Profile 1): sideloaded, reads and changes every web site"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q in:\n%s", want, text)
		}
	}
}
