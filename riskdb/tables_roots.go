package riskdb

// RootList is a set of certificate authorities that systems bring with them, by the digests of their certificates. It tells
// those apart that were added, in a list that shows both; it says nothing of how far to trust one.
type RootList struct {
	ID     string   `yaml:"id"`
	Title  string   `yaml:"title"`
	SHA1   []string `yaml:"sha1,omitempty"` // by which Windows names certificates
	SHA256 []string `yaml:"sha256,omitempty"`
	Basis  `yaml:",inline"`
}
