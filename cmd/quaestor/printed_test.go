package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
)

// hostile paints over the screen, turns the order of reading round, and uses the 8-bit controls.
const hostile = "Nice\x1b[2K\rGOOD\u202elive\u009b2Jend\u2066"

// steers finds what must never reach a reader's screen.
func steers(text string) (rune, bool) {
	for _, r := range text {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return r, true
		}
	}
	return 0, false
}

func runWith(t *testing.T, out *bytes.Buffer, args ...string) (int, string) {
	t.Helper()
	var errs bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: out, Stderr: &errs, Environ: func() []string { return nil },
		LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }}
	return Run(context.Background(), env, args), errs.String()
}

// TestHostileTextIsVisible prints foreign text by every writer of the commands.
func TestHostileTextIsVisible(t *testing.T) {
	var b bytes.Buffer
	p := &printed{w: &b}
	labelled(p, "Title", hostile)
	p.Write([]byte(hanging("  ", hostile) + "\n" + wrap(hostile, 2, 40) + "\n"))
	(&page{w: p}).hang("label ", hostile)
	if err := writeJSON(p, map[string]string{"a": hostile}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []byte("\xe2\x80\xae\xc2\x9b") { // a character in pieces
		p.Write([]byte{c})
	}
	p.Write([]byte("\xe2\x80"))
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	if r, bad := steers(got); bad {
		t.Errorf("U+%04X is printed in %q", r, got)
	}
	for _, want := range []string{"⟨U+202E⟩live", "⟨U+009B⟩2Jend", `\u202elive`, "⟨U+202E⟩⟨U+009B⟩⟨xE2⟩⟨x80⟩"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

// TestHostileFiles hands hostile text to every command that reads a file or takes a text, and looks at every byte.
func TestHostileFiles(t *testing.T) {
	dir := t.TempDir()
	quoted := `"Nice\e[2K\rGOOD\u202elive\x9b2Jend\u2066"`
	overlay := "licence: Apache-2.0\nlayer: {id: x-office, title: " + quoted + ", authority: A, date: \"2026-11-20\"}\n" +
		"withdraw:\n- {table: products, id: wechat, reason: " + quoted + "}\n"
	pack := "policies:\n- id: ours\n  title: " + quoted + "\n"
	files := map[string]string{"layer/o.yaml": overlay, "p.yaml": pack, "phone.txt": "package:/data/app/base.apk=com.example.one  installer=com.android.vending uid:10002\npackage:/data/app/base.apk=com.x\u202elive\x1b[2K\u009b2J  installer=com.android.vending uid:10001\n",
		"b.qdb": "QDB" + hostile, "e.yaml": "exceptions:\n- {id: e, approved_by: " + quoted + ", reason: r, until: 2027-01-01, products: [tiktok]}\n"}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		want string
		args []string
	}{
		{"o.yaml:2: the text holds the character U+001B", []string{"db", "search", "tiktok", "--overlay", at("layer")}},
		{"o.yaml:4: the text holds", []string{"explain", "tiktok", "--overlay", at("layer")}},
		{"o.yaml:2: error: the text holds", []string{"db", "lint", at("layer")}},
		{"o.yaml", []string{"db", "diff", "embedded", at("layer")}},
		{"p.yaml:3:10: the text holds", []string{"policy", "check", at("p.yaml")}},
		{"p.yaml:3:10: the text holds", []string{"policy", "show", at("p.yaml")}},
		{"p.yaml:3:10: the text holds", []string{"policy", "diff", "be", at("p.yaml")}},
		{"p.yaml:3:10: the text holds", []string{"policy", "test", at("p.yaml")}},
		{"e.yaml:2:", []string{"scan", "--exceptions", at("e.yaml"), at("phone.txt")}},
		{"U+202E", []string{"scan", "--details", at("phone.txt")}},
		{"u202e", []string{"scan", "-o", "json", at("phone.txt")}},
		{"u202e", []string{"db", "verify", at("b.qdb" + hostile)}},
		{"", []string{"db", "verify", at("b.qdb")}},
		{"", []string{"db", "verify", at("b.qdb"), "-o", "json"}},
		{"", []string{"db", "search", hostile}},
		{"", []string{"db", "search", hostile, "-o", "json"}},
		{"", []string{"explain", hostile}},
		{"", []string{"policy", "show", hostile}},
		{"", []string{"db", "export", hostile}},
		{"", []string{"schema", hostile}},
		{"", []string{hostile}},
	} {
		var out bytes.Buffer
		_, errs := runWith(t, &out, c.args...)
		got := out.String() + errs
		if r, bad := steers(got); bad {
			t.Errorf("%q prints U+%04X: %q", c.args, r, got)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q: no %q in:\n%s", c.args, c.want, got)
		}
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestLostOutput wants every command to say when its output was lost.
func TestLostOutput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ours.yaml")
	if err := os.WriteFile(file, []byte("policies:\n- id: ours\n  title: Ours\n  extends: [be]\n  tests:\n  - {name: n, only: [ban], apps: [{id: com.zhiliaoapp.musically}], want: [{app: com.zhiliaoapp.musically, rule: ban}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"db", "status"}, {"db", "search", "--all", "tiktok"}, {"db", "diff", "embedded", "embedded"}, {"db", "licences"}, {"db", "export", "bans"}, {"explain", "tiktok"},
		{"policy", "check", file}, {"policy", "test", file}, {"policy", "list"}, {"policy", "show", "be"}, {"policy", "diff", "be", "nl"}, {"policy", "fields"}, {"version"}, {"scanners"},
		{"schema", "report"}, {"--help"}, {"scan", "../../testdata/phones/member"},
		{"db", "status", "-o", "json"}, {"db", "search", "tiktok", "-o", "json"}, {"explain", "tiktok", "-o", "json"}, {"policy", "show", "be", "-o", "yaml"}, {"scan", "-o", "json", "../../testdata/phones/member"}} {
		var errs bytes.Buffer
		env := Env{Stdin: strings.NewReader(""), Stdout: full{}, Stderr: &errs, Environ: func() []string { return nil },
			LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return today }}
		code := Run(context.Background(), env, args)
		if code != ExitIncomplete || strings.Count(errs.String(), "no space left on device") != 1 || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%v: exit code %d, %q", args, code, errs.String())
		}
	}
}
