package adb

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/inventory"
)

// incomplete are the gaps of a kind that makes a scan incomplete and that are about an answer.
func incomplete(inv *inventory.Inventory, command string) bool {
	return slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
		return g.Kind.Incomplete() && strings.HasSuffix(g.Subject, "!"+command) && g.Next != ""
	})
}

// An answer that holds less than every phone says makes the scan incomplete: when it is empty, when the phone says that it has
// no such service, when it refuses, and when it says something else.
func TestHollowAnswers(t *testing.T) {
	whole, err := examined(t, member(t))
	if err != nil {
		t.Fatal(err)
	}
	list := "pm list packages -f -i -U --show-versioncode --user "
	for _, command := range []string{"getprop", "dumpsys package", "dumpsys device_policy", "dumpsys accessibility", "dumpsys notification", "dumpsys appops",
		"dumpsys user", "settings list global", "settings list --user 0 secure", "settings list --user 10 secure", list + "0", list + "10"} {
		if incomplete(whole, command) {
			t.Errorf("%s: the whole phone has gaps:\n%s", command, gapLines(whole))
		}
		name := command[strings.LastIndexByte(command, ' ')+1:]
		for what, out := range map[string]client.Output{
			"empty":   {},
			"blank":   {Stdout: []byte("\n \r\n")},
			"failed":  {Stderr: []byte("Killed\n"), Exit: 137},
			"absent":  {Stdout: []byte("Can't find service: " + name + "\n")},
			"refused": {Stdout: []byte("Permission Denial: can't dump " + name + " from from pid=1, uid=2000\n")},
			"odd":     {Stdout: []byte("lorem ipsum\n")},
		} {
			if what == "refused" && (strings.HasPrefix(command, "pm ") || strings.HasPrefix(command, "settings ")) {
				continue // of a user, which its owner can allow
			}
			f := member(t)
			f.answers[command] = out
			inv, err := examined(t, f)
			if err != nil || !incomplete(inv, command) {
				t.Errorf("%s, %s: %v\n%s", command, what, err, gapLines(inv))
			}
		}
	}
}

// Services that old versions lack are none of their gaps, but an answer of nothing is one.
func TestServicesOfLaterVersions(t *testing.T) {
	for _, tt := range []struct {
		sdk     string
		service string
		out     client.Output
		kind    inventory.GapKind
	}{
		{"28", "role", client.Output{Stdout: []byte("Can't find service: role\n")}, ""},
		{"29", "role", client.Output{Stdout: []byte("Can't find service: role\n")}, inventory.GapBlind},
		{"30", "vpn_management", client.Output{Stdout: []byte("Can't find service: vpn_management\n")}, ""},
		{"31", "vpn_management", client.Output{Stdout: []byte("Can't find service: vpn_management\n")}, inventory.GapBlind},
		{"31", "vpn_management", client.Output{}, inventory.GapEmpty},
		{"31", "role", client.Output{}, inventory.GapEmpty},
		{"31", "role", client.Output{Stdout: []byte("lorem\n")}, inventory.GapUnknownLines},
		{"31", "role", client.Output{Stdout: []byte("user_states=[\n]\n")}, ""},
		{"31", "connectivity", client.Output{Stdout: []byte("Permission Denial: can't dump connectivity\n")}, inventory.GapNotPermitted},
	} {
		f := member(t)
		f.says("getprop", "[ro.build.version.sdk]: ["+tt.sdk+"]\n[ro.serialno]: [X]\n")
		f.answers["dumpsys "+tt.service] = tt.out
		inv, err := examined(t, f)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []inventory.GapKind
		for _, g := range inv.Gaps {
			if strings.HasSuffix(g.Subject, "!dumpsys "+tt.service) {
				kinds = append(kinds, g.Kind)
			}
		}
		if tt.kind == "" && len(kinds) > 0 || tt.kind != "" && !slices.Equal(kinds, []inventory.GapKind{tt.kind}) {
			t.Errorf("Android level %s, %s, %q: %v, want %q", tt.sdk, tt.service, tt.out.Stdout, kinds, tt.kind)
		}
	}
}

// That a user's list is empty is no failure while that user does not run.
func TestEmptyListOfPausedUser(t *testing.T) {
	f := member(t)
	f.says("dumpsys user", "Users:\n  UserInfo{0:Ann:13} serialNo=0\n    State: RUNNING_UNLOCKED\n  UserInfo{10:Work profile:10b0} serialNo=10\n    State: -1\n")
	command := "pm list packages -f -i -U --show-versioncode --user 10"
	f.says(command, "")
	inv, err := examined(t, f)
	if err != nil || incomplete(inv, command) || !strings.Contains(gapLines(inv), "not-permitted adb:R58N12ABCDE!"+command) {
		t.Errorf("%v\n%s", err, gapLines(inv))
	}
}

// endless is a phone of which some answers never end.
type endless struct {
	*fake
	of    func(command string) bool
	taken atomic.Int64
}

func (p *endless) RunTo(ctx context.Context, w io.Writer, argv ...string) (*client.Output, error) {
	if !p.of(strings.Join(argv, " ")) {
		return p.fake.RunTo(ctx, w, argv...)
	}
	line := []byte(strings.Repeat("package:/data/app/a/base.apk=com.a\n", 900))
	for ctx.Err() == nil {
		n, err := w.Write(line)
		if p.taken.Add(int64(n)); err != nil {
			return &client.Output{Cut: true, Exit: -1}, nil
		}
	}
	return nil, ctx.Err()
}

// Of an answer that never ends is kept what fits its question, and of all together what a phone may say.
func TestEndlessAnswers(t *testing.T) {
	for what, limit := range map[string]int64{"getprop": maxProperties, "settings list": 3 * maxSettings, "pm list packages": 2 * maxList, "dumpsys role": maxDump, "": maxAnswers} {
		p := &endless{fake: member(t), of: func(c string) bool { return strings.HasPrefix(c, what) && c != "dumpsys user" }}
		e := &examination{phone: p, serial: "x", name: "adb:x"}
		inv, err := e.run(t.Context())
		if inv == nil || what != "" && err != nil {
			t.Errorf("%q: %v", what, err)
			continue
		}
		if n := p.taken.Load(); n > limit || n < limit*9/10 || !strings.Contains(gapLines(inv), "longer than what is read") {
			t.Errorf("%q: %d bytes are kept of %d\n%s", what, n, limit, gapLines(inv))
		}
	}
}

// Of a phone that lists more packages than any has, the first are kept, and it is said.
func TestMoreAppsThanAPhoneHas(t *testing.T) {
	f := member(t)
	var list strings.Builder
	for i := range maxApps + 5 {
		fmt.Fprintf(&list, "package:/data/app/x%d/base.apk=com.x.a%d versionCode:1 uid:10100\n", i, i)
	}
	f.says("pm list packages -f -i -U --show-versioncode --user 0", list.String())
	inv, err := examined(t, f)
	if err != nil || len(inv.Apps) != maxApps || !strings.Contains(gapLines(inv), "More than 20000 different packages") {
		t.Errorf("%v, %d apps", err, len(inv.Apps))
	}
}

// A text that is read ends when the scan does.
func TestReadingEndsWithTheScan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := interruptible{ctx, strings.NewReader("abc")}
	b := make([]byte, 1)
	if n, err := r.Read(b); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	cancel()
	if n, err := r.Read(b); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	later, stop := afterwards(ctx)
	defer stop()
	if later.Err() != nil {
		t.Error("what a phone said is thrown away")
	}
	<-later.Done()
}

// More permissions than a phone's apps have are not kept, and it is said.
func TestMorePermissionsThanAPhoneHas(t *testing.T) {
	f := member(t)
	var list strings.Builder
	list.WriteString("Packages:\n")
	for i := range 100 {
		fmt.Fprintf(&list, "  Package [com.x.a%d] (abc):\n    userId=10100\n    requested permissions:\n", i)
		for j := range maxEntries/100 + 1 {
			fmt.Fprintf(&list, "      android.permission.P%d\n", j)
		}
		list.WriteString("    User 0: ceDataInode=1 installed=true hidden=false\n")
	}
	f.says("dumpsys package", list.String())
	inv, err := examined(t, f)
	n := 0
	for _, a := range inv.Apps {
		n += len(a.Permissions)
	}
	if err != nil || n > maxEntries || n < maxEntries/2 || !strings.Contains(gapLines(inv), "permissions and users are longer than is kept") {
		t.Errorf("%v, %d permissions\n%s", err, n, gapLines(inv))
	}
}
