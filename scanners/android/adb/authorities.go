package adb

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"path"
	"strings"

	"quaestor/scanners/inventory"
)

// maxAuthorities is the most certificates of one user that are read. People have none or a few.
const maxAuthorities = 200

// authorities takes the answer to which certificate authorities a user installed. Only old phones tell.
func (e *examination) authorities(a *answer) {
	switch text := a.text(); {
	case a.argv[0] == "cat":
		e.certificates(a)
	case a.out.Exit == 0 || strings.Contains(text, "No such file"):
	default:
		e.closed = append(e.closed, "user "+a.user)
	}
}

// contents are the questions for what the files hold that a phone listed.
func contents(list []*answer) []question {
	var out []question
	for _, a := range list {
		if a.kind != authorities || a.out == nil || a.out.Exit != 0 {
			continue
		}
		q := question{argv: []string{"cat"}, kind: authorities, user: a.user, what: a.what}
		for _, name := range strings.Fields(string(a.out.Stdout)) {
			if len(q.argv) <= maxAuthorities && !strings.ContainsAny(name, "/\\") && strings.Trim(name, ".") != "" {
				q.argv = append(q.argv, path.Join(a.argv[1], name))
			}
		}
		if len(q.argv) > 1 {
			out = append(out, q)
		}
	}
	return out
}

// certificates reads certificates that follow each other, as text or in binary form.
func (e *examination) certificates(a *answer) {
	dir := path.Dir(a.argv[1])
	origin := inventory.Origin{Scanner: id, Path: e.name + "!" + dir}
	n := 0
	for rest := a.out.Stdout; len(bytes.TrimSpace(rest)) > 0 && n < maxAuthorities; n++ {
		der, after, ok := nextCertificate(rest)
		c, err := x509.ParseCertificate(der)
		if !ok || err != nil {
			e.gap(origin.Path, inventory.GapMalformed, "What should be certificates that a user installed is none, or cannot be read whole.", "Look with the owner: Settings > Security > Trusted credentials > User.")
			if !ok {
				return
			}
			rest = after
			continue
		}
		sum, before, until := sha256.Sum256(der), c.NotBefore.UTC(), c.NotAfter.UTC()
		e.facts.AddCertificate(inventory.Certificate{User: a.user, SHA256: hex.EncodeToString(sum[:]), Subject: inventory.Text(c.Subject.String()),
			Issuer: inventory.Text(c.Issuer.String()), Trusted: "yes", NotBefore: &before, NotAfter: &until, Origins: []inventory.Origin{origin}})
		rest = after
	}
}

// nextCertificate takes the first certificate off b.
func nextCertificate(b []byte) (der, rest []byte, ok bool) {
	b = bytes.TrimLeft(b, "\r\n\t ")
	if block, after := pem.Decode(b); block != nil && !bytes.HasPrefix(b, []byte{0x30}) {
		return block.Bytes, after, true
	}
	var raw asn1.RawValue
	rest, err := asn1.Unmarshal(b, &raw)
	return raw.FullBytes, rest, err == nil
}
