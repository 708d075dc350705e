package machost

import "testing"

// TestCamera: a camera made of software is told from what watches programs.
func TestCamera(t *testing.T) {
	if got := ExtensionPrivilege("com.apple.system_extension.cmio"); got != "camera" {
		t.Errorf("%q", got)
	}
}
