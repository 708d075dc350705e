package desktopentry

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const entry = "# made by hand\n\n[Desktop Entry]\nType=Application\nName=Meet \\sNow\\\\\nName[nl] = Nu vergaderen\nName=second\nNoDisplay=true\n" +
	"Exec=env A=1 \"/opt/Meet Now/meet\" --to %U\nCategories=Network;Chat;;\n[Desktop Action new]\nName=New\r\nlost\n[broken\nX=1\n"

func TestParse(t *testing.T) {
	f := Parse([]byte(entry))
	const g = "Desktop Entry"
	for key, want := range map[string]string{"Name": `Meet  Now\`, "Name[nl]": "Nu vergaderen", "Type": "Application", "Nothing": ""} {
		if got := f.String(g, key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	if got := f.String("Desktop Action new", "Name"); got != "New" {
		t.Errorf("the other group's name is %q", got)
	}
	if !f.Bool(g, "NoDisplay") || f.Bool(g, "Name") || !f.Has(g) || f.Has("X") {
		t.Error("Bool or Has is wrong")
	}
	if got := f.List(g, "Categories"); !slices.Equal(got, []string{"Network", "Chat"}) {
		t.Errorf("Categories %q", got)
	}
	if got := Program(f.String(g, "Exec")); got != "/opt/Meet Now/meet" {
		t.Errorf("program %q", got)
	}
	want := []string{"line 13: not an entry of a group", "line 14: not the name of a group", "line 15: not an entry of a group"}
	if d := cmp.Diff(want, f.Problems); d != "" {
		t.Error(d)
	}
}

func TestLimits(t *testing.T) {
	f := Parse([]byte("[g]\nk=" + strings.Repeat("x", 3*maxValue) + "\n" + strings.Repeat("\n", maxLines)))
	if len(f.String("g", "k")) != maxValue || len(f.Problems) != 1 {
		t.Errorf("%d bytes kept, problems %q", len(f.String("g", "k")), f.Problems)
	}
	if f := Parse([]byte(strings.Repeat("lost\n", 100))); len(f.Problems) != MaxProblems {
		t.Errorf("%d problems kept", len(f.Problems))
	}
}

func TestProgram(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "  ": "", "firefox %u": "firefox", "/usr/bin/env": "", "env -i X=1 Y=2 /bin/a b": "/bin/a",
		`"/opt/a \"b\"/c" d`: `/opt/a "b"/c`, `""`: "", `"unclosed word`: "unclosed word", "a=b c": "a=b", "\tx\ty": "x",
	} {
		if got := Program(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(entry))
	f.Add([]byte("[Application]\nname=org.example\n[Context]\nshared=network;ipc;\n"))
	f.Add([]byte("[\n]\n=\n[]\n=x\n\\=\\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := Parse(data)
		for group := range file.groups {
			for _, key := range file.Keys(group) {
				if key == "" || strings.Contains(key, "\n") {
					t.Errorf("key %q", key)
				}
				for _, w := range Words(file.String(group, key)) {
					if len(w) > maxValue {
						t.Errorf("a word of %d bytes", len(w))
					}
				}
			}
		}
	})
}
