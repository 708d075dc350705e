package appledevice

import "testing"

// TestOS: one device has one system, however a management system calls it.
func TestOS(t *testing.T) {
	for _, tt := range []struct{ stated, model, version, name, number string }{
		{"iOS", "iPad13,1", "17.6", "iPadOS", "17.6"},
		{"iOS-iPadOS", "iPad Pro", "17.6", "iPadOS", "17.6"},
		{"", "iPad", "17.6", "iPadOS", "17.6"},
		{"iPadOS 17.6", "", "", "iPadOS", "17.6"},
		{"iPadOS", "", "iPadOS 17.6.1", "iPadOS", "17.6.1"},
		{"iOS/iPadOS", "", "17.6", "iOS", "17.6"},
		{"iPadOS", "iPad4,1", "12.5.7", "iOS", "12.5.7"},
		{"IOS", "iPhone", "15.8", "iOS", "15.8"},
		{"iOS", "AppleTV11,1", "17.0", "tvOS", "17.0"},
		{"watchOS", "", "10.1", "watchOS", "10.1"},
		{"", "", "", "iOS", ""},
		{"iPadOS", "iPad4,1", "", "iPadOS", ""},
	} {
		if name, number := OS(tt.stated, tt.model, tt.version); name != tt.name || number != tt.number {
			t.Errorf("%q %q %q: %q %q", tt.stated, tt.model, tt.version, name, number)
		}
	}
}
