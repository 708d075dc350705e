package dumpsys

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// read collects everything that a dump gives.
type collected struct {
	Packages []Package
	Shared   []SharedUser
	Apex     []Apex
	Users    []DeviceUser
	Owners   []Owner
	Services []Service
	VPNs     []VPN
	Ops      []Op
	Roles    []Role
	Tunnels  []Tunnel
	Other    int
}

func read(t testing.TB, text, service string) (*collected, *Summary) {
	t.Helper()
	c := &collected{}
	sum, err := Read(strings.NewReader(text), service, &Handler{
		Package:    func(p *Package) error { c.Packages = append(c.Packages, *p); return nil },
		SharedUser: func(s *SharedUser) error { c.Shared = append(c.Shared, *s); return nil },
		Apex:       func(a Apex) { c.Apex = append(c.Apex, a) },
		User:       func(u DeviceUser) { c.Users = append(c.Users, u) },
		Owner:      func(o Owner) { c.Owners = append(c.Owners, o) },
		Service:    func(s Service) { c.Services = append(c.Services, s) },
		VPN:        func(v VPN) { c.VPNs = append(c.VPNs, v) },
		Op:         func(o Op) { c.Ops = append(c.Ops, o) },
		Role:       func(r Role) { c.Roles = append(c.Roles, r) },
		Tunnel:     func(x Tunnel) { c.Tunnels = append(c.Tunnels, x) },
		Other:      func([]byte, int) { c.Other++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, sum
}

func TestGrant(t *testing.T) {
	for line, want := range map[string]Grant{
		"a.b: granted=true":                        {Name: "a.b", Known: true, Granted: true},
		"a.b: granted=false, flags=[ USER_SET|X]":  {Name: "a.b", Known: true, Flags: []string{"USER_SET", "X"}},
		"a.b: granted=true, flags=[ A B ]":         {Name: "a.b", Known: true, Granted: true, Flags: []string{"A", "B"}},
		"a.b: granted=true, flags=[ A], userId=10": {Name: "a.b", Known: true, Granted: true, Flags: []string{"A"}, User: "10"},
		"a.b":   {Name: "a.b", Known: true, Granted: true}, // Android 5 and before list what is granted
		"a.b: ": {Name: "a.b"},
		"a.b: granted=true, flags=[ A, userId=10; drop ": {Name: "a.b", Known: true, Granted: true, Flags: []string{"A,", "userId=10;", "drop"}},
	} {
		if diff := cmp.Diff(want, parseGrant(line)); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}

func TestBlockHeader(t *testing.T) {
	for line, want := range map[string]string{
		"Package [com.a] (1a2b3c):": "com.a", "Package [] (1):": "", "Package [a] (b]] (12):": "a] (b]",
		"Package [com.a] (xyz):": "-", "Package [com.a] ():": "-", "Package [com.a]": "-", "Package [com.a] (1)": "-", "SharedUser [a] (1):": "-",
	} {
		got, ok := blockHeader(line, "Package [")
		if !ok {
			got = "-"
		}
		if !ok && want != "-" || ok && got != want {
			t.Errorf("%q: %q, %v", line, got, ok)
		}
	}
}

func TestParseUser(t *testing.T) {
	for text, want := range map[string]DeviceUser{
		"UserInfo{0:Owner:c13} running":                         {ID: "0", Name: "Owner", Flags: 0xc13},
		"UserInfo{10:Work: the :{} profile:1030} serialNo=10":   {ID: "10", Name: "Work: the :{} profile", Flags: 0x1030},
		"UserInfo{0:null:4c13} serialNo=0 isPrimary=true":       {ID: "0", Flags: 0x4c13},
		"UserInfo{150:Secure Folder:10001030} serialNo=150 x}y": {},
		"UserInfo{x:Owner:13}":                                  {},
		"UserInfo{0:Owner}":                                     {},
		"UserInfo{":                                             {},
	} {
		got, ok := ParseUser(text)
		if ok != (want.ID != "") && !strings.Contains(text, "x}y") {
			t.Errorf("%q: %+v, %v", text, got, ok)
		}
		if want.ID != "" && got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestServices(t *testing.T) {
	got, _ := read(t, `Current Device Policy Manager state:
  Device Owner: 
    admin=ComponentInfo{com.mdm/com.mdm.Admin}
    name=The house
    package=com.mdm
    User ID: 0

  Profile Owner (User 10): 
    admin=ComponentInfo{com.work/.Admin}
    name=null

  Enabled Device Admins (User 0, provisioningState: 3):
    com.mdm/.Admin:
      uid=10050
      policies:
        com.not/an.admin:
    com.other/com.other.A:
  Password: x
    com.later/.A:
`, "device_policy")
	want := &collected{
		Owners: []Owner{{Device: true, User: "0", Component: "com.mdm/com.mdm.Admin", Name: "The house", Line: 2}, {User: "10", Component: "com.work/com.work.Admin", Line: 8}},
		Services: []Service{{Kind: "device-admin", Component: "com.mdm/com.mdm.Admin", User: "0", Line: 13},
			{Kind: "device-admin", Component: "com.other/com.other.A", User: "0", Line: 17}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got, _ = read(t, "DUMP OF SERVICE vpn_management:\nVPNs:\n  0: com.vpn\n    Mode changed: lockdown=true alwaysOn=true\n  10: [Legacy VPN]\n    alwaysOn=true\n  11: com.vpn\n", "")
	if diff := cmp.Diff([]VPN{{User: "0", Package: "com.vpn", AlwaysOn: true, Line: 3}, {User: "11", Package: "com.vpn", Line: 7}}, got.VPNs); diff != "" {
		t.Error(diff)
	}
	got, _ = read(t, "User state[\n     attributes:{id=10, x}\n     Enabled services:{{a.b/a.b.C}, {d.e/.F}}\nUser state[attributes:{id=0, x\n  enabled services: {\n    0 : g.h/.I\n  }\n  bound services:{\n    0 : j.k/.L\n", "accessibility")
	if diff := cmp.Diff([]Service{{"accessibility", "a.b/a.b.C", "10", 3}, {"accessibility", "d.e/d.e.F", "10", 3}, {"accessibility", "g.h/g.h.I", "0", 6}}, got.Services); diff != "" {
		t.Error(diff)
	}
	got, _ = read(t, "  All notification listeners (1) enabled for current profiles:\n   ComponentInfo{a.b/a.b.C}\n  Live notification listeners (1):\n   ComponentInfo{d.e/d.e.F} (user 0): x\n", "notification")
	if len(got.Services) != 1 || got.Services[0].Component != "a.b/a.b.C" {
		t.Errorf("%+v", got.Services)
	}
}

// Marks decide which service's dump a line belongs to.
func TestMarks(t *testing.T) {
	block := "Packages:\n  Package [com.a] (1):\n    pkgFlags=[ ]\n    User 0: installed=true\n"
	for name, tt := range map[string]struct {
		text                                string
		packages, other, unfinished, denied int
	}{
		"none":          {block, 0, 4, 0, 0},
		"other service": {"DUMP OF SERVICE batterystats:\n" + block, 0, 0, 0, 0},
		"package":       {"x\nDUMP OF SERVICE package:\n" + block + "--------- 0.1s was the duration of dumpsys package, ending at: x\ny\n", 1, 2, 0, 0},
		"priority":      {"DUMP OF SERVICE CRITICAL package:\n" + block, 1, 0, 0, 0},
		"no end":        {"DUMP OF SERVICE user:\n--------- 0.1s was the duration of dumpsys user, ending at: x\nDUMP OF SERVICE package:\n" + block, 1, 0, 1, 0},
		"denied":        {"DUMP OF SERVICE package:\nPermission Denial: can't dump PackageManager from pid=1\n", 0, 0, 0, 1},
	} {
		got, sum := read(t, tt.text, "")
		have := [...]int{len(got.Packages), got.Other, len(sum.Unfinished), sum.Denied.Count}
		if want := [...]int{tt.packages, tt.other, tt.unfinished, tt.denied}; have != want {
			t.Errorf("%s: packages, other lines, unfinished, denied %v, want %v", name, have, want)
		}
	}
}

// An app that writes line breaks into its version name must not hide the packages after it unseen.
func TestForgedMarks(t *testing.T) {
	for _, forged := range []string{"DUMP OF SERVICE user:", "Shared users:", "--------- 0.1s was the duration of dumpsys package, ending at: x", "*** SERVICE 'package' DUMP TIMEOUT ***"} {
		text := "Packages:\n  Package [com.evil] (1):\n    appId=10001\n    versionName=1\n" + forged + "\n    pkgFlags=[ ]\n    User 0: installed=true\n" +
			"  Package [com.good] (2):\n    appId=10002\n    pkgFlags=[ ]\n    User 0: installed=true\n\nShared users:\n"
		got, sum := read(t, text, "package")
		if len(got.Packages) != 2 || got.Packages[0].Name != "com.evil" || !got.Packages[0].Complete || got.Packages[1].AppID != 10002 {
			t.Errorf("%q: %+v", forged, got.Packages)
		}
		if sum.Broken.Count+sum.Timeouts.Count != 1 {
			t.Errorf("%q is not reported: %+v", forged, sum)
		}
	}
}

// The app that suspends another one may write any text into the line of the user, on Android 9 and 10.
func TestFreeTextInUserLine(t *testing.T) {
	text := "Packages:\n  Package [com.a] (1):\n    pkgFlags=[ ]\n    User 0: ceDataInode=1 installed=true hidden=false suspended=true suspendingPackage=com.b dialogMessage=Not now! installed=false a=b enabled=3 stopped=false notLaunched=true enabled=2 instant=false\n"
	got, sum := read(t, text, "package")
	if u := got.Packages[0].Users[0]; !u.Installed || !u.Suspended || !u.NotLaunched || u.Enabled != 2 {
		t.Errorf("%+v", u)
	}
	if len(sum.UnknownKeys) != 0 {
		t.Errorf("%q", sum.UnknownKeys[inPackages].Samples())
	}
}

func TestListsAreLimited(t *testing.T) {
	var b strings.Builder
	b.WriteString("Packages:\n  Package [com.a] (1):\n    requested permissions:\n")
	b.WriteString(strings.Repeat("      p\n", maxList+3))
	b.WriteString("    pkgFlags=[ ]\n")
	b.WriteString(strings.Repeat("    User 0: installed=true\n", maxUsers+4))
	got, sum := read(t, b.String(), "package")
	if len(got.Packages[0].Requested) != maxList || len(got.Packages[0].Users) != maxUsers || sum.Overflow != 7 {
		t.Errorf("%d permissions, %d users, %d over", len(got.Packages[0].Requested), len(got.Packages[0].Users), sum.Overflow)
	}
}

func TestSniff(t *testing.T) {
	for head, want := range map[string]string{
		"Currently running services:\n  a\n---\nDUMP OF SERVICE a:\n":                  "*",
		"Database versions:\nDUMP OF SERVICE a:\n":                                     "package",
		"\r\n  Package [com.a] (12):\r\n":                                              "package",
		"Users:\n\tUserInfo{0:Owner:c13} running\n":                                    "user",
		"ACCESSIBILITY MANAGER (dumpsys accessibility)\n":                              "accessibility",
		"====\n== dumpstate: 2024-01-01 00:00:00\n====\nDUMP OF SERVICE package:\n":    "",
		"\x1b[0mDatabase versions:\n":                                                  "package",
		"PK\x03\x04\x00a.txtDatabase versions:\nPackages:\n":                           "",
		"a.txt" + strings.Repeat("\x00", 507) + "Packages:\n  Package [com.a] (12):\n": "",
		"hello\n": "",
		"":        "",
	} {
		if got := Sniff([]byte(head)); got != want {
			t.Errorf("%q: %q, want %q", head, got, want)
		}
	}
}

func FuzzDumpsys(f *testing.F) {
	files, err := filepath.Glob("../../android/dumpsys/testdata/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds in android/dumpsys/testdata", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b[:min(len(b), 8000)]), "package")
	}
	f.Add(opsText, "appops")
	f.Add(rolesText, "role")
	f.Add("Current Networks:\n  NetworkAgentInfo{ni{VPN CONNECTED extra: VPN:com.a} nc{[ Transports: WIFI|VPN OwnerUid: 10405]}}\n", "connectivity")
	member, err := os.ReadFile("../../../testdata/phones/member/dumpsys.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, service := range []string{"user", "device_policy", "accessibility", "notification", "vpn_management"} {
		text := string(member)
		at := strings.Index(text, "DUMP OF SERVICE "+service+":")
		f.Add(text[at:min(at+1500, len(text))], "")
	}
	f.Fuzz(func(t *testing.T, text, service string) {
		got, sum := read(t, text, service)
		if len(got.Packages) != sum.Packages+sum.Hidden {
			t.Errorf("%d packages, summary says %d and %d hidden", len(got.Packages), sum.Packages, sum.Hidden)
		}
		for _, p := range got.Packages {
			if p.Line < 1 || len(p.Users) > maxUsers {
				t.Errorf("%+v", p)
			}
		}
		Sniff([]byte(text))
	})
}
