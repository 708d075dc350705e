package adb

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/internal/adb/adbsim"
	"quaestor/scanners/inventory"
)

// A phone that is scanned and the same phone dumped by androidqf give the same apps, users, owners, services and VPNs.
func TestSameAsDump(t *testing.T) {
	want := dumped(t)
	want.Sort()
	got, err := examined(t, member(t))
	if err != nil {
		t.Fatal(err)
	}
	ignore := cmp.Options{cmpopts.IgnoreFields(inventory.App{}, "Origins"), cmpopts.IgnoreFields(inventory.Profile{}, "Origins"),
		cmpopts.IgnoreFields(inventory.SecurityProduct{}, "Origins"), cmpopts.IgnoreFields(inventory.VPN{}, "Origins"),
		cmpopts.IgnoreFields(inventory.Device{}, "Origins", "Name", "Properties", "CollectedAt")}
	for name, diff := range map[string]string{"apps": cmp.Diff(want.Apps, got.Apps, ignore), "devices": cmp.Diff(want.Devices, got.Devices, ignore),
		"profiles": cmp.Diff(want.Profiles, got.Profiles, ignore), "products": cmp.Diff(want.SecurityProducts, got.SecurityProducts, ignore), "VPNs": cmp.Diff(want.VPNs, got.VPNs, ignore)} {
		if diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, value := range want.Devices[0].Properties {
		if !strings.HasPrefix(name, "androidqf.") && got.Devices[0].Properties[name] != value {
			t.Errorf("property %s is %q, not %q", name, got.Devices[0].Properties[name], value)
		}
	}
	if d := got.Devices[0]; len(got.Apps) < 20 || d.Name != "The member's phone" || d.Properties["users.10.settings.secure.default_input_method"] == "" {
		t.Errorf("%d apps, %+v", len(got.Apps), d)
	}
}

// The same answers give the same bytes, whichever comes first.
func TestOrder(t *testing.T) {
	first, err := examined(t, member(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := examined(t, member(t))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatal(diff)
		}
	}
}

// What stands in the way of a question is a gap that says what is missing and what to do.
func TestRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(f *fake)
		kind   inventory.GapKind
		detail string // in the gap
		next   string
	}{
		"a user refuses": {func(f *fake) {
			f.answers["pm list packages -f -i -U --show-versioncode --user 10"] = client.Output{Exit: 255,
				Stdout: []byte("\nException occurred while executing 'list':\njava.lang.SecurityException: Shell does not have permission to access user 10\n\tat com.android.server.am.ActivityManagerService\n")}
		}, inventory.GapNotPermitted, "adb may not ask about the work profile (user 10", "switch the work profile on"},
		"the owner's list is refused": {func(f *fake) {
			f.answers["pm list packages -f -i -U --show-versioncode --user 0"] = client.Output{Exit: 255, Stdout: []byte("java.lang.SecurityException: no\n")}
		}, inventory.GapUnreadable, "adb may not ask about the owner", "Unlock the phone"},
		"settings refuse": {func(f *fake) {
			f.answers["settings list --user 10 secure"] = client.Output{Exit: 255, Stderr: []byte("Security exception: Permission Denial: user 10\n")}
		}, inventory.GapNotPermitted, "adb may not ask about the work profile", "work profile"},
		"a profile is paused": {func(f *fake) {
			f.says("dumpsys user", "Users:\n  UserInfo{0:Ann:13} serialNo=0\n    State: RUNNING_UNLOCKED\n  UserInfo{10:Work profile:10b0} serialNo=10\n    State: -1\n")
		}, inventory.GapBlind, "The work profile (user 10, \"Work profile\") is paused", "switch the work profile on"},
		"authorities": {func(*fake) {}, inventory.GapNotPermitted, "certificate authorities", "Trusted credentials"},
		"a service is missing": {func(f *fake) {
			f.answers["dumpsys appops"] = client.Output{Stdout: []byte("Can't find service: appops\n")}
		}, inventory.GapMalformed, "special access that was given in the settings is not known", "bug report"},
		"too long": {func(f *fake) {
			f.answers["dumpsys notification"] = client.Output{Stdout: f.answers["dumpsys notification"].Stdout, Exit: -1, Cut: true}
		}, inventory.GapLimit, "apps that read notifications", "bug report"},
		"no answer": {func(f *fake) { f.fails["dumpsys appops"] = fmt.Errorf("odd: %w", client.ErrProtocol) }, inventory.GapFailed, "Questions were not answered", "platform-tools"},
	} {
		f := member(t)
		tt.change(f)
		inv, err := examined(t, f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return g.Kind == tt.kind && strings.Contains(g.Detail, tt.detail) && strings.Contains(g.Next, tt.next) && g.Device != ""
		}) {
			t.Errorf("%s: no such gap in\n%s", name, gapLines(inv))
		}
	}
}

// The versions that are named as read are those that were met; of others a gap says so.
func TestVersions(t *testing.T) {
	for version, want := range map[string]bool{"5.1.1": true, "6.0": false, "14": false, "16": false, "17": true, "": false} {
		f := member(t)
		text := string(f.answers["getprop"].Stdout)
		f.says("getprop", regexp.MustCompile(`(?m)^\[ro.build.version.release\].*$`).ReplaceAllString(text, "[ro.build.version.release]: ["+version+"]"))
		inv, err := examined(t, f)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(gapLines(inv), "The answers of Android 6 to 16 are known here"); got != want {
			t.Errorf("%q: %v\n%s", version, got, gapLines(inv))
		}
	}
	for _, name := range adbsim.Records() { // "huawei-6"
		_, number, _ := strings.Cut(name, "-")
		if n, err := strconv.Atoi(number); err != nil || n < oldest || n > newest {
			t.Errorf("the record %s is of no version that is named", name)
		}
	}
}

// Which users a phone is silent about is a part of the sentence, and no example of it.
func TestClosedUsers(t *testing.T) {
	inv, err := examined(t, member(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range inv.Gaps {
		if strings.Contains(g.Detail, "certificate authorities") && (len(g.Samples) > 0 || g.Count > 0 || !strings.Contains(g.Detail, "(user 0, user 10)")) {
			t.Errorf("%+v", g)
		}
	}
}

func gapLines(inv *inventory.Inventory) string {
	var b strings.Builder
	for _, g := range inv.Gaps {
		fmt.Fprintf(&b, "%s %s: %s / %s\n", g.Kind, g.Subject, g.Detail, g.Next)
	}
	return b.String()
}

// Options that old phones do not know are left out.
func TestOldPhone(t *testing.T) {
	f := member(t)
	for _, user := range []string{"0", "10"} {
		list := f.answers["pm list packages -f -i -U --show-versioncode --user "+user]
		f.answers["pm list packages -f -i -U --show-versioncode --user "+user] = client.Output{Stdout: []byte("Error: Unknown option: --show-versioncode\n"), Exit: 1}
		f.answers["pm list packages -f -i --user "+user] = list
	}
	inv, err := examined(t, f)
	if err != nil || strings.Contains(gapLines(inv), "nknown option") || !slices.Contains(f.asked, "pm list packages -f -i --user 0") {
		t.Errorf("%v\n%s", err, gapLines(inv))
	}
}

// A phone that is unplugged leaves what it told, with one gap, and is not asked on and on.
func TestUnpluggedWhileAsked(t *testing.T) {
	for after := range 17 { // a phone of two users is asked 17 questions
		f := member(t)
		f.after, f.gone = after, fmt.Errorf("R58: %w", client.ErrGone)
		if after == 0 {
			f.after, f.answers = 1, map[string]client.Output{}
			f.fails["getprop"] = f.gone
		}
		inv, err := examined(t, f)
		if err == nil && !strings.Contains(gapLines(inv), "unplugged") {
			t.Errorf("after %d questions: nothing says that it was unplugged\n%s", after, gapLines(inv))
		}
		if len(f.asked) > after+streams+1 {
			t.Errorf("after %d questions: %d were asked", after, len(f.asked))
		}
	}
}

// An interrupt ends the questions; what was answered stays.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := &examination{phone: member(t), serial: "x", name: "adb:x"}
	if _, err := e.run(ctx); err == nil {
		t.Error("no error")
	}
}
