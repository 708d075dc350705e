package dumpstate

import (
	"os"
	"strings"
	"testing"
)

func read(text string) *Report {
	r := &Report{}
	for line := range strings.Lines(text) {
		r.Line([]byte(strings.TrimRight(line, "\n")))
	}
	r.Properties.Close()
	return r
}

const begin = "====\n== dumpstate: 2024-06-20 08:15:30\n====\n\n"

func TestReport(t *testing.T) {
	r := read(begin + "Build fingerprint: 'a/b/c:14/X/1:user/release-keys'\nKernel: Linux: 5\nKernel: second\nNetwork: Proximus\n" +
		"------ UPTIME (uptime) ------\nBootloader: not here\n[ro.a]: [no]\n" +
		"------ SYSTEM PROPERTIES (getprop) ------\n[ro.serialno]: [S]\n[ro.two]: [a\nb]\n------ 0.1s was the duration of 'SYSTEM PROPERTIES' ------\n[ro.b]: [no]\n" +
		"====\n== dumpstate: done (id 3)\n")
	if r.Time != "2024-06-20 08:15:30" || !r.Done || !r.Found || r.Header["Build fingerprint"] != "a/b/c:14/X/1:user/release-keys" || r.Header["Kernel"] != "Linux: 5" || len(r.Header) != 2 {
		t.Errorf("%+v", r)
	}
	if v := r.Properties.Values; len(v) != 2 || v["ro.serialno"] != "S" || v["ro.two"] != "a\nb" {
		t.Errorf("%q", v)
	}
}

func TestCutReport(t *testing.T) {
	if r := read(begin + "------ SYSTEM PROPERTIES (getprop) ------\n[ro.cut]: [x"); r.Done || !r.Found || !r.Properties.Open {
		t.Errorf("%+v", r)
	}
	if r := read(begin); r.Done || r.Found {
		t.Errorf("%+v", r)
	}
}

func TestLooks(t *testing.T) {
	for head, want := range map[string]bool{begin: true, strings.Repeat(" ", 1024) + begin: false, "dumpstate": false, "": false,
		"a.txt" + strings.Repeat("\x00", 507) + begin: false} {
		if got := Looks([]byte(head)); got != want {
			t.Errorf("%.40q: %v", head, got)
		}
	}
}

func FuzzReport(f *testing.F) {
	b, err := os.ReadFile("../../android/bugreport/testdata/bugreport-shiba-AP2A.240605.024.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b[:4000]))
	f.Fuzz(func(t *testing.T, text string) {
		for k, v := range read(text).Header {
			if k == "" || len(v) > len(text) {
				t.Errorf("%q: %q", k, v)
			}
		}
	})
}
