package lockdown_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestTools lets the tools of libimobiledevice read the simulated phone: what they can read is like a phone.
func TestTools(t *testing.T) {
	p := phone()
	for key, v := range map[string]any{"DeviceClass": "iPhone", "ProductType": "iPhone14,5", "ProductVersion": "17.4.1", "UniqueDeviceID": udid, "BuildVersion": "21E236"} {
		p.Values[key] = v
	}
	m, _ := start(t, "unix", p)
	for _, tt := range []struct {
		argv []string
		want []string
	}{
		{[]string{"idevice_id", "-l"}, []string{udid}},
		{[]string{"ideviceinfo", "-u", udid}, []string{"DeviceName: Ada's iPhone", "ProductVersion: 17.4.1", "SerialNumber: F17XYZ"}},
		{[]string{"ideviceinfo", "-x", "-u", udid, "-q", "com.apple.security.mac.amfi"}, []string{"DeveloperModeStatus", "<true/>"}},
		{[]string{"idevicepair", "-u", udid, "validate"}, []string{"SUCCESS"}},
		{[]string{"ideviceinstaller", "-u", udid, "-l"}, []string{`com.example.app000, "1000", "App 0"`, "com.example.app049"}},
		{[]string{"ideviceinstaller", "-u", udid, "-l", "-o", "xml", "-o", "list_all"}, []string{"<string>com.example.app002</string>", "SignerIdentity"}},
		{[]string{"ideviceprovision", "-u", udid, "list"}, []string{"0 provisioning profile"}},
	} {
		t.Run(strings.Join(tt.argv, " "), func(t *testing.T) {
			if _, err := exec.LookPath(tt.argv[0]); err != nil {
				t.Skip(tt.argv[0] + " is not installed (libimobiledevice-utils, ideviceinstaller)")
			}
			c := exec.CommandContext(t.Context(), tt.argv[0], tt.argv[1:]...)
			c.Env = append(os.Environ(), "USBMUXD_SOCKET_ADDRESS="+m.Addr)
			out, err := c.CombinedOutput()
			for _, want := range tt.want {
				if err != nil || !strings.Contains(string(out), want) {
					t.Fatalf("%v: no %q in:\n%.2000s", err, want, out)
				}
			}
		})
	}
}
