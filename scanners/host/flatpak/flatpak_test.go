package flatpak

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

const metadata = "[Application]\nname=org.example.Chat\nruntime=org.example.Platform/x86_64/45\n\n[Context]\nshared=network;ipc;\nfilesystems=home;\n"

const description = `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application"><id>org.example.Chat</id>
<name>Chat</name><name xml:lang="nl">Praat</name>
<developer id="org.example"><name xml:lang="nl">Voorbeeld</name><name>Example Ltd</name></developer>
<url type="bugtracker">https://bugs.example.org</url><url type="homepage">https://chat.example.org</url>
<releases><release version="3.1" date="2026-05-01"><description><p>x</p></description></release><release version="3.0"/></releases>
</component>`

func tree() map[string]string {
	const chat = "var/lib/flatpak/app/org.example.Chat/x86_64/stable/"
	const gone = "var/lib/flatpak/app/org.example.Gone/x86_64/stable/"
	const platform = "var/lib/flatpak/runtime/org.example.Platform/x86_64/45/"
	const own = "home/ann/.local/share/flatpak/app/org.example.Own/x86_64/beta/"
	return map[string]string{
		"etc/passwd":             "ann:x:1000:1000::/home/ann:/bin/bash\n",
		chat + "active":          hosttest.Link + "c0ffee",
		chat + "c0ffee/metadata": metadata,
		chat + "c0ffee/deploy":   "flathub\x00c0ffee\x00\x00\x01",
		chat + "c0ffee/export/share/metainfo/org.example.Chat.metainfo.xml": description,
		"var/lib/flatpak/app/org.example.Chat/current":                      hosttest.Link + "x86_64/stable",
		gone + "old/metadata":      metadata,
		platform + "active":        hosttest.Link + "/var/lib/flatpak/runtime/org.example.Platform/x86_64/45/beef",
		platform + "beef/metadata": "[Runtime]\nname=org.example.Platform\n",
		own + "active":             hosttest.Link + "dead",
		own + "dead/metadata":      "[Application]\nname=org.example.Own\n",
		own + "dead/export/share/appdata/org.example.Own.appdata.xml": "<component><releases><release version='1'",
	}
}

func TestScan(t *testing.T) {
	src := hosttest.Open(t, hosttest.Tree(t, tree()))
	if !(Scanner{}).Recognise(src) {
		t.Fatal("not recognised")
	}
	inv, err := Scanner{}.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if ids[a.ID] || a.Device != inv.Devices[0].ID || len(a.Origins) != 1 {
			t.Errorf("identifier, device or origin of %+v", a)
		}
		ids[a.ID] = true
		a.ID, a.Device, a.Origins = "", "", nil
	}
	app := inventory.App{Platform: inventory.Linux, IdentifierKind: inventory.FlatpakApp, Arch: "x86_64"}
	chat, platform, own := app, app, app
	chat.Identifier, chat.Name, chat.Version, chat.Publisher, chat.Homepage = "org.example.Chat", "Chat", "3.1", "Example Ltd", "https://chat.example.org"
	chat.Flags, chat.Installer, chat.InstallerKnown = []string{"branch:stable"}, "flathub", true
	chat.Permissions = []inventory.Permission{{Name: "filesystems=home", Requested: true}, {Name: "shared=ipc", Requested: true}, {Name: "shared=network", Requested: true}}
	platform.Identifier, platform.Flags = "org.example.Platform", []string{"branch:45", "runtime"}
	own.Identifier, own.Flags, own.Users = "org.example.Own", []string{"branch:beta"}, []inventory.AppUser{{User: "1000", Installed: true}}
	if d := cmp.Diff([]inventory.App{chat, platform, own}, inv.Apps); d != "" {
		t.Error(d)
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || !strings.HasSuffix(inv.Gaps[0].Subject, "Own.appdata.xml") {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestNotRecognised(t *testing.T) {
	if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, map[string]string{"etc/hostname": ""}))) {
		t.Error("a computer without flatpak is recognised")
	}
}

func TestMetainfoLimits(t *testing.T) {
	for name, text := range map[string]string{
		"deep":    strings.Repeat("<a>", maxDepth+1),
		"long":    "<a>" + strings.Repeat("<b/>", maxTokens),
		"no end":  "<a>",
		"entity":  "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
		"garbage": "<<<",
	} {
		if _, err := parseMetainfo([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzMetainfo(f *testing.F) {
	f.Add([]byte(description))
	f.Fuzz(func(t *testing.T, data []byte) {
		info, _ := parseMetainfo(data)
		if len(info.name) > len(data) || strings.TrimSpace(info.name) != info.name {
			t.Errorf("%+v", info)
		}
	})
}
