// Package resolve tells which product, or at least which vendor, an inventory may mean by what it says: an
// identifier, a signer, a publisher and a name.
//
// [New] builds an [Index] from plain entries, once; [Index.Resolve] answers with candidates, surest first, each
// with its confidence and the reason in words. Identifiers come first. A signer or a publisher names a vendor and
// never a product. Names are compared word by word after Unicode folding, then as they are read in Latin letters,
// then by their shape: a name whose letters only look like a product's is a question and never an identification,
// see [Candidate.Doubt]. Candidates that are equally good stay tied; nobody is chosen.
//
// What the package cannot see: names are free, so a name alone allows low confidence whatever it says, and an app
// of another maker may bear the very name of a product. Names in Han characters, and names that a translation does
// not spell alike, are found only where the entries list them. Words that it does not know after a name make it
// another name: "TikTok Viewer" is not TikTok, and so may be a variant that nobody listed.
package resolve
