package desktop

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func entry(name, more string) string {
	return "[Desktop Entry]\nType=Application\nName=" + name + "\n" + more
}

func tree() map[string]string {
	const apps = "home/ann/.local/share/applications/"
	return map[string]string{
		"etc/passwd":                             "ann:x:1000:1000::/home/ann:/bin/bash\n",
		"var/lib/dpkg/info/vim.list":             "/.\n/usr\n/usr/share/applications/vim.desktop\n/usr/bin/vim\n",
		"usr/share/applications/vim.desktop":     entry("Vim", "Exec=vim %F\n"),
		"usr/share/applications/hand.desktop":    entry("Hand Made", "Exec=/opt/hand/run --x\nNoDisplay=true\n"),
		"usr/share/applications/mimeinfo.cache":  "[MIME Cache]\n",
		"usr/share/applications/folder.desktop":  "[Desktop Entry]\nType=Directory\nName=Folder\n",
		"usr/share/applications/broken.desktop":  "no entry at all\n",
		"usr/share/applications/dead.desktop":    hosttest.Link + "/nowhere",
		"usr/local/share/applications/l.desktop": hosttest.Link + "/opt/l/l.desktop",
		"opt/l/l.desktop":                        entry("Linked", "Exec=l\n"),
		"etc/xdg/autostart/agent.desktop":        entry("Agent", "Exec=env A=1 /opt/agent/agentd\nHidden=true\n"),
		apps + "chrome-abc-Default.desktop":      entry("Short Videos", "Exec=/opt/google/chrome/google-chrome --profile-directory=Default --app-id=abc?token=x\n"),
		apps + "wine/Programs/Game.desktop":      entry("Game", "Exec=env WINEPREFIX=/x wine game.exe\n"),
		apps + "meet.desktop":                    entry("Meet", "Exec=/home/ann/Meet-2.1.AppImage %U\nX-AppImage-Version=2.1\n"),
		apps + "flat.desktop":                    entry("Flat", "Exec=flatpak run org.example\nX-Flatpak=org.example\n"),
		apps + "snap.desktop":                    entry("Snap", "Exec=snap run x\nX-SnapInstanceName=x\n"),
	}
}

func scan(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	return hosttest.Scan(t, Scanner{}, files)
}

func TestScan(t *testing.T) {
	inv := scan(t, tree())
	ids := map[string]bool{}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if ids[a.ID] || a.Device != inv.Devices[0].ID || len(a.Origins) != 1 {
			t.Errorf("identifier, device or origin of %+v", a)
		}
		ids[a.ID] = true
		a.ID, a.Device, a.Origins = "", "", nil
	}
	app := func(id, name, program string, user string, flags ...string) inventory.App {
		a := inventory.App{Platform: inventory.Linux, IdentifierKind: inventory.DesktopEntry, Identifier: id, Name: name, Paths: []string{program}, Flags: flags}
		if user != "" {
			a.Users = []inventory.AppUser{{User: user, Installed: true}}
		}
		return a
	}
	agent := app("agent", "Agent", "/opt/agent/agentd", "", "autostart")
	agent.Disabled = true
	want := []inventory.App{
		app("hand", "Hand Made", "/opt/hand/run", "", "no-display"),
		app("l", "Linked", "l", ""),
		agent,
		app("chrome-abc-Default", "Short Videos", "/opt/google/chrome/google-chrome", "1000", "web-app:abc"),
		app("meet", "Meet", "/home/ann/Meet-2.1.AppImage", "1000", "appimage", "appimage-version:2.1"),
		app("wine-Programs-Game", "Game", "wine", "1000"),
	}
	if d := cmp.Diff(want, inv.Apps); d != "" {
		t.Error(d)
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || inv.Gaps[0].Count != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestLimits(t *testing.T) {
	deep := "usr/share/applications/"
	for i := range maxDepth + 2 {
		deep += fmt.Sprint(i, "/")
	}
	inv := scan(t, map[string]string{deep + "x.desktop": entry("X", "")})
	if len(inv.Apps) != 0 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapLimit {
		t.Errorf("%d apps, gaps %+v", len(inv.Apps), inv.Gaps)
	}
}

func TestUnreadablePackageList(t *testing.T) {
	files := tree()
	files["var/lib/rpm/Packages"] = "corrupt"
	inv := scan(t, files)
	found := false
	for _, g := range inv.Gaps {
		found = found || g.Kind == inventory.GapSkipped
	}
	if !found {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestNotRecognised(t *testing.T) {
	if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, map[string]string{"etc/hostname": ""}))) {
		t.Error("a computer without menus is recognised")
	}
}
