package listing

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/lockdown/lockdowntest"
	"quaestor/scanners/internal/scantest"
)

// TestTool reads what the real ideviceinstaller prints of a simulated phone: plain and in XML, of all apps and of the user's.
func TestTool(t *testing.T) {
	if _, err := exec.LookPath("ideviceinstaller"); err != nil {
		t.Skip("ideviceinstaller is not installed")
	}
	keys, err := lockdowntest.NewKeys(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "usbmuxd")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip("no socket of this kind: ", err)
	}
	phone := lockdowntest.Example()
	m := lockdowntest.Start(l, keys, phone)
	defer m.Close()
	for name, tt := range map[string]struct {
		argv   []string
		system bool // apps of the system are asked for
		told   bool // what the phone says of an app is told whole
	}{
		"plain":     {[]string{"-l"}, false, false},
		"plain all": {[]string{"-l", "-o", "list_all"}, true, false},
		"XML":       {[]string{"-l", "-o", "xml"}, false, true},
		"XML all":   {[]string{"-l", "-o", "list_all", "-o", "xml"}, true, true},
	} {
		c := exec.CommandContext(t.Context(), "ideviceinstaller", append([]string{"-u", phone.UDID}, tt.argv...)...)
		c.Env = append(os.Environ(), "USBMUXD_SOCKET_ADDRESS=UNIX:"+socket)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		src := file(t, string(out))
		inv, err := New().Scan(context.Background(), src)
		if err != nil || !New().Recognise(src) {
			t.Errorf("%s: %v\n%s", name, err, out)
			continue
		}
		a := scantest.App(t, inv, "com.zhiliaoapp.musically")
		if a.Name != "TikTok" || a.Version == "" || (a.Distribution == "app-store") != tt.told {
			t.Errorf("%s: %+v", name, a)
		}
		system := 0
		for _, a := range inv.Apps {
			if a.System {
				system++
			}
		}
		if (system > 0) != (tt.system && tt.told) || len(inv.Apps) < 2 {
			t.Errorf("%s: %d apps, %d of the system\n%s", name, len(inv.Apps), system, out)
		}
	}
}
