// Package vuln knows what advisories in the form of OSV (https://ossf.github.io/osv-schema/) say of components.
//
// [Import] fills a local database from archives, folders or a mirror. It has the layout that osv-scanner reads
// offline: a folder osv-scalibr, in it one folder for each ecosystem with its all.zip. Beside each archive lie an
// index by the names of packages and of repositories, and what is known of the copy: when it was taken, from where,
// how many advisories it has, and of which day the newest is. A look-up reads the advisories concerned and nothing else.
//
// Whether an advisory concerns a version is decided by osv-scanner's own engine (osv-scalibr, package osvlocal) and its
// orders of versions. What the engine is handed is prepared here: advisories whose versions it would panic on are left
// out and told as gaps, distributions are told apart by release, and their packages looked up by source package.
//
// [DB] is a [riskdb.Adviser]. Its answers depend on the inventory, the day and the database alone.
//
// What the package cannot see: weaknesses without an advisory, those that a distribution mended without changing the
// version of a package that no advisory of its own names, and whether the vulnerable code of a component is ever reached.
package vuln
