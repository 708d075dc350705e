package appxmanifest

import "testing"

// The names are in the manifests, and the ids in the family names, of apps that come with Windows.
func TestPublisherID(t *testing.T) {
	for publisher, want := range map[string]string{
		"CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US": "8wekyb3d8bbwe",
		"CN=Microsoft Windows, O=Microsoft Corporation, L=Redmond, S=Washington, C=US":     "cw5n1h2txyewy",
	} {
		if got := PublisherID(publisher); got != want {
			t.Errorf("%s: %s, want %s", publisher, got, want)
		}
	}
}
