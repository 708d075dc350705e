package backup

import (
	"testing"

	"quaestor/scanners/internal/iosfacts"
)

// What traffic was counted for is an app where something else tells of it, or where it bears no name of the system's own.
func TestService(t *testing.T) {
	b := &backup{Phone: iosfacts.New("test")}
	b.App("com.apple.mobilesafari")
	b.App("imgurmobile")
	for bundle, want := range map[string]bool{"com.apple.datausage.dns": true, "Launch": true, "com.apple.mobilesafari": false, "imgurmobile": false, "org.example.app": false} {
		if b.service(bundle) != want {
			t.Errorf("%s: %v", bundle, !want)
		}
	}
}
