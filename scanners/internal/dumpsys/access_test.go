package dumpsys

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const opsText = `Current AppOps Service state:
  Settings:
    top_state_settle_time=+30s0ms
      CAMERA: mode=deny

  Op mode watchers:
    Op COARSE_LOCATION:
      #0: ModeCallback{b8f1a14 watchinguid=-1 flags=0x1 from uid=1000 pid=4098}
      COARSE_LOCATION: mode=ignore

  Uid 1000:
    state=pers
    Package com.example.system:
      WRITE_SETTINGS (default):
  Uid u0a103:
    state=cch
      MANAGE_EXTERNAL_STORAGE: mode=allow
    Package com.example.app:
      SYSTEM_ALERT_WINDOW (allow / switch SYSTEM_ALERT_WINDOW=allow):
        null=[
          Access: [fg-s] 2026-05-19 22:02:49.186 (-3d1h25m4s901ms)
        ]
      GET_USAGE_STATS (ignore):
  Uid u10a103:
    Package com.example.app:
      REQUEST_INSTALL_PACKAGES (deny):
  Uid u10s1000:
    Package old.style:
      WRITE_SETTINGS: mode=0; time=+17m
  Uid u0i5:
      WRITE_SETTINGS: mode=allow
  Uid 99999999999999999999:
      WRITE_SETTINGS: mode=allow
  Something else:
      WRITE_SETTINGS: mode=allow
`

// App ops are those below a user identity, whichever the version wrote them.
func TestAppOps(t *testing.T) {
	var got []string
	c, _ := read(t, opsText, "appops")
	for _, o := range c.Ops {
		got = append(got, fmt.Sprintf("%d: user %s app %d %s %s=%s", o.Line, o.User, o.AppID, o.Package, o.Name, o.Mode))
	}
	want := []string{
		"14: user 0 app 1000 com.example.system WRITE_SETTINGS=default",
		"17: user 0 app 10103  MANAGE_EXTERNAL_STORAGE=allow",
		"19: user 0 app 10103 com.example.app SYSTEM_ALERT_WINDOW=allow",
		"23: user 0 app 10103 com.example.app GET_USAGE_STATS=ignore",
		"26: user 10 app 10103 com.example.app REQUEST_INSTALL_PACKAGES=deny",
		"29: user 10 app 1000 old.style WRITE_SETTINGS=allow",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Sniff([]byte(opsText)) != "appops" {
		t.Error("the text is not recognised")
	}
}

const rolesText = `ROLE STATE (dumpsys role):
{
  user_states={
    user_id=0
    version=1
    roles=[
      {
        name=android.app.role.SMS
        fallback_enabled=true
        holders=com.example.sms
      }
      {
        name=android.app.role.CALL_SCREENING
        fallback_enabled=true
      }
      {
        name=android.app.role.HOME
        holders=com.example.home,com.example.second
      }
    ]
  }
  user_states={
    user_id=10
    roles=[
      {
        name=android.app.role.BROWSER
        holders=com.example.browser
      }
    ]
  }
}
`

// A role without a holder is not handed over, and each belongs to the user above it.
func TestRoles(t *testing.T) {
	c, _ := read(t, rolesText, "role")
	want := []Role{
		{User: "0", Name: "android.app.role.SMS", Holders: []string{"com.example.sms"}, Line: 8},
		{User: "0", Name: "android.app.role.HOME", Holders: []string{"com.example.home", "com.example.second"}, Line: 17},
		{User: "10", Name: "android.app.role.BROWSER", Holders: []string{"com.example.browser"}, Line: 26},
	}
	if diff := cmp.Diff(want, c.Roles); diff != "" {
		t.Error(diff)
	}
	if Sniff([]byte(rolesText)) != "role" {
		t.Error("the text is not recognised")
	}
}

// Of the networks that are connected, the VPNs are told with whose they are, in the form of each version.
func TestConnectivity(t *testing.T) {
	c, _ := read(t, `NetworkProviders for: (none)
  NetworkAgentInfo{network{1} ni{VPN CONNECTED extra: VPN:not.current} nc{[ Transports: VPN OwnerUid: 1]}}
Active default network: 443

Current Networks:
  NetworkAgentInfo{network{443}  ni{WIFI CONNECTED extra: }  nc{[ Transports: WIFI Capabilities: NOT_VPN OwnerUid: 1000]}}
  NetworkAgentInfo{network{445}  ni{VPN CONNECTED extra: VPN:com.example.vpn}  nc{[ Transports: WIFI|VPN Capabilities: INTERNET OwnerUid: 10405 AdminUids: [10405]]}}
    Requests: REQUEST:1
  NetworkAgentInfo{network{446}  ni{VPN DISCONNECTED extra: VPN:com.example.off}  nc{[ Transports: VPN OwnerUid: 10406]}}
  NetworkAgentInfo [VPN () - 101] ni{[type: VPN[], state: CONNECTED/CONNECTED, reason: (unspecified)]} nc{[ Transports: CELLULAR|VPN EstablishingAppUid: 1010077]}

Current networks per request:
  NetworkAgentInfo{network{447}  ni{VPN CONNECTED extra: VPN:repeated} nc{[ Transports: VPN]}}
`, "connectivity")
	want := []Tunnel{{Package: "com.example.vpn", UID: 10405, Line: 7}, {UID: 1010077, Line: 10}}
	if diff := cmp.Diff(want, c.Tunnels); diff != "" {
		t.Error(diff)
	}
}

// A user's state and whether adb may ask for it stand below its line, or behind it in the short list.
func TestUserStates(t *testing.T) {
	c, _ := read(t, "Users:\n  UserInfo{0:Ann:4c13} serialNo=0\n    State: RUNNING_UNLOCKED\n    Effective restrictions:\n      no_sms\n"+
		"  UserInfo{10:Work:10b0} serialNo=10\n    Type: android.os.usertype.profile.MANAGED\n    State: -1\n    Effective restrictions:\n      no_debugging_features\n", "user")
	if u := c.Users; len(u) != 2 || u[0].State != "RUNNING_UNLOCKED" || u[0].NoDebugging || u[1].State != "-1" || !u[1].NoDebugging {
		t.Errorf("%+v", u)
	}
	c, _ = read(t, "Users:\n\tUserInfo{0:Ann:c13} running\n\tUserInfo{10:running} running:1030}\n", "user")
	if u := c.Users; len(u) != 2 || u[0].State != "RUNNING" || u[1].State != "" {
		t.Errorf("%+v", u)
	}
}
