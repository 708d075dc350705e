package processes

import "testing"

// TestModuleMarks: a module is foreign by one of two marks, wherever it stands among the others.
func TestModuleMarks(t *testing.T) {
	for marks, want := range map[string]bool{"(P)": true, "(O)": true, "(OE)": true, "(PO)": true, "(PE)": true, "(E)": false, "(F)": false, "()": false, "PO": false} {
		if name, foreign := parseModule("av_hook 40960 1 - Live 0x0000000000000000 " + marks); foreign != want || name != "av_hook" {
			t.Errorf("%s: %q, %v", marks, name, foreign)
		}
	}
}

// TestExecMarks: every mark that systemd takes before a path is taken off it, and two of them keep the rights of root.
func TestExecMarks(t *testing.T) {
	for marks, full := range map[string]bool{"": false, "-": false, "@": false, ":": false, "|": false, "+": true, "!": true, "!!": false, "-|": false, "|-@": false, "-+": true, "@-!": true, ":-!!": false} {
		var u unit
		u.read([]byte("[Service]\nUser=av\nExecStart=" + marks + "/opt/av/bin/avd --x\n"))
		if u.program != "/opt/av/bin/avd" || u.full != full || u.root() != full {
			t.Errorf("%q: %+v", marks, u)
		}
	}
}
