// Package installed keeps the risk database that a machine uses in place of the one built into the program:
// one whole database, and the overlays of further authorities upon it.
//
// The folder holds state.json, and files that are named by the SHA-256 of what is in them: each bundle as it
// came, and its tables in the form that is read fast. A bundle takes effect when state.json is replaced, in
// one step; whatever ends the program before leaves the old database in use. An update takes a lock, reading
// takes none.
//
// state.json also pins, for the database and for each overlay, the root that is trusted and the highest
// sequence that was accepted. The first root has to be handed in: this package has none of its own.
//
// Signatures are checked when a bundle is installed, and by [Store.Load], which also compares what state.json says
// of the bundle with what was signed: number, dates and signers are told from there. The tables in the form that is
// read fast are told apart by their digest; only [Store.Verify] makes them again from the signed ones.
//
// What the package cannot see: an attacker who may write to the folder, and so put another root, or other tables
// with their digest, into state.json. Whoever can do that can usually replace the program as well.
package installed
