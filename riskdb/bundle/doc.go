// Package bundle packs a risk database into one signed file, and unpacks only what it can trust.
//
// # Why The Update Framework
//
// Who may sign, when a signature ends, that no older database comes back, and how a lost key is replaced
// without visiting every machine: a signature alone (minisign, OpenPGP) answers none of these, and protocols
// of one's own for them have a long history of failure. The Update Framework (TUF) answers all four, and
// go-tuf is its kept Go implementation. Its weight is about 4.5 MB of the program. Here its metadata travel
// inside the file in place of a repository, so that a USB stick is as good as a server; the client workflow
// is go-tuf's own, in the order of the specification.
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
// What the package cannot see: whether the root that it is handed is the right one, whether the clock that it
// is handed is right, whether a newer bundle exists somewhere, and whether a fact is true.
package bundle
