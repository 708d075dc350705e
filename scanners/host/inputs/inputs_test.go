package inputs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

const pinyin = `<?xml version="1.0" encoding="utf-8"?>
<component>
  <name>org.example.IBus.Pinyin</name>
  <description>Pinyin 拼音</description>
  <exec>/usr/libexec/ibus-engine-pinyin --ibus</exec>
  <version>1.5</version>
  <author>Example Ltd</author>
  <engines><engine><name>pinyin</name><language>zh_CN</language><author>other</author></engine></engines>
</component>`

func TestScan(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, map[string]string{
		"usr/share/ibus/component/pinyin.xml":      pinyin,
		"usr/share/ibus/component/simple.xml":      "<component><name>org.freedesktop.IBus.Simple</name></component>",
		"usr/share/ibus/component/readme":          "",
		"usr/share/fcitx5/addon/pinyin.conf":       "[Addon]\nName=Pinyin\nName[zh_CN]=拼音\nCategory=InputMethod\nVersion=5.0.11\nLibrary=libpinyin\n",
		"usr/share/fcitx5/addon/clipboard.conf":    "[Addon]\nName=Clipboard\nCategory=Module\n",
		"usr/share/fcitx/inputmethod/example.conf": "[InputMethod]\nUniqueName=example\nName=Example Input\n",
		"var/lib/dpkg/info/ibus-pinyin.list":       "/usr/share/ibus/component/pinyin.xml\n",
	})
	owner := inventory.AppID(inv.Devices[0].ID, inventory.DebPackage, "ibus-pinyin")
	for i := range inv.SecurityProducts {
		p := &inv.SecurityProducts[i]
		if p.ID == "" || p.Device != inv.Devices[0].ID || len(p.Origins) != 1 {
			t.Errorf("identifier, device or origin of %+v", p)
		}
		p.ID, p.Device, p.Origins = "", "", nil
	}
	method := inventory.SecurityProduct{Kind: "input-method", State: "installed", Privileges: []string{"input-method"}}
	one, two, three := method, method, method
	one.Name, one.Identifier, one.Vendor, one.Version, one.Path, one.App = "Pinyin 拼音", "org.example.IBus.Pinyin", "Example Ltd", "1.5", "/usr/libexec/ibus-engine-pinyin", owner
	two.Name, two.Identifier, two.Version = "Pinyin", "pinyin", "5.0.11"
	three.Name, three.Identifier = "Example Input", "example"
	if d := cmp.Diff([]inventory.SecurityProduct{one, two, three}, inv.SecurityProducts); d != "" || len(inv.Gaps) > 0 {
		t.Error(d, inv.Gaps)
	}
}

func TestMalformed(t *testing.T) {
	for name, text := range map[string]string{"cut": pinyin[:100], "nameless": "<component/>", "text": "no", "entities": `<!DOCTYPE x [<!ENTITY a "aa">]><component><name>&a;</name></component>`} {
		inv := hosttest.Scan(t, Scanner{}, map[string]string{"usr/share/ibus/component/x.xml": text})
		if len(inv.SecurityProducts) != 0 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
			t.Errorf("%s: %+v, gaps %+v", name, inv.SecurityProducts, inv.Gaps)
		}
	}
}

func TestNotRecognised(t *testing.T) {
	if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, map[string]string{"etc/hostname": ""}))) {
		t.Error("a computer without input methods is recognised")
	}
}

func FuzzComponent(f *testing.F) {
	f.Add([]byte(pinyin))
	f.Add([]byte("<component><name>a</name><exec>x</exec></component>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if x, err := parse(data); err == nil && (x.Name == "" || strings.TrimSpace(x.Name) != x.Name) {
			t.Errorf("%+v", x)
		}
	})
}
