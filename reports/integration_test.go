package reports_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// snippets are the shell scripts of the page of integrators.
func snippets(t *testing.T) (out []string) {
	t.Helper()
	text, err := os.ReadFile("INTEGRATION.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1])
	}
	return out
}

// snippet is the one script that has a text.
func snippet(t *testing.T, has string) string {
	t.Helper()
	for _, s := range snippets(t) {
		if strings.Contains(s, has) {
			return s
		}
	}
	t.Fatalf("no script with %q", has)
	return ""
}

// shell runs a script in a folder that stands for that of the page, with the programs that are named there in the folder itself.
func shell(t *testing.T, dir, script string, args ...string) (string, int) {
	t.Helper()
	script = strings.ReplaceAll(script, "/var/lib/quaestor", dir)
	cmd := exec.Command("sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "TOKEN=t", "ENTERPRISE=e", "JAMF=j", "UEM=u", "KEY=k", "FLEET=f", "ENDPOINT=https://e", "RULE=r")
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func place(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not there", p)
		}
	}
}

func files(dir, pattern string) []string {
	out, _ := filepath.Glob(filepath.Join(dir, pattern))
	return out
}

// TestScriptsAreShell: what the page shows is understood by a shell.
func TestScriptsAreShell(t *testing.T) {
	needs(t, "sh")
	list := snippets(t)
	if len(list) < 12 {
		t.Errorf("only %d scripts", len(list))
	}
	for _, s := range list {
		cmd := exec.Command("sh", "-n")
		cmd.Stdin = strings.NewReader(s)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s in\n%s", out, s)
		}
	}
}

// TestNight: lines are handed on at the codes 0, 1 and 3 alone, never those of the day before, and stay until they were sent.
func TestNight(t *testing.T) {
	needs(t, "sh")
	night, send := snippet(t, "# night.sh"), snippet(t, "# send.sh")
	for code, spooled := range map[int]int{0: 1, 1: 1, 2: 0, 3: 1, 4: 0, 130: 0} {
		dir := t.TempDir()
		place(t, dir, "export.sh", "#!/bin/sh\nexit 0\n")
		place(t, dir, "quaestor", fmt.Sprintf("#!/bin/sh\necho new > changes.ndjson\nexit %d\n", code))
		out, got := shell(t, dir, night)
		if got != code || len(files(dir, "spool/*.ndjson")) != spooled {
			t.Errorf("code %d: %d, %v, %s", code, got, files(dir, "spool/*"), out)
		}
		if spooled == 0 {
			continue
		}
		place(t, dir, "send-one.sh", "#!/bin/sh\nexit 1\n")
		if _, got = shell(t, dir, send); got == 0 || len(files(dir, "spool/*.ndjson")) != 1 {
			t.Errorf("code %d: what was not sent is gone", code)
		}
		place(t, dir, "send-one.sh", "#!/bin/sh\ngrep -q new \"$1\"\n")
		if out, got = shell(t, dir, send); got != 0 || len(files(dir, "sent/*.ndjson")) != 1 || len(files(dir, "spool/*.ndjson")) != 0 {
			t.Errorf("code %d: not sent: %s", code, out)
		}
	}
	dir := t.TempDir() // of a failed export, and with lines of the day before
	place(t, dir, "export.sh", "#!/bin/sh\nexit 1\n")
	place(t, dir, "changes.ndjson", "old")
	place(t, dir, "quaestor", "#!/bin/sh\ntouch ran\nexit 0\n")
	if _, got := shell(t, dir, night); got != 2 || len(files(dir, "ran"))+len(files(dir, "spool/*.ndjson")) != 0 {
		t.Errorf("a failed export: code %d, %v", got, files(dir, "*"))
	}
}

// answers is a curl that answers by what the address holds, and fails where nothing is known of it.
func answers(cases ...string) string {
	var b strings.Builder
	b.WriteString("#!/bin/sh\nfor a; do [ \"$last\" = -o ] && file=$a; case $a in https://*) url=$a;; esac; last=$a; done\ncase $url in\n")
	for i := 0; i < len(cases); i += 2 {
		fmt.Fprintf(&b, "%s) printf '%%s' '%s' > \"$file\" ;;\n", cases[i], cases[i+1])
	}
	return b.String() + "*) exit 22 ;;\nesac\n"
}

// TestPages: all pages are fetched, and an error ends the export.
func TestPages(t *testing.T) {
	needs(t, "sh", "jq")
	begin := snippet(t, "fetch() {")
	for _, x := range []struct {
		has   string
		curl  string
		files int
	}{
		{"managedDevices", answers("*exportJobs", `{"id":"7","status":"completed","url":"https://blob"}`, "https://blob", "zip", "*managedDevices*", `{"@odata.nextLink":"https://page2"}`, "https://page2", `{}`), 3},
		{"androidmanagement", answers("*'pageToken='", `{"nextPageToken":"a/b"}`, "*'pageToken=a%2Fb'", `{}`), 2},
		{"customer/my_customer", answers("*'pageToken='", `{"nextPageToken":"ab"}`, "*'pageToken=ab'", `{}`), 2},
		{"computers-inventory?", answers("*'page=2'", `{"results":[]}`, "*page=*", `{"results":[{}]}`), 4},
		{"devices/search", answers("*'page=0'", `{"Devices":[{"Id":{"Value":7},"Udid":"x"},{"Id":{"Value":8}}]}`, "*page=*", `{"Devices":[]}`, "*/apps", `{"DeviceApps":[{"ApplicationName":"A"}]}`), 2},
		{"populate_software", answers("*'page=0'", `{"hosts":[`+strings.Repeat("1,", 99)+`1]}`, "*page=*", `{"hosts":[1]}`), 2},
	} {
		script := snippet(t, x.has)
		script, _, _ = strings.Cut(script, "\ncp ")
		dir := t.TempDir()
		place(t, dir, "curl", x.curl)
		out, code := shell(t, dir, begin+script)
		if got := files(dir, "exports/*"); code != 0 || len(got) != x.files {
			t.Errorf("%s: code %d, %v, %s", x.has, code, got, out)
		}
		place(t, dir, "curl", answers())
		if _, code = shell(t, dir, begin+script); code == 0 || len(files(dir, "exports/*")) != 0 {
			t.Errorf("%s: an error does not end the export", x.has)
		}
		if x.has == "devices/search" {
			place(t, dir, "curl", x.curl)
			shell(t, dir, begin+script)
			text, err := os.ReadFile(filepath.Join(dir, "exports", "device-7.json"))
			if want := `{"Devices":[{"Id":{"Value":7},"Udid":"x","DeviceApps":[{"ApplicationName":"A"}]}]}`; err != nil || strings.TrimSpace(string(text)) != want {
				t.Errorf("%s, %v", text, err)
			}
		}
	}
}

// TestDevicesForAGroup: the list names devices by their serial number, with the action and the product.
func TestDevicesForAGroup(t *testing.T) {
	needs(t, "sh", "jq")
	dir := t.TempDir()
	place(t, dir, "report.json", `{"devices":[{"id":"d1","serial":"S1"},{"id":"d2","name":"PC 2"}],"findings":[
		{"action":"remove","severity":"high","confidence":"high","params":{"product":"TikTok"},"subject":{"device":"d1"}},
		{"action":"review","severity":"high","confidence":"low","params":{"product":"TikTok"},"subject":{"device":"d2"}},
		{"action":"review","severity":"info","confidence":"low","params":{"product":"Other"},"subject":{"device":"d2"}},
		{"action":"remove","severity":"high","confidence":"high","exception":{},"params":{"product":"Excepted"},"subject":{"device":"d2"}}]}`)
	out, code := shell(t, dir, snippet(t, "> devices.tsv")+snippet(t, "> remove.txt")+"cat devices.tsv remove.txt")
	if want := "remove\thigh\tTikTok\tS1\nreview\tlow\tTikTok\tPC 2\nPC 2\nS1\n"; code != 0 || out != want {
		t.Errorf("code %d, %q", code, out)
	}
}

// TestSentinelBatches: no call is larger than Sentinel takes, every line is in one, and a failed call is told.
func TestSentinelBatches(t *testing.T) {
	needs(t, "sh", "jq", "awk")
	dir := t.TempDir()
	var lines strings.Builder
	for i := range 100 {
		fmt.Fprintf(&lines, `{"type":"finding","id":"f%d","title":%q}`+"\n", i, strings.Repeat("ü", 15_000))
	}
	lines.WriteString(`{"type":"end"}` + "\n")
	place(t, dir, "changes.ndjson", lines.String())
	place(t, dir, "curl", "#!/bin/sh\nn=$(ls call-* 2>/dev/null | wc -l)\ncat > call-$((n+1))\n")
	script := snippet(t, "Custom-Quaestor_CL")
	if out, code := shell(t, dir, script, "changes.ndjson"); code != 0 {
		t.Fatal(out)
	}
	calls, n := files(dir, "call-*"), 0
	for _, name := range calls {
		text, _ := os.ReadFile(name)
		var list []struct{ Line struct{ ID string } }
		if err := json.Unmarshal(text, &list); err != nil || len(text) > 1_000_000 {
			t.Errorf("%d bytes, %v", len(text), err)
		}
		n += len(list)
	}
	if n != 100 || len(calls) != 4 {
		t.Errorf("%d lines in %d calls", n, len(calls))
	}
	place(t, dir, "curl", "#!/bin/sh\nexit 22\n")
	if _, code := shell(t, dir, script, "changes.ndjson"); code == 0 {
		t.Error("a failed call is not told")
	}
}
