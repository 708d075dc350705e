package androidfacts

import (
	"fmt"
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// accessDump is a dump of several services of a phone with two users.
const accessDump = `DUMP OF SERVICE appops:
Current AppOps Service state:
  Uid u0a101:
      MANAGE_EXTERNAL_STORAGE: mode=allow
    Package com.a:
      SYSTEM_ALERT_WINDOW (allow):
      GET_USAGE_STATS (default):
      WRITE_SETTINGS (ignore):
      MANAGE_EXTERNAL_STORAGE (ignore):
  Uid u10a101:
    Package com.a:
      REQUEST_INSTALL_PACKAGES (allow):
    Package com.gone:
      WRITE_SETTINGS (allow):
  Uid u0a102:
    Package com.b:
      WRITE_SETTINGS (deny):
--------- 0.001s was the duration of dumpsys appops, ending at: 2026-05-08 18:12:33
DUMP OF SERVICE connectivity:
Current Networks:
  NetworkAgentInfo{network{445}  ni{VPN CONNECTED extra: VPN:com.a}  nc{[ Transports: WIFI|VPN OwnerUid: 1010101 AdminUids: []]}}
  NetworkAgentInfo{network{446}  ni{VPN CONNECTED extra: }  nc{[ Transports: WIFI|VPN OwnerUid: 10102]}}
--------- 0.001s was the duration of dumpsys connectivity, ending at: 2026-05-08 18:12:33
DUMP OF SERVICE package:
Packages:
  Package [com.a] (1):
    appId=10101
    pkgFlags=[ ]
    requested permissions:
      android.permission.SYSTEM_ALERT_WINDOW
      android.permission.WRITE_SETTINGS
    User 0: installed=true
    User 10: installed=true
  Package [com.b] (2):
    appId=10102
    pkgFlags=[ ]
    requested permissions:
      android.permission.WRITE_SETTINGS
    install permissions:
      android.permission.WRITE_SETTINGS: granted=true
    User 0: installed=true
    User 10: installed=true
Shared users:
--------- 0.001s was the duration of dumpsys package, ending at: 2026-05-08 18:12:33
DUMP OF SERVICE role:
ROLE STATE (dumpsys role):
    user_id=0
        name=android.app.role.SMS
        holders=com.a
        name=android.app.role.SYSTEM_SHELL
        holders=com.b
    user_id=10
        name=android.app.role.SMS
        holders=com.b
--------- 0.001s was the duration of dumpsys role, ending at: 2026-05-08 18:12:33
DUMP OF SERVICE user:
Users:
  UserInfo{0:Ann:4c13} serialNo=0
    State: RUNNING_UNLOCKED
  UserInfo{10:Work:1030} serialNo=10
    Type: android.os.usertype.profile.MANAGED
    State: RUNNING_LOCKED
  UserInfo{11:Private:10b0} serialNo=11
    Type: android.os.usertype.profile.PRIVATE
    State: -1
  UserInfo{150:Knox:61001030} serialNo=150
    State: SHUTDOWN
  UserInfo{999:XSpace:801010} serialNo=999
--------- 0.001s was the duration of dumpsys user, ending at: 2026-05-08 18:12:33
`

// What an app op allows is held by those users for whom it was allowed; what it refuses is held by the others. The
// default says nothing, and an op of the user identity goes before one of the package.
func TestDecisions(t *testing.T) {
	inv := dumped(t, accessDump, "")
	want := map[string]string{
		"com.a android.permission.SYSTEM_ALERT_WINDOW":      "requested granted=true known=true to=[0]",
		"com.a android.permission.WRITE_SETTINGS":           "requested granted=false known=true to=[]",
		"com.a android.permission.MANAGE_EXTERNAL_STORAGE":  "granted=true known=true to=[0]",
		"com.a android.permission.REQUEST_INSTALL_PACKAGES": "granted=true known=true to=[10]",
		"com.b android.permission.WRITE_SETTINGS":           "requested granted=true known=true to=[10]",
	}
	for _, a := range inv.Apps {
		for _, p := range a.Permissions {
			key := a.Identifier + " " + p.Name
			got := fmt.Sprintf("granted=%v known=%v to=%v", p.Granted, p.GrantKnown, p.GrantedTo)
			if p.Requested {
				got = "requested " + got
			}
			if want[key] != got || !slices.Contains(p.Flags, appOpFlag) {
				t.Errorf("%s: %s (flags %v), want %s", key, got, p.Flags, want[key])
			}
			delete(want, key)
		}
	}
	if len(want) > 0 || len(inv.Apps) != 2 {
		t.Errorf("missing %v; %d apps", want, len(inv.Apps))
	}
}

// A connected VPN is one of its user, whether its package is named or only its identity.
func TestConnectedVPN(t *testing.T) {
	inv := dumped(t, accessDump, "")
	var got []string
	for _, v := range inv.VPNs {
		got = append(got, v.User+" "+v.App)
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"0 com.b", "10 com.a"}) {
		t.Errorf("VPNs %q", got)
	}
	for _, p := range inv.SecurityProducts {
		if p.Kind != "vpn" || p.State != "running" || p.App == "" {
			t.Errorf("%+v", p)
		}
	}
	if len(inv.SecurityProducts) != 2 {
		t.Errorf("%d products", len(inv.SecurityProducts))
	}
}

// Roles are told by user, and only those whose holder sees or speaks for the user.
func TestRoleHolders(t *testing.T) {
	got := dumped(t, accessDump, "").Devices[0].Properties
	if got["android.app.role.SMS"] != "com.a" || got["users.10.android.app.role.SMS"] != "com.b" || got["android.app.role.SYSTEM_SHELL"] != "" {
		t.Errorf("%v", got)
	}
}

// The kinds and states of users.
func TestUsers(t *testing.T) {
	want := []inventory.DeviceUser{
		{ID: "0", Name: "Ann", Kind: "owner", State: "running"},
		{ID: "10", Name: "Work", Kind: "work-profile", State: "locked"},
		{ID: "11", Name: "Private", Kind: "private-space", State: "paused"},
		{ID: "150", Name: "Knox", Kind: "private-space", State: "stopped"},
		{ID: "999", Name: "XSpace", Kind: "clone"},
	}
	got := dumped(t, accessDump, "").Devices[0].Users
	slices.SortFunc(got, func(a, b inventory.DeviceUser) int { return len(a.ID) - len(b.ID) })
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}

// Settings of another user do not pass for those of the first.
func TestUserSettings(t *testing.T) {
	p := New("test")
	p.AddUserSettings([]byte("always_on_vpn_app=com.work\ndefault_input_method=com.kb/.Service\n"), "secure", "10", "b")
	p.AddSettings([]byte("default_input_method=com.own/.Service\n"), "secure", "a")
	inv := p.Inventory("x", "x", "")
	got := inv.Devices[0].Properties
	if got["settings.secure.default_input_method"] != "com.own/.Service" || got["users.10.settings.secure.default_input_method"] != "com.kb/.Service" {
		t.Errorf("%v", got)
	}
	if len(inv.VPNs) != 1 || inv.VPNs[0].User != "10" || !inv.VPNs[0].AlwaysOn {
		t.Errorf("%+v", inv.VPNs)
	}
}
