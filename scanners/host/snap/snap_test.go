package snap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

const chatYAML = `name: chat
title: Chat for All
version: '4.20'
summary: talk
type: app
base: core22
confinement: classic
grade: stable
architectures: [amd64]
plugs:
  camera: null
  shared: {interface: content, target: $SNAP/x}
apps:
  chat:
    command: bin/chat
    plugs: [network, camera]
  daemon: {daemon: simple, plugs: [network-bind]}
`

const state = `{"data":{"auth":{"users":[{"macaroon":"TOPSECRET"}]},"snaps":{
 "chat":{"type":"app","active":true,"current":"17","channel":"latest/stable","sequence":[{"name":"chat","snap-id":"oldID","revision":"16"},{"name":"chat","snap-id":"chatID","revision":"17"}]},
 "off":{"type":"app","active":false,"current":3,"sequence":[{"name":"off","revision":3}]}},
 "conns":{"chat:camera core:camera":{"auto":true,"interface":"camera"},"chat:network core:network":{"interface":"network","undesired":true},"chat:shared x:y":{"hotplug-gone":true},"gone:a b:c":{}}}}`

func scan(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	return hosttest.Scan(t, Scanner{}, files)
}

func tree() map[string]string {
	const assertions = "var/lib/snapd/assertions/asserts-v0/"
	return map[string]string{
		stateFile:                                          state,
		snapDir + "/chat_16.snap":                          "",
		snapDir + "/chat_17.snap":                          "",
		snapDir + "/core22_900.snap":                       "",
		snapDir + "/core22_890.snap":                       "",
		snapDir + "/partial":                               "",
		"snap/README":                                      "",
		"snap/bin/":                                        "",
		"snap/chat/current":                                hosttest.Link + "17",
		"snap/chat/17/meta/snap.yaml":                      chatYAML,
		"snap/core22/current":                              hosttest.Link + "900",
		"snap/core22/900/meta/snap.yaml":                   "name: core22\nversion: 2026\ntype: base\n",
		assertions + "snap-declaration/16/chatID/active":   "type: snap-declaration\npublisher-id: old\n",
		assertions + "snap-declaration/16/chatID/active.5": "type: snap-declaration\npublisher-id: acc1\nplugs:\n  x: y\n\npublisher-id: forged\n",
		assertions + "account/acc1/active":                 "type: account\nusername: exampleltd\ndisplay-name: Example Ltd\n\nsignature",
	}
}

func TestScan(t *testing.T) {
	inv := scan(t, tree())
	if o := inv.Apps[0].Origins; len(o) != 2 {
		t.Errorf("the snap was read from %+v", o)
	}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if a.ID == "" || a.Device != inv.Devices[0].ID || len(a.Origins) == 0 {
			t.Errorf("identifier, device or origin of %+v", a)
		}
		a.ID, a.Device, a.Origins = "", "", nil
	}
	app := inventory.App{Platform: inventory.Linux, IdentifierKind: inventory.SnapPackage}
	chat, core, off := app, app, app
	chat.Identifier, chat.Name, chat.Version, chat.Publisher, chat.Arch = "chat", "Chat for All", "4.20", "Example Ltd", "amd64"
	chat.Flags = []string{"channel:latest/stable", "confinement:classic", "grade:stable", "revision:17"}
	for _, n := range []string{"camera", "network", "network-bind", "shared"} {
		chat.Permissions = append(chat.Permissions, inventory.Permission{Name: n, Requested: true, Granted: n == "camera", GrantKnown: true})
	}
	core.Identifier, core.Version, core.System, core.Flags = "core22", "2026", true, []string{"revision:900"}
	off.Identifier, off.Disabled, off.Flags = "off", true, []string{"revision:3"}
	if d := cmp.Diff([]inventory.App{chat, core, off}, inv.Apps); d != "" {
		t.Error(d)
	}
	if len(inv.Gaps) > 0 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestNamesAlone(t *testing.T) {
	inv := scan(t, map[string]string{snapDir + "/chat_16.snap": "", snapDir + "/chat_17.snap": ""})
	if len(inv.Apps) != 1 || inv.Apps[0].Identifier != "chat" || inv.Apps[0].Version != "" || len(inv.Apps[0].Origins) != 2 {
		t.Errorf("apps %+v", inv.Apps)
	}
}

// TestMountedAlone: a snap is found where snapd's own files are missing.
func TestMountedAlone(t *testing.T) {
	inv := scan(t, map[string]string{"snap/chat/current/meta/snap.yaml": "name: chat\nversion: '2'\n"})
	if len(inv.Apps) != 1 || inv.Apps[0].Identifier != "chat" || inv.Apps[0].Version != "2" {
		t.Errorf("apps %+v", inv.Apps)
	}
}

func TestMalformed(t *testing.T) {
	for name, bad := range map[string]string{"json": `{"x":"TOPSECRET`, "type": `{"data":{"snaps":{"a":"TOPSECRET"}}}`, "none": "TOPSECRET", "number": `{"data":{"snaps":{"a":{"current":"TOPSECRET"}}}}`} {
		inv := scan(t, map[string]string{stateFile: bad, "snap/a/current/meta/snap.yaml": "a: [b"})
		if len(inv.Gaps) != 2 || inv.Gaps[0].Kind != inventory.GapMalformed || inv.Gaps[1].Kind != inventory.GapMalformed {
			t.Errorf("%s: gaps %+v", name, inv.Gaps)
		}
		for _, g := range inv.Gaps {
			if strings.Contains(g.Detail, "TOPSECRET") {
				t.Errorf("%s: the gap tells what is in the state: %s", name, g.Detail)
			}
		}
	}
}

func TestAssertionsStayInTheirFolder(t *testing.T) {
	files := tree()
	files[stateFile] = strings.ReplaceAll(state, "chatID", "../../../x")
	files["var/lib/snapd/assertions/x/active"] = "publisher-id: acc1\n"
	if p := scan(t, files).Apps[0].Publisher; p != "" {
		t.Errorf("publisher %q", p)
	}
}

func FuzzParseYAML(f *testing.F) {
	f.Add([]byte(chatYAML))
	f.Add([]byte("a: &a [*a]\nplugs: {x: *a}\napps: [1]"))
	f.Add([]byte("a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nplugs: *c\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseYAML(data)
		if p := s.permissions(false, nil); err == nil && len(p) > maxPermissions {
			t.Errorf("%d permissions", len(p))
		}
	})
}

func FuzzParseState(f *testing.F) {
	f.Add([]byte(state))
	f.Fuzz(func(t *testing.T, data []byte) {
		snaps, err := parseState(data)
		if err != nil && len(snaps) > maxSnaps {
			t.Errorf("%d snaps", len(snaps))
		}
	})
}
