package backup

import "testing"

// TestReaderOf: what iOS keeps is read where iOS keeps it, and never what an app keeps under the same name.
func TestReaderOf(t *testing.T) {
	for _, tt := range []struct {
		domain, name string
		read         bool
	}{
		{"HomeDomain", "Library/TCC/TCC.db", true},
		{"HomeDomain", "Library/TCC/TCC.db-wal", true},
		{"KeychainDomain", "TrustStore.sqlite3", true},
		{"AppDomain-org.example", "Library/TrustStore.sqlite3", false},
		{"AppDomainGroup-group.org.example", "netusage.sqlite", false},
		{"AppDomain-org.example", "Library/ConfigurationProfiles/profile-1.stub", false},
		{configurationDomain, "Library/ConfigurationProfiles/profile-1.stub", true},
		{"MediaDomain", "Library/ConfigurationProfiles/profile-1.stub", false},
		{"HomeDomain", "Library/Safari/History.db", false},
		{"HomeDomain", "Library/AddressBook/AddressBook.sqlitedb", false},
	} {
		if got := wanted(tt.domain, tt.name); got != tt.read {
			t.Errorf("%s %s: %v", tt.domain, tt.name, got)
		}
	}
}
