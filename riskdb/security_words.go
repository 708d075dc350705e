package riskdb

import (
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// factWords are how a kind of fact is told, with the name that the system has it by.
var factWords = map[string]string{
	"driver": "A driver of the kernel is called %q", "kernel-module": "A module of the kernel is called %q", "kernel-extension": "An extension of the kernel is called %q",
	"system-extension": "A system extension is called %q", "launch-daemon": "A launch daemon is called %q", "launch-agent": "A launch agent is called %q",
	"login-item": "A login item is called %q", "service": "A service is called %q", "autostart": "A program that starts by itself is called %q",
	"scheduled-task": "A scheduled task is called %q", "input-method": "An input method is called %q", "vpn": "A VPN is called %q", "device-admin": "A device administrator is called %q",
	"accessibility": "An accessibility service is called %q", "network-filter": "A filter of the network is called %q", "credential-provider": "A credential provider is called %q",
	"preload": "A library that every program loads is called %q", "kernel-program": "A program in the kernel is called %q", "privacy-grant": "The user has given rights to %q",
	"privileged-helper": "A helper with full rights is called %q", "mdm-agent": "An agent of management is called %q",
}

// kindWords are the kinds of identifier, where a fact is found by something else than its own name.
var kindWords = map[inventory.IdentifierKind]string{inventory.Process: "A program is called %q", MacApp: "It lies in the application %q", MacPath: "It lies at %q"}

// factEvidence says what a fact is a mark by. A name that several products use, or whose listing nobody verified, weighs little.
func factEvidence(sp *inventory.SecurityProduct, l lookup, id *Identifier) Evidence {
	words, ok := kindWords[l.kind]
	if !ok {
		words = firstOf(factWords[sp.Kind], "The system has %q")
	}
	e := Evidence{Kind: ByIdentifier, Supports: true, Reliability: 'B', Credibility: 2, Detail: fmt.Sprintf(words, l.value) + stateWords(sp) + ".", Origin: factOrigin(sp.Origins)}
	if l.kind == inventory.Process {
		e.Kind, e.Credibility = ByProcess, 3
	}
	switch {
	case id.Shared:
		e.Credibility = 4
		e.Detail += " Other products use that name too."
	case id.Allows() == ConfidenceLow:
		e.Credibility = 4
		e.Detail += " The listing is not verified."
	}
	return e
}

// stateWords is what the system says of the state, in brackets.
func stateWords(sp *inventory.SecurityProduct) string {
	words := []string{}
	for _, w := range []string{sp.State, startWords[sp.Start]} {
		if w != "" {
			words = append(words, w)
		}
	}
	if sp.Definitions != "" {
		words = append(words, "definitions "+sp.Definitions)
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

var startWords = map[string]string{"boot": "starts with the computer", "system": "starts with the kernel", "automatic": "starts by itself", "login": "starts at the login",
	"manual": "starts on demand", "disabled": "does not start"}

// nameRegistered says that the system itself has a program registered under a name, which is no proof of whose it is.
func nameRegistered(sp *inventory.SecurityProduct) Evidence {
	return Evidence{Kind: ByName, Supports: true, Reliability: 'B', Credibility: 4, Origin: factOrigin(sp.Origins),
		Detail: fmt.Sprintf("The system has %q registered as %s%s.", sp.Name, plainWords(sp.Kind), stateWords(sp))}
}

// signerEvidence names the vendor whose certificate signs the program: proof where the signature was checked and holds.
func signerEvidence(sp *inventory.SecurityProduct, id *Identifier, v *Vendor) Evidence {
	program := firstOf(baseName(sp.Path), sp.Process, sp.Name)
	e := Evidence{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 2, Origin: factOrigin(sp.Origins),
		Detail: fmt.Sprintf("The program %q is signed with a certificate that is listed for %s, and the signature holds.", program, v.Name)}
	if !sp.Signer.Verified {
		e.Reliability, e.Credibility = 'C', 3
		e.Detail = fmt.Sprintf("The program %q names a certificate that is listed for %s; the signature was not checked.", program, v.Name)
	}
	return doubted(e, id)
}

// signedByOther speaks against a program being the product whose names it bears.
func signedByOther(sp *inventory.SecurityProduct) Evidence {
	return Evidence{Kind: BySigner, Reliability: 'B', Credibility: 3, Origin: factOrigin(sp.Origins),
		Detail: fmt.Sprintf("The program %q is signed by %q, which is not the maker.", firstOf(baseName(sp.Path), sp.Process, sp.Name), firstOf(signedName(sp), sp.Team))}
}

// teamEvidence names the vendor of an Apple developer team. Of an extension the system itself checks the signature before it
// loads it; of any other program the scan has to have checked it.
func teamEvidence(sp *inventory.SecurityProduct, team string, id *Identifier, v *Vendor) Evidence {
	e := Evidence{Kind: BySigner, Supports: true, Reliability: 'C', Credibility: 3, Origin: factOrigin(sp.Origins),
		Detail: fmt.Sprintf("%q is of the developer team %s, which is listed for %s.", firstOf(sp.Identifier, sp.Name), team, v.Name)}
	if sp.Signer != nil && sp.Signer.Verified || sp.Kind == "system-extension" || sp.Kind == "kernel-extension" {
		e.Reliability, e.Credibility = 'B', 2
	}
	return doubted(e, id)
}

// doubted weakens evidence by a listing that nobody verified.
func doubted(e Evidence, id *Identifier) Evidence {
	switch id.Allows() {
	case ConfidenceLow:
		e.Reliability, e.Credibility = 'D', 4
		e.Detail += " The listing is not verified."
	case ConfidenceModerate:
		e.Reliability, e.Credibility = 'C', 3
	}
	return e
}

// statedEvidence is a vendor's name that the system shows for a program: text that anybody can write.
func statedEvidence(sp *inventory.SecurityProduct, v *Vendor) Evidence {
	return Evidence{Kind: ByName, Supports: true, Reliability: 'C', Credibility: 4, Origin: factOrigin(sp.Origins),
		Detail: fmt.Sprintf("It states %q as its vendor, a name of %s.", sp.Vendor, v.Name)}
}

func factOrigin(origins []inventory.Origin) inventory.Origin {
	if len(origins) > 0 {
		return origins[0]
	}
	return inventory.Origin{}
}
