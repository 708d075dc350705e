package apksign

import (
	"errors"
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

const (
	maxPlaces  = 5
	minWeakRSA = 2_048 // below it a key counts as short, of DSA too
	debugName  = "Android Debug"
)

// marks are the tricks and weaknesses that were seen. Holds is the verdict on the versions of Android on which
// the signature holds, nil when there are none.
func (c *Check) marks(holds *verdict) []inventory.Mark {
	m := &markList{}
	if c.janus {
		m.add(inventory.MarkJanus, "the file begins as a DEX file, which old versions of Android start instead of the signed one")
	}
	for _, name := range c.blocks.twice {
		m.add(inventory.MarkBlockTwice, "the signing block holds two of %s; the first counts", name)
	}
	if c.blocks.second {
		m.add(inventory.MarkBlockTwice, "a second signing block lies before the one that counts")
	}
	if c.blocks.stamp {
		m.add(inventory.MarkSourceStamp, "a source stamp says who gave the file out; it was not checked")
	}
	c.markStripped(m)
	c.markSigners(m)
	c.markWeak(m, holds)
	c.markUncovered(m, holds)
	return m.list
}

type markList struct{ list []inventory.Mark }

// add adds a mark, once for what would read the same.
func (m *markList) add(code, format string, args ...any) {
	detail := inventory.Text(fmt.Sprintf(format, args...))
	for _, have := range m.list {
		if have.Code == code && have.Detail == detail {
			return
		}
	}
	m.list = append(m.list, inventory.Mark{Code: code, Detail: detail})
}

// markStripped notes schemes that another one says are there.
func (c *Check) markStripped(m *markList) {
	missing := func(err error) {
		var stripped *strippedError
		if errors.As(err, &stripped) {
			m.add(inventory.MarkStripped, "%v", err)
		}
	}
	if c.v3 != nil && c.v31 == nil {
		missing(c.v3At(c.minSDK))
	}
	if c.v2 != nil {
		missing(c.v2.err)
	}
	for _, s := range c.v1.signers {
		jar := jarReader{data: s.file}
		main, _ := jar.section()
		if ids, ok := main.value("X-Android-APK-Signed"); ok {
			missing(c.v1.stripped(string(ids)))
		}
	}
}

// markSigners notes several signers, and schemes that name others than each other. A rotation is no trick.
func (c *Check) markSigners(m *markList) {
	v1 := c.v1.named()
	if n := len(v1); n > 1 {
		m.add(inventory.MarkManySigners, "%d signers of v1", n)
	}
	var v2 []*certificate
	if c.v2 != nil {
		if v2 = c.v2.certificates(); len(v2) > 1 {
			m.add(inventory.MarkManySigners, "%d signers of v2", len(v2))
		}
	}
	if len(v1) > 0 && len(v2) > 0 && !sameCertificates(v1, v2) {
		m.add(inventory.MarkOtherSigner, "v1 and v2 name different signers")
	}
	older, name := v2, "v2"
	if len(older) == 0 {
		older, name = v1, "v1"
	}
	if c.v3 != nil && len(older) > 0 && c.v3Follows(older) != nil {
		m.add(inventory.MarkOtherSigner, "%s and v3 name different signers, and no rotation leads from one to the other", name)
	}
	if c.v3 != nil && c.v31 != nil && !c.v31Follows() {
		m.add(inventory.MarkOtherSigner, "v3 and v3.1 name different signers, and no rotation leads from one to the other")
	}
}

// v31Follows reports whether the lineage of v3.1 holds the signers of v3.
func (c *Check) v31Follows() bool {
	earlier := c.v31.certificates()
	for i := range c.v31.lineage {
		earlier = append(earlier, c.v31.lineage[i].cert)
	}
	for _, cert := range c.v3.certificates() {
		if !hasCertificate(earlier, cert) {
			return false
		}
	}
	return true
}

// markWeak notes short keys and the build tools' debug certificate among those that sign, and digests that
// can be forged where nothing better covers the content.
func (c *Check) markWeak(m *markList, holds *verdict) {
	certificates := c.v1.named()
	for _, s := range c.schemes() {
		certificates = append(certificates, s.certificates()...)
	}
	for _, cert := range certificates {
		if k := cert.key; k != nil && k.algorithm != "EC" && k.bits < minWeakRSA {
			m.add(inventory.MarkWeakSignature, "an %s key of %d bits", k.algorithm, k.bits)
		}
		if cert.commonName() == debugName {
			m.add(inventory.MarkDebugKey, "the certificate is one that the build tools make for debugging")
		}
	}
	if holds == nil || c.blocks.any() {
		return
	}
	weak := make(map[string]bool)
	for _, s := range holds.v1Signers {
		for i := range s.data.signers {
			a, ok := v1Algorithms[[2]string{s.data.signers[i].digest, s.data.signers[i].algorithm}]
			if name := weakHash(a.hash); ok && name != "" {
				weak[name] = true
			}
		}
	}
	for i := range c.v1.slots {
		s := &c.v1.slots[i]
		if name := weakHash(s.digests.late.hash); s.end != 0 && name != "" {
			weak[name] = true
		}
	}
	for _, name := range []string{"MD5", "SHA-1"} {
		if weak[name] {
			m.add(inventory.MarkWeakSignature, "%s digests, and no newer scheme", name)
		}
	}
}

// markUncovered counts the files of META-INF, which v1 leaves out, where nothing else covers them.
func (c *Check) markUncovered(m *markList, holds *verdict) {
	if holds == nil || c.blocks.any() {
		return
	}
	own := map[string]bool{metaManifest: true}
	for _, s := range holds.v1Signers {
		own[s.name], own[s.fileName] = true, true
	}
	mark := inventory.Mark{Code: inventory.MarkUncovered, Detail: "files in META-INF, which a v1 signature leaves out"}
	for i := range c.v1.slots {
		name := c.v1.slots[i].entry.Name
		if !strings.HasPrefix(name, metaInf) || own[name] {
			continue
		}
		if mark.Count++; len(mark.Places) < maxPlaces {
			mark.Places = append(mark.Places, inventory.Place{File: inventory.Text(name)})
		}
	}
	if mark.Count > 0 {
		m.list = append(m.list, mark)
	}
}
