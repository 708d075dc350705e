package apple

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/scantest"
)

// TestEncrypted: an iPhone without a passcode is encrypted, and lacks a passcode; one whose hardware cannot encrypt is not.
func TestEncrypted(t *testing.T) {
	for _, tt := range []struct{ caps, passcode, want string }{
		{"3", "true", "true"}, {"3", "false", "none"}, {"0", "true", "false"}, {"1", "true", "none"},
	} {
		text := `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>CommandUUID</key><string>c</string><key>SecurityInfo</key><dict><key>HardwareEncryptionCaps</key><integer>` + tt.caps +
			`</integer><key>PasscodePresent</key><` + tt.passcode + `/></dict><key>Status</key><string>Acknowledged</string><key>UDID</key><string>00008110-000A1B2C3D4E5F60</string></dict></plist>`
		path := filepath.Join(t.TempDir(), "security.plist")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m := scantest.Scan(t, New(), path).Devices[0].Management
		got := "none"
		if m.Encrypted != nil {
			got = fmt.Sprint(*m.Encrypted)
		}
		if got != tt.want || m.Passcode == nil || fmt.Sprint(*m.Passcode) != tt.passcode {
			t.Errorf("%+v: %s, %+v", tt, got, m)
		}
	}
}
