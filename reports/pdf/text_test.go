package pdf_test

import (
	"strings"
	"testing"

	"quaestor/reports/internal/pdftext"
	"quaestor/reports/internal/reporttest"
)

// The same as TestEverythingIsSaid and TestScripts, where no other program is at hand.
func TestOwnReader(t *testing.T) {
	r := reporttest.Full()
	r.Devices[0].Name = "微信 Касперский Ελλάδα 카카오톡 (\\) ਊ"
	said := tight(pdftext.Read(write(t, r, "en")))
	for _, f := range r.Findings {
		if !strings.Contains(said, tight(f.ID)) {
			t.Errorf("no finding %s", f.ID)
		}
	}
	for _, g := range r.Gaps {
		if !strings.Contains(said, tight(g.Detail)) {
			t.Errorf("no gap %q", g.Detail)
		}
	}
	if !strings.Contains(said, `微信КасперскийΕλλάδα카카오톡(\)⟨U+0A0A⟩`) {
		t.Error("the name of the device is not in the document")
	}
}
