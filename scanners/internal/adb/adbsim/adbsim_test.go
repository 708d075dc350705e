package adbsim

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func record(t *testing.T, name string) *Phone {
	t.Helper()
	p, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func TestRecordsLoad(t *testing.T) {
	if len(Records()) < 3 {
		t.Fatalf("only %q are recorded", Records())
	}
	for _, name := range Records() {
		p := record(t, name)
		if p.Serial != p.Props["ro.serialno"] || p.SDK() == 0 || len(p.Users) == 0 {
			t.Errorf("%s: serial %q, SDK %d, %d users", name, p.Serial, p.SDK(), len(p.Users))
		}
		for _, a := range p.Apps {
			for _, f := range a.files() {
				if p.Files[f] == nil {
					t.Errorf("%s: app %s has no file %s", name, a.Name, f)
				}
			}
		}
		for _, f := range p.Files {
			if !f.Secret {
				if _, err := f.content(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

func TestMistakesInARecord(t *testing.T) {
	for text, says := range map[string]string{
		"-- what --\n":                     "unknown part",
		"-- phone --\nsize=3\n":            "unknown setting",
		"-- apps --\na.b paht=/x\n":        "unknown key",
		"-- apps --\na.b users=0:away\n":   "unknown state",
		"-- users --\n0 13 system\n":       "not ID FLAGS TYPE NAME",
		"-- files --\n/x 0644 plain.apk\n": "not PATH MODE TIME CONTENT",
		"-- $ getprop --\nro.x=1\n":        "not a property",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %q", text, err, says)
		}
	}
}

func TestShell(t *testing.T) {
	tests := []struct {
		record, line, stdout, stderr string
		code                         int
	}{
		{"pixel-15", "getprop ro.product.model", "Pixel 8\n", "", 0},
		{"pixel-15", "'getprop' 'ro.product.model'; echo \"exit:\"$?", "Pixel 8\nexit:0\n", "", 0},
		{"pixel-15", "frobnicate; echo exit:$?", "exit:127\n", "/system/bin/sh: frobnicate: inaccessible or not found\n", 0},
		{"huawei-6", "frobnicate 2>/dev/null", "", "", 127},
		{"huawei-6", "frobnicate 2>&1", "/system/bin/sh: frobnicate: not found\n", "", 127},
		{"pixel-15", "frobnicate 2>/dev/null || getprop ro.product.model && true", "Pixel 8\n", "", 0},
		{"pixel-15", "true && echo yes", "yes\n", "", 0},
		{"pixel-15", "echo 'a'\\''b'", "a'b\n", "", 0},
		{"pixel-15", "echo 'a", "", "/system/bin/sh: syntax error: unexpected character\n", 1},
		{"pixel-15", "echo $(id)", "", "/system/bin/sh: syntax error: unexpected character\n", 1},
		{"pixel-15", "pm list packages -3 --user 10", "package:eu.example.agenda\npackage:com.microsoft.windowsintune.companyportal\n", "", 0},
		{"pixel-15", "pm list packages -d", "package:com.google.android.apps.wellbeing\n", "", 0},
		{"pixel-15", "pm list packages -U agenda", "package:eu.example.agenda uid:10231,1010231\n", "", 0},
		{"pixel-15", "cmd package list packages -f -i --show-versioncode agenda", "package:/data/app/~~Ck1mYzQ0b3BzMzU2Nw==/eu.example.agenda-aGVsbG8tV29ybGQtMTIzNA==/base.apk=eu.example.agenda versionCode:42  installer=com.android.vending\n", "", 0},
		{"xiaomi-7", "pm list packages -U", "Error: Unknown option: -U\n", "", 255},
		{"samsung-11", "pm list packages --user 150", "Error: java.lang.SecurityException: Shell does not have permission to access user 150\n", "", 255},
		{"samsung-11", "pm path eu.example.votes", "package:/data/app/~~c3BsaXQtYXBw==/eu.example.votes-c3BsaXRz==/base.apk\npackage:/data/app/~~c3BsaXQtYXBw==/eu.example.votes-c3BsaXRz==/split_config.arm64_v8a.apk\n", "", 0},
		{"samsung-11", "pm path com.example.none", "", "", 1},
		{"samsung-11", "settings get --user 0 secure android_id", "9f1c2d3e4a5b6c7d\n", "", 0},
		{"samsung-11", "settings get global nothing", "null\n", "", 0},
		{"samsung-11", "cat /data/system/packages.xml", "", "cat: /data/system/packages.xml: Permission denied\n", 1},
		{"samsung-11", "stat -c '%s %n' /system/priv-app/Phonesky/Phonesky.apk /none", "70000 /system/priv-app/Phonesky/Phonesky.apk\n", "stat: '/none': No such file or directory\n", 1},
		{"samsung-11", "sha256sum /system/app/FBAppManager_NS/FBAppManager_NS.apk", "ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7  /system/app/FBAppManager_NS/FBAppManager_NS.apk\n", "", 0},
		{"xiaomi-7", "sha256sum /system/app/MiMarket/MiMarket.apk", "", "/system/bin/sh: sha256sum: not found\n", 127},
	}
	for _, tt := range tests {
		t.Run(tt.record+" "+tt.line, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := record(t, tt.record).sh(tt.line, &stdout, &stderr)
			if stdout.String() != tt.stdout || stderr.String() != tt.stderr || code != tt.code {
				t.Errorf("got %q, %q, %d\nwant %q, %q, %d", stdout.String(), stderr.String(), code, tt.stdout, tt.stderr, tt.code)
			}
		})
	}
}

// greet connects to a phone as a computer does and returns the first answer.
func greet(t *testing.T, p *Phone, version uint32, spoil bool) (net.Conn, packet, error) {
	t.Helper()
	addr, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	b := packet{cmdCNXN, version, 4096, []byte("host::")}.bytes(true)
	if spoil {
		b[16]++
	}
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
	answer, err := readPacket(c, true)
	return c, answer, err
}

func TestGreeting(t *testing.T) {
	_, answer, err := greet(t, record(t, "pixel-15"), versionNoSums, false)
	if err != nil || answer.cmd != cmdCNXN || answer.arg0 != versionNoSums || !bytes.Contains(answer.data, []byte("features=shell_v2,")) {
		t.Errorf("got %+v, %v", answer, err)
	}
	if _, answer, err = greet(t, record(t, "pixel-15"), versionNoSums, true); err == nil {
		t.Errorf("a bad checksum is answered with %+v", answer)
	}
	refusing := record(t, "pixel-15")
	refusing.Auth = Refusing
	if _, answer, err = greet(t, refusing, versionNoSums, false); err != nil || answer.cmd != cmdAUTH || answer.arg0 != authToken || len(answer.data) != 20 {
		t.Errorf("got %+v, %v", answer, err)
	}
}

// TestStreams opens a service and takes its answer packet by packet, none longer than what the computer said it takes.
func TestStreams(t *testing.T) {
	p := record(t, "huawei-6")
	c, _, err := greet(t, p, versionNoSums, false)
	if err != nil {
		t.Fatal(err)
	}
	write := func(pk packet) {
		if _, err := c.Write(pk.bytes(true)); err != nil {
			t.Fatal(err)
		}
	}
	write(packet{cmdOPEN, 7, 0, []byte("nonsense:\x00")})
	if pk, err := readPacket(c, true); err != nil || pk.cmd != cmdCLSE || pk.arg0 != 0 || pk.arg1 != 7 {
		t.Errorf("an unknown service: %+v, %v", pk, err)
	}
	write(packet{cmdOPEN, 8, 0, []byte("exec:dumpsys package\x00")})
	var got bytes.Buffer
	for {
		pk, err := readPacket(c, true)
		if err != nil {
			t.Fatal(err)
		}
		if pk.cmd == cmdCLSE {
			break
		}
		if pk.cmd == cmdWRTE {
			if len(pk.data) > 4096 {
				t.Fatalf("a packet of %d bytes", len(pk.data))
			}
			got.Write(pk.data)
			write(packet{cmdOKAY, 8, pk.arg0, nil})
		}
	}
	var want bytes.Buffer
	if p.sh("dumpsys package", &want, io.Discard); got.String() != want.String() || want.Len() < 4096 {
		t.Errorf("got %d bytes, want %d", got.Len(), want.Len())
	}
}

// TestNothingIsWritten refuses to take a file.
func TestNothingIsWritten(t *testing.T) {
	p := record(t, "pixel-15")
	ours, theirs := net.Pipe()
	go func() {
		p.serveSync(theirs)
		theirs.Close()
	}()
	path := "/sdcard/x,33188"
	_, _ = ours.Write(append(binary.LittleEndian.AppendUint32([]byte("SEND"), uint32(len(path))), path...))
	var head [8]byte
	if _, err := io.ReadFull(ours, head[:]); err != nil || string(head[:4]) != "FAIL" {
		t.Errorf("got %q, %v", head, err)
	}
	if got := p.Commands(); len(got) != 1 || got[0] != "sync SEND "+path {
		t.Errorf("noted: %q", got)
	}
}

// The files of a record are found also where nothing of the program lies around.
func TestElsewhere(t *testing.T) {
	p, err := Load("pixel-15")
	if err != nil {
		t.Fatal(err)
	}
	p.AddApps(1)
	t.Chdir(t.TempDir())
	for name, f := range p.Files {
		if f.From != "" && !f.Secret && f.size() == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}
