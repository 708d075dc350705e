package regfile

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/source"
)

// An export of old is in the code page of its computer, which it does not name: its texts tell.
func TestCodePages(t *testing.T) {
	for name, page := range map[string]struct {
		in   encoding.Encoding
		told string
	}{
		"Антивирус Касперского": {charmap.Windows1251, "Windows 1251"},
		"微信 电脑版":                {simplifiedchinese.GBK, "GBK (936)"},
		"許功蓋 防毒軟體":              {traditionalchinese.Big5, "Big5 (950)"}, // whose second bytes are backslashes
		"Größe":                 {charmap.Windows1252, "Windows 1252"},
	} {
		text := strings.ReplaceAll("REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\K]\n\"DisplayName\"=\""+name+"\"\n\"DisplayVersion\"=\"1\"\n", "\n", "\r\n")
		data, err := page.in.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(source.Target{Path: filepath.Join(hosttest.Tree(t, map[string]string{"a.reg": data}), "a.reg")}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		inv, err := Scanner{}.Scan(t.Context(), src)
		if err != nil || len(inv.Apps) != 1 || inv.Apps[0].Name != name {
			t.Errorf("%s: %v %+v", name, err, inv.Apps)
		}
		told := false
		for _, g := range inv.Gaps {
			told = told || strings.Contains(g.Detail, "read as "+page.told+",")
		}
		if !told {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
}
