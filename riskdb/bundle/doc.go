// Package bundle packs a risk database into one signed file, and unpacks only what it can trust.
//
// # Why The Update Framework
//
// Who may sign, when a signature ends, that no older database comes back, and how a lost key is replaced
// without visiting every machine: a signature alone (minisign, OpenPGP) answers none of these, and protocols
// of one's own for them have a long history of failure. The Update Framework (TUF) answers all four, and
// go-tuf is its kept Go implementation. Its weight: a program that prints one line is 1.6 MB without it and 6.8 MB
// with it; one that fetches over HTTPS, as this one does, 6.2 MB and 9.9 MB (go-tuf 2.4.2, linux/amd64, without
// symbols). Here its metadata travel inside the file in place of a repository, so that a USB stick is as good as
// a server; the client workflow is go-tuf's own, in the order of the specification.
//
// # The file
//
// All numbers are 4 bytes, big-endian. Nothing may stand between or behind the parts.
//
//	magic                 8 bytes, 89 51 44 42 0D 0A 1A 0A; a transfer as text breaks it
//	format                1
//	number of roots       1 to 64
//	  each root           its length, and root metadata; versions rise by one
//	timestamp, snapshot, targets: for each its length, and its metadata
//	database              its length, and the JSON form of riskdb/export under zstd
//	SHA-256               32 bytes, of everything before
//
// The digest finds damage; trust comes from the metadata. The targets metadata holds length and digest of the
// database and its [Info]. Every part has one form only: what is parsed has to be written the same way again.
// The same tables, keys, dates and numbers give the same file.
//
// # Keys
//
// Two roles, so that a thief of one has not the other. The root keys say which keys may sign a bundle, and are
// needed only to say it anew: they belong offline. The bundle keys sign databases. Every key is Ed25519.
//
// # Numbers
//
// A bundle has a number, and one with a lower number than was accepted is refused. Whoever steals bundle keys can
// take a high number to keep readers from the next rightful bundle, so a number may rise by [MaxLeap] at a time
// only, and a root that replaces the bundle keys ends what they did: the first bundle under the new keys may have
// a lower number. That brings no older bundle back, because none was signed by the new keys. A root that keeps
// enough of the old keys to sign a bundle ends nothing, and a key that was replaced must never be listed again.
//
// What the package cannot see: whether the root that it is handed is the right one, whether the clock that it
// is handed is right, whether a newer bundle exists somewhere, and whether a fact is true.
package bundle
