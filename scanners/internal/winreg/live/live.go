// Package live reads the registry of the running Windows. On other systems there is none, which [Open] says.
//
// Keys are opened in the view of 64-bit programs; that of 32-bit programs is the key WOW6432Node in it. A key that the
// system refuses to open is an [fs.ErrPermission].
//
// What the package cannot see: the part of the registry of accounts that are not logged in, which lies in the NTUSER.DAT
// of their folder; what the rights of whoever runs the scan do not reach.
package live

import (
	"errors"
	"strings"
)

// ErrElsewhere is that this system has no registry.
var ErrElsewhere = errors.New("only Windows has a registry; name its hives or exports as files instead")

// isAccount tells the accounts below HKEY_USERS from the second halves of their registry (…_Classes), which lie below
// Software\Classes too, and from .DEFAULT, which is the system's own account (S-1-5-18) once more.
func isAccount(name string) bool {
	return strings.HasPrefix(name, "S-1-") && !strings.HasSuffix(strings.ToLower(name), "_classes")
}
