package table_test

import (
	"fmt"
	"slices"
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
		{"states of services", pc([]string{reports.SeenStarted, reports.SeenStates, reports.SeenApps}, []string{reports.SeenRunning}), "because no source told of it: which other programs run.", "what runs"},
		{"not looked", pc(nil, []string{reports.SeenApps}), "Security software was not looked for: no source told", "was recognised"},
		{"a phone without any", &reports.Report{Devices: []reports.Device{{ID: "p", Platform: "android", SecuritySeen: []string{reports.SeenApps}}}}, "1 DEVICE", "SECURITY SOFTWARE"},
	} {
		text := flat(write(t, tt.r, reports.Options{Width: 100}))
		if !strings.Contains(text, tt.has) || strings.Contains(text, tt.not) {
			t.Errorf("%s: want %q and not %q in:\n%s", tt.name, tt.has, tt.not, text)
		}
	}
}

// TestSecurityOfMany: the same software of many devices is one row, which says of each device what holds there, and what
// nobody knows stands before what is known and raises nothing.
func TestSecurityOfMany(t *testing.T) {
	r := &reports.Report{}
	for i := range 30 {
		id := fmt.Sprintf("pc-%02d", i)
		r.Devices = append(r.Devices, reports.Device{ID: id, Name: id, Platform: "windows", SecuritySeen: []string{reports.SeenRegister}})
		x := reports.SecuritySoftware{Device: id, Name: "Known Guard", Product: "guard", Kind: "antivirus", Recognised: true, Confidence: "high", State: "on",
			Privileges: []reports.Privilege{{Name: "kernel", Title: "Kernel"}}, Marks: []reports.Evidence{{Detail: "A driver.", Supports: true}}}
		switch {
		case i == 29:
			x.State, x.Privileges, x.Confidence = "", nil, "moderate"
		case i%10 == 0:
			x.State = "off"
		}
		r.SecuritySoftware = append(r.SecuritySoftware, x)
	}
	r.SecuritySoftware = append(r.SecuritySoftware, reports.SecuritySoftware{Device: "pc-07", Name: "Strange Guard", Kind: "antivirus", Confidence: "low"})
	slices.Reverse(r.SecuritySoftware[:30]) // the order of devices is not that of their names
	text := flat(write(t, r, reports.Options{Width: 400}))
	for _, want := range []string{"SECURITY SOFTWARE (2)", "on 30 devices: pc-00, pc-01, pc-02 and 27 more", "not known here",
		"switched off (pc-00, pc-10, pc-20)", "on (26 devices: pc-01", "state not told (pc-29)",
		"kernel (29 devices: pc-00", "not told (pc-29)", "on pc-28: A driver (high confidence)"} {
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

// TestDeviceAsksEach: what is found on a device as a whole stands under what it asks for, so that an old system does not hide
// that an antivirus nobody knows is registered there, and the first lines name it.
func TestDeviceAsksEach(t *testing.T) {
	finding := func(id, action, title string, params map[string]string) reports.Finding {
		return reports.Finding{ID: id, Rule: id, Title: title, Severity: "medium", Confidence: "high", Axis: "security", Action: action, Params: params,
			Subject: reports.Subject{Device: "pc", DeviceName: "PC-17", Kind: reports.DeviceKind}}
	}
	r := &reports.Report{Devices: []reports.Device{{ID: "pc", Name: "PC-17", Platform: "windows"}}}
	r.Findings = []reports.Finding{finding("old", "update", "Windows 11 23H2 no longer gets security updates", nil),
		finding("unknown", "review", `"Vigilant Shield" is registered as antivirus, and is not known here`, map[string]string{"software": "Vigilant Shield"})}
	text := flat(write(t, r, reports.Options{Width: 120}))
	for _, want := range []string{"UPDATE PC-17 (install", "REVIEW “Vigilant Shield” on PC-17 (a responsible person decides)", "REVIEW (1 device): a responsible"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "on its own: review") {
		t.Errorf("what needs a decision stands under another action:\n%s", text)
	}
}

// TestNamesOfManyDevices: devices are not counted beside their own names, and one device is named.
func TestNamesOfManyDevices(t *testing.T) {
	r := &reports.Report{}
	for i := range 8 {
		id := fmt.Sprintf("PC-%02d", i)
		r.Devices = append(r.Devices, reports.Device{ID: id, Name: id, Platform: "windows", Apps: 1, Traces: 1})
		r.Findings = append(r.Findings, reports.Finding{ID: "old" + id, Rule: "old", Title: "The system is old", Severity: "medium", Confidence: "high", Axis: "security", Action: "update",
			Subject: reports.Subject{Device: id, DeviceName: id, Kind: reports.DeviceKind}})
	}
	link := "A long name of an extension for browsers"
	r.Findings = append(r.Findings, reports.Finding{ID: "f", Rule: "r", Title: link + " (Chrome extension) is bad", Severity: "high", Confidence: "high", Axis: "security", Action: "review",
		Params:  map[string]string{"product": link + " (Chrome extension)"},
		Subject: reports.Subject{Device: "PC-03", DeviceName: "PC-03", Kind: "chrome-extension", Identifier: "abc", For: []reports.User{{ID: "eva", Name: "eva"}}}})
	text := flat(write(t, r, reports.Options{Width: 120}))
	for _, want := range []string{"REVIEW " + link + ", on PC-03 (a", "UPDATE PC-00, PC-01, PC-02, PC-03 and 4 more (install", "+1 trace ", "user eva"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q in:\n%s", want, text)
		}
	}
	for _, not := range []string{"and 4 more, on 8 devices", "with --details on 8 devices", "(Chrome …", "+1 traces", "“eva”"} {
		if strings.Contains(text, not) {
			t.Errorf("says %q in:\n%s", not, text)
		}
	}
}

// TestUnknownPrivileged: what has the deepest rights and is not known is named on every device that has it, the weightiest
// first, also where no security software was recognised.
func TestUnknownPrivileged(t *testing.T) {
	r := &reports.Report{Devices: []reports.Device{{ID: "pc", Name: "PC-17", Platform: "windows"}, {ID: "mac", Name: "Mac-2", Platform: "macos"}}}
	marks := []reports.UnknownMark{{Title: "antivirus filter", Name: "KunFlt", Stated: "Kun"}, {Title: "keyboard filter", Name: "kbdx"}}
	for i := range 8 {
		marks = append(marks, reports.UnknownMark{Title: "driver", Name: fmt.Sprintf("drv%d", i)})
	}
	r.UnknownPrivileged = []reports.UnknownPrivileged{{Device: "pc", Kernel: 10, Assumed: 1200, Marks: marks}, {Device: "mac", Kernel: 1, Marks: []reports.UnknownMark{{Title: "kernel extension", Name: "org.kext" + reporttest.HostileName}}}}
	text := flat(write(t, r, reports.Options{Width: 100}))
	for _, want := range []string{
		"With kernel or system rights and not known here on PC-17: 10: antivirus filter KunFlt (states Kun); keyboard filter kbdx; drivers drv0, drv1, drv2, drv3; and 4 more, with --details. 1,200 more were taken",
		"not known here on Mac-2: 1: kernel extension org.kext"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q in:\n%s", want, text)
		}
	}
	if full := flat(write(t, r, reports.Options{Width: 100, Details: true})); !strings.Contains(full, "drv6, drv7") {
		t.Errorf("the details leave out some:\n%s", full)
	}
	r.Devices = r.Devices[:1]
	r.UnknownPrivileged = r.UnknownPrivileged[:1]
	if text := flat(write(t, r, reports.Options{Width: 100})); !strings.Contains(text, "not known here: 10: antivirus") {
		t.Errorf("names the only device, or nothing:\n%s", text)
	}
}

// TestAccountsByName: accounts that a computer knows by number are told by name; those of a phone, which are of kinds, are not.
func TestAccountsByName(t *testing.T) {
	r := &reports.Report{Devices: []reports.Device{{ID: "pc", Name: "pc", Platform: "linux", SecuritySeen: []string{reports.SeenApps}, UserList: []reports.User{{ID: "1000", Name: "jan"}, {ID: "1001"}}}},
		SecuritySoftware: []reports.SecuritySoftware{{Device: "pc", Name: "Guard", Kind: "antivirus", Recognised: true, Confidence: "high", Users: []string{"1000", "1001"}}}}
	for _, details := range []bool{false, true} {
		text := flat(write(t, r, reports.Options{Width: 170, Details: details}))
		if !strings.Contains(text, "jan, 1001") || strings.Contains(text, "1000, 1001") {
			t.Errorf("details %v:\n%s", details, text)
		}
	}
	r.Devices[0].UserList[0].Kind = "secondary"
	if text := flat(write(t, r, reports.Options{Width: 170})); !strings.Contains(text, "1000, 1001") {
		t.Error(text)
	}
}
