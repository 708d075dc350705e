package adb

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"quaestor/scanners/android/androidqf"
	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// fake is a phone that answers from texts.
type fake struct {
	mu      sync.Mutex
	answers map[string]client.Output
	fails   map[string]error
	asked   []string
	after   int   // questions after which the phone is gone, 0 for never
	gone    error // and what is said then
}

func (f *fake) Run(ctx context.Context, argv ...string) (*client.Output, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	command := strings.Join(argv, " ")
	f.asked = append(f.asked, command)
	switch out, ok := f.answers[command]; {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case f.after > 0 && len(f.asked) > f.after:
		return nil, f.gone
	case f.fails[command] != nil:
		return nil, f.fails[command]
	case ok:
		return &out, nil
	}
	return &client.Output{Stderr: []byte("/system/bin/sh: " + argv[0] + ": inaccessible or not found\n"), Exit: 127}, nil
}

func (f *fake) RunTo(ctx context.Context, w io.Writer, argv ...string) (*client.Output, error) {
	return sent(w)(f.Run(ctx, argv...))
}

// sent writes an answer as it comes from a phone, in parts, until no more is wanted.
func sent(w io.Writer) func(*client.Output, error) (*client.Output, error) {
	return func(out *client.Output, err error) (*client.Output, error) {
		if out == nil {
			return out, err
		}
		o := *out
		for rest := o.Stdout; len(rest) > 0; {
			n := min(len(rest), 32<<10)
			if _, failed := w.Write(rest[:n]); failed != nil {
				o.Cut, o.Exit = true, -1
				break
			}
			rest = rest[n:]
		}
		o.Stdout = nil
		return &o, err
	}
}

func (f *fake) says(command, text string) {
	f.answers[command] = client.Output{Stdout: []byte(text)}
}

const memberDir = "../../../testdata/phones/member"

// member is the phone of testdata/phones/member, as it would answer.
func member(t testing.TB) *fake {
	t.Helper()
	f := &fake{answers: map[string]client.Output{}, fails: map[string]error{}}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(memberDir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	f.says("getprop", read("getprop.txt"))
	f.says("settings list global", read("settings_global.txt")+"device_name=The member's phone\n")
	f.says("settings list --user 0 secure", read("settings_secure.txt"))
	f.says("settings list --user 10 secure", "default_input_method=com.example.work/.Keyboard\n")
	sections := regexp.MustCompile(`(?ms)^DUMP OF SERVICE (\w+):\n(.*?)^--------- .*?$`).FindAllStringSubmatch(read("dumpsys.txt"), -1)
	for _, s := range sections {
		f.says("dumpsys "+s[1], s[2])
	}
	if len(sections) < 6 {
		t.Fatalf("%d services in the dump", len(sections))
	}
	f.says("dumpsys connectivity", "Current Networks:\n")
	f.says("dumpsys appops", "Current AppOps Service state:\n")
	f.answers["ls -d "+strings.Join(roots, " ")] = client.Output{Stderr: []byte("ls: /sbin/su: No such file or directory\n"), Exit: 1}
	for _, user := range []string{"0", "10"} {
		var list strings.Builder
		for _, a := range dumped(t).Apps {
			if !slices.ContainsFunc(a.Users, func(u inventory.AppUser) bool { return u.User == user && u.Installed }) || a.Apex {
				continue
			}
			installer := a.Installer
			if installer == "" {
				installer = "null"
			}
			fmt.Fprintf(&list, "package:%s=%s versionCode:%d  installer=%s\n", a.Paths[0], a.Identifier, a.VersionCode, installer)
		}
		f.says("pm list packages -f -i -U --show-versioncode --user "+user, list.String())
		f.answers["ls /data/misc/user/"+user+"/cacerts-added"] = client.Output{Stderr: []byte("ls: /data/misc/user/" + user + "/cacerts-added: Permission denied\n"), Exit: 1}
	}
	return f
}

// dumped is what androidqf's files of the same phone give, without the hashes that only androidqf computes.
func dumped(t testing.TB) *inventory.Inventory {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"acquisition.json", "getprop.txt", "dumpsys.txt", "settings_global.txt", "settings_secure.txt"} {
		b, err := os.ReadFile(filepath.Join(memberDir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	src, err := source.Open(source.Target{Path: dir}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err := androidqf.New().Scan(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// examined is what asking a phone gives.
func examined(t testing.TB, f *fake) (*inventory.Inventory, error) {
	t.Helper()
	e := &examination{phone: f, serial: "R58N12ABCDE", name: "adb:R58N12ABCDE"}
	inv, err := e.run(t.Context())
	if inv != nil {
		inv.Sort()
	}
	return inv, err
}
