package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// identify finds the product that an app is, from its identifier and its signer, or from its name where the
// source gives nothing better.
func (a *assessor) identify(f *facts) {
	named := f.app
	id := a.lookup(named)
	if winget := asWinget(f.app); id == nil && winget != nil {
		named = winget
		id = a.lookup(named)
	}
	if id != nil {
		f.product = id.Product
		f.identity = append(f.identity, identifierEvidence(named, id.Identifier))
	} else {
		a.resolve(f)
	}
	if f.product != nil {
		f.vendor = a.db.Vendor(f.product.Vendor)
	}
	a.matchSigner(f)
	a.brokenFile(f)
	a.contradiction(f)
}

// asWinget is a program of Windows as winget calls it, which stands beside the key of the registry that it was installed by; nil
// where no source tells it.
func asWinget(app *inventory.App) *inventory.App {
	if app.IdentifierKind == inventory.WingetID {
		return app
	}
	for _, flag := range app.Flags {
		if id, ok := strings.CutPrefix(flag, "winget:"); ok && app.Platform == inventory.Windows {
			named := *app
			named.IdentifierKind, named.Identifier = inventory.WingetID, id
			return &named
		}
	}
	return nil
}

func (a *assessor) lookup(app *inventory.App) *Match {
	if app.IdentifierKind == inventory.NameOnly {
		return nil // see resolve
	}
	kinds := []inventory.IdentifierKind{app.IdentifierKind}
	if app.IdentifierKind == inventory.MacBundle {
		kinds = append(kinds, inventory.IOSBundle) // Macs run apps of iPhones and iPads, which keep their identifiers
	}
	for _, kind := range kinds {
		for _, m := range a.db.LookupIdentifier(kind, app.Identifier) {
			if m.Product != nil {
				return &m
			}
		}
	}
	return nil
}

func identifierEvidence(app *inventory.App, id *Identifier) Evidence {
	e := Evidence{Kind: ByIdentifier, Supports: true, Reliability: 'B', Credibility: 2, Origin: origin(app),
		Detail: fmt.Sprintf("The %s %q is listed for this product.", kindWord(app.IdentifierKind), app.Identifier)}
	switch {
	case id.Shared:
		e.Credibility = 4
		e.Detail = fmt.Sprintf("The %s %q is used by this product and by others.", kindWord(app.IdentifierKind), app.Identifier)
	case id.Allows() == ConfidenceLow:
		e.Credibility = 4
		e.Detail = fmt.Sprintf("The %s %q is listed for this product, but the listing is not verified.", kindWord(app.IdentifierKind), app.Identifier)
	}
	e.Detail = joinSpace(e.Detail, concluded(app))
	return e
}

// concludedFrom are the words for from what an identifier was concluded.
var concludedFrom = map[string]string{"program-cache": "the name of the app's program in a folder that the system made for that identifier",
	"extensions": "the names of its extensions' folders", "folder-name": "the name of the app's folder", "data-container": "the names in the folder of its data"}

// concluded says that no source states the identifier of an app; empty where one does.
func concluded(app *inventory.App) string {
	if app.Concluded == "" || slices.ContainsFunc(app.Origins, func(o inventory.Origin) bool { return o.Scanner != app.Origins[0].Scanner }) {
		return "" // another source states it
	}
	return fmt.Sprintf("No source states the identifier: it was concluded from %s.", firstOf(concludedFrom[app.Concluded], "other facts"))
}

// matchSigner compares the certificates that sign the app with those listed for its package.
func (a *assessor) matchSigner(f *facts) {
	if f.app.IdentifierKind != inventory.AndroidPackage || len(f.signers) == 0 {
		return
	}
	listed := a.db.SignersOf(f.app.Identifier)
	if listed == nil {
		return
	}
	succeeded := false
	for _, s := range f.signers {
		cert := genuineCert(listed, s.SHA256)
		if cert == nil || a.db.IsTestKey(s.SHA256) {
			continue
		}
		if s.Lineage && f.base != nil && f.base.Signed == inventory.SignatureValid {
			f.identity = append(f.identity, succession(f.app, s))
			f.stated, succeeded = true, true
			continue
		}
		e := Evidence{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1, Origin: origin(f.app),
			Detail: fmt.Sprintf("Signed with the listed certificate %s…, and the signature holds.", short(s.SHA256))}
		if !s.Verified || s.Lineage {
			e.Reliability, e.Credibility = 'C', 2
			e.Detail = fmt.Sprintf("The source names the listed certificate %s…; the signature itself was not checked.", short(s.SHA256))
		} else if cert.Allows() != ConfidenceHigh {
			e.Reliability, e.Credibility = 'B', 3
			e.Detail += " The listing itself is not of the highest grade."
		}
		f.identity = append(f.identity, e)
		checked := s.Verified && !s.Lineage
		f.genuine, f.stated = f.genuine || checked, f.stated || !checked
	}
	if !f.genuine && !succeeded {
		a.mismatch(f, listed)
	}
}

// succession says that the listed key is an earlier one of the app: it does not sign the content, but signed the key
// that does, or one between them.
func succession(app *inventory.App, s inventory.Signer) Evidence {
	return Evidence{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 3, Origin: origin(app),
		Detail: fmt.Sprintf("The listed certificate %s… is an earlier key of the app, which vouched for the later key that signs it. That later key is not listed.", short(s.SHA256))}
}

// brokenFile counts a signature that does not hold, of the base or of a split, against the product, and the lack of one
// in a file that was not taken from a device: Android installs no such file, and anybody can make it.
func (a *assessor) brokenFile(f *facts) {
	if f.base != nil && f.base.Signed == inventory.SignatureInvalid {
		f.identity = append(f.identity, Evidence{Kind: BySigner, Reliability: 'A', Credibility: 2, Origin: origin(f.app),
			Detail: "The signature of the file does not hold, so that its content may be anybody's."})
	}
	if f.unsigned() {
		f.identity = append(f.identity, Evidence{Kind: BySigner, Reliability: 'A', Credibility: 2, Origin: origin(f.app),
			Detail: "The file has no signature, so that its content may be anybody's."})
	}
	if len(foreignSplits(f)) > 0 {
		f.identity = append(f.identity, Evidence{Kind: BySigner, Reliability: 'A', Credibility: 3, Origin: origin(f.app),
			Detail: "A split of the app is not signed by the key of its base."})
	}
}

// unsigned reports a file that nobody signed, and that is not the file of an installed app.
func (f *facts) unsigned() bool {
	return f.app.Device == "" && f.base != nil && f.base.Signed == inventory.SignatureUnsigned
}

// foreignSplits lists the splits that share no verified signer with the base.
func foreignSplits(f *facts) []*inventory.Binary {
	if f.base == nil || len(f.base.Signers) == 0 {
		return nil
	}
	var out []*inventory.Binary
	for _, s := range f.splits {
		if s.Signed == inventory.SignatureUnknown && len(s.Signers) == 0 {
			continue // nobody looked
		}
		same := slices.ContainsFunc(s.Signers, func(x inventory.Signer) bool {
			return slices.ContainsFunc(f.base.Signers, func(y inventory.Signer) bool { return x.SHA256 == y.SHA256 })
		})
		if !same || s.Signed == inventory.SignatureInvalid {
			out = append(out, s)
		}
	}
	return out
}

// mismatch records signers that are none of the listed ones.
func (a *assessor) mismatch(f *facts, listed *Signer) {
	for _, s := range f.signers {
		listedHere := genuineCert(listed, s.SHA256) != nil && !a.db.IsTestKey(s.SHA256)
		if s.SHA256 == "" || listedHere || s.Lineage {
			continue
		}
		e := Evidence{Kind: BySigner, Reliability: 'A', Credibility: 2, Origin: origin(f.app),
			Detail: fmt.Sprintf("Signed with certificate %s…, which is none of those listed for %q.", short(s.SHA256), f.app.Identifier)}
		if !s.Verified {
			e.Reliability, e.Credibility = 'C', 3
		}
		f.foreign = true
		f.identity = append(f.identity, e)
	}
}

func genuineCert(listed *Signer, sha string) *Cert {
	for i := range listed.Certs {
		if c := &listed.Certs[i]; c.SHA256 == sha && sha != "" && c.Genuine() {
			return c
		}
	}
	return nil
}

func short(sha string) string { return sha[:min(len(sha), 16)] }

// origin is the first place where an app was read.
func origin(app *inventory.App) inventory.Origin {
	if len(app.Origins) > 0 {
		return app.Origins[0]
	}
	return inventory.Origin{}
}

func kindWord(k inventory.IdentifierKind) string {
	switch k {
	case inventory.AndroidPackage:
		return "package name"
	case inventory.IOSBundle, inventory.MacBundle:
		return "bundle identifier"
	case inventory.DebPackage, inventory.RPMPackage, inventory.AlpinePackage, inventory.ArchPackage:
		return "package"
	case inventory.FlatpakApp, inventory.SnapPackage:
		return string(k)
	case inventory.Process:
		return "process name"
	case ServiceName:
		return "service name"
	case inventory.WingetID:
		return "winget identifier"
	case inventory.MSIProductCode:
		return "product code"
	case inventory.ChromeExtension, inventory.VSCodeExtension:
		return "extension identifier"
	case inventory.FirefoxAddon:
		return "add-on identifier"
	case inventory.JetBrainsPlugin:
		return "plug-in identifier"
	case inventory.MacReceipt:
		return "installer receipt"
	case inventory.MSIXFamily:
		return "package family name"
	}
	return strings.ReplaceAll(string(k), "-", " ")
}
