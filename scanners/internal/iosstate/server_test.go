package iosstate

import "testing"

// A second part of one kind that names no server does not take away what the first one named.
func TestServerOfTwo(t *testing.T) {
	p, ok := ConfigurationProfile(dict{"PayloadIdentifier": "x", "PayloadContent": []any{
		dict{"PayloadType": "com.apple.mdm", "ServerURL": "https://mdm.example.org/a"}, dict{"PayloadType": "com.apple.mdm"},
		dict{"PayloadType": "com.apple.mdm", "ServerURL": "https://other.example.org/a"}}})
	if !ok || p.Server != "mdm.example.org" {
		t.Errorf("%q", p.Server)
	}
}
