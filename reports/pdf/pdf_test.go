package pdf_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/pdf"
)

func write(t testing.TB, r *reports.Report, lang string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (pdf.Writer{}).Write(&b, r, reports.Options{Lang: lang}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read is the text of a document, as another program reads it, without spaces and line ends.
func read(t testing.TB, doc []byte) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext of poppler-utils is not here")
	}
	cmd := exec.Command(program, "-", "-")
	cmd.Stdin = bytes.NewReader(doc)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

func tight(s string) string { return strings.Join(strings.Fields(s), "") }

func TestEverythingIsSaid(t *testing.T) {
	for _, lang := range []string{"en", "nl", "fr", "de"} {
		r := reporttest.Full()
		said := read(t, write(t, r, lang))
		for _, f := range r.Findings {
			if !strings.Contains(said, tight(f.ID)) {
				t.Errorf("%s: no finding %s", lang, f.ID)
			}
		}
		if lang == "en" {
			for _, g := range r.Gaps {
				if !strings.Contains(said, tight(g.Detail)) {
					t.Errorf("no gap %q", g.Detail)
				}
			}
		}
	}
}

func TestScripts(t *testing.T) {
	for name, want := range map[string]string{"微信": "微信", "Касперский": "Касперский", "Ελλάδα": "Ελλάδα", "카카오톡": "카카오톡", "ドコモ": "ドコモ", "a\u202Eb": "⟨U+202E⟩", "א": "⟨U+05D0⟩", "😀": "⟨U+1F600⟩"} {
		r := reporttest.Full()
		for i := range r.Devices {
			r.Devices[i].Name = name
		}
		for i := range r.Findings {
			r.Findings[i].Subject.DeviceName = name
		}
		if said := read(t, write(t, r, "en")); !strings.Contains(said, want) {
			t.Errorf("%q is not in the document as %s", name, want)
		}
	}
}

func TestSameBytes(t *testing.T) {
	a, b := write(t, reporttest.Full(), "en"), write(t, reporttest.Full(), "en")
	if !bytes.Equal(a, b) {
		t.Error("the same report makes other bytes")
	}
}

func TestHostileNames(t *testing.T) {
	for _, name := range []string{strings.Repeat("W", 10_000), "\xff\xfe<b>", ") Tj ET (", "\\", "{nb}", strings.Repeat("\u0301", 500), "</title><svg onload=x>", "javascript:x"} {
		r := reporttest.Full()
		for i := range r.Findings {
			f := &r.Findings[i]
			f.Title, f.Subject.Name, f.Subject.DeviceName, f.Reason = name, name, name, name
		}
		if doc := write(t, r, "en"); !bytes.HasPrefix(doc, []byte("%PDF-")) || bytes.Contains(doc, []byte("/JavaScript")) || bytes.Contains(doc, []byte("/URI (javascript")) {
			t.Errorf("%.20q: no harmless document", name)
		}
	}
}

func TestSound(t *testing.T) {
	program, err := exec.LookPath("qpdf")
	if err != nil {
		t.Skip("qpdf is not here")
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, write(t, reporttest.Full(), "en"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "--check", file).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
