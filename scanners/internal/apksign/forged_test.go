package apksign

import (
	"testing"

	"quaestor/scanners/inventory"
)

// forgery is a file by somebody who has no key of the victim, only its certificate and files that it signed.
type forgery struct {
	name string
	data []byte
	ours bool // it is sound as the forger's own on some version of Android
}

// TestForgeries tries what gives a file the look of another publisher's. On no lowest API level may the victim be
// a verified signer, or an earlier key that vouched for the forger's.
func TestForgeries(t *testing.T) {
	victim := person(t, "victim", "RSA")
	for _, f := range append(forgedBlocks(t, victim), forgedV1(t, victim)...) {
		sound := false
		for _, sdk := range []int{0, 1, 9, 18, 21, 23, 24, 27, 28, 32, 33, 10_000, anySDK - 1, anySDK} {
			res, err := check(t, f.data, sdk)
			if err != nil {
				t.Errorf("%s from %d: %v", f.name, sdk, err)
			}
			sound = sound || res.State == inventory.SignatureValid
			for _, s := range res.Signers {
				if s.SHA256 == victim.sha256() && (s.Verified || s.Lineage) {
					t.Errorf("%s from %d: %s, %+v", f.name, sdk, summary(res), s)
				}
			}
		}
		if sound != f.ours {
			t.Errorf("%s: sound %v", f.name, sound)
		}
	}
}

func forgedBlocks(t *testing.T, victim *identity) []forgery {
	me := person(t, "forger", "RSA")
	plain := archive(t, appFiles...)
	sign := func(pairs ...pair) []byte { return signBlocks(t, plain, pairs...) }
	v2 := func(parts ...part) pair { return pair{idV2, parts} }
	v3 := func(parts ...part) pair { return pair{idV3, parts} }
	v31 := func(parts ...part) pair { return pair{idV31, parts} }
	over := func(from, to uint32, p part) part { p.from, p.to = from, to; return p }
	mine, shown := part{by: me}, part{by: me, shown: victim}
	claimed := part{by: me, shown: victim, key: victim}
	foreign := part{by: victim, digest: make([]byte, 32)} // of another file of the victim
	attr := func(p part, a []byte) part { p.attrs = a; return p }
	turn := attribute(attrRotation, u32(33))
	v3mine := v3(over(28, forever, mine))
	return []forgery{
		{"the victim's certificate, v2", sign(v2(shown)), false},
		{"the victim's certificate, v3", sign(v3(over(28, forever, shown))), false},
		{"certificate and key, v2", sign(v2(claimed)), false},
		{"certificate and key, v3", sign(v3(over(28, forever, claimed))), false},
		{"signature of another file, v2", sign(v2(foreign)), false},
		{"signature of another file, v3", sign(v3(over(28, forever, foreign))), false},
		{"victim second in the chain", sign(v2(part{by: me, chain: []*identity{victim}})), true},
		{"victim second in the chain, v3", sign(v3(over(28, forever, part{by: me, chain: []*identity{victim}}))), true},
		{"victim first in the chain", sign(v2(part{by: me, shown: victim, chain: []*identity{me}})), false},
		{"second signer", sign(v2(mine, claimed)), false},
		{"second signer of another file", sign(v2(mine, foreign)), false},
		{"first signer", sign(v2(claimed, mine)), false},
		{"sound v2, forged v3", sign(v2(mine), v3(over(28, forever, claimed))), false},
		{"forged v2, sound v3", sign(v2(claimed), v3mine), true},
		{"v2 of another file, sound v3", sign(v2(foreign), v3mine), true},
		{"forged block first", sign(v2(claimed), v2(mine)), false},
		{"forged block second", sign(v2(mine), v2(claimed)), true},
		{"v3 for the last level", sign(v3(over(28, forever-1, mine), over(forever, forever, claimed))), false},
		{"v3 for a level before", sign(v3(over(28, 28, claimed), over(29, forever, mine))), false},
		{"ancestor that did not sign", sign(v3(over(28, forever, attr(mine, forged(victim, me))))), false},
		{"ancestor, and v2 of it", sign(v2(claimed), v3(over(28, forever, attr(mine, forged(victim, me))))), false},
		{"lineage without an end", sign(v3(over(28, forever, attr(mine, rotation(31, me, victim))))), false},
		{"lineage of the victim alone", sign(v3(over(28, forever, attr(mine, rotation(31, victim))))), false},
		{"lineage from us to the victim", sign(v3(over(28, forever, attr(claimed, rotation(31, me, victim))))), false},
		{"v3.1 forged", sign(v3(over(28, 32, attr(mine, turn))), v31(over(33, forever, claimed))), false},
		{"v3.1 of another file", sign(v3(over(28, 32, attr(mine, turn))), v31(over(33, forever, foreign))), false},
		{"v3.1 forged, for a level that never comes", sign(v3(over(28, forever, mine)), v31(over(forever, forever, claimed))), false},
		{"v3 forged, v3.1 sound", sign(v3(over(28, 32, attr(claimed, turn))), v31(over(33, forever, mine))), true},
		{"source stamp", sign(v2(mine), pair{0x6dff800d, []part{claimed}}, pair{0x2b09189e, []part{claimed}}), true},
	}
}

func forgedV1(t *testing.T, victim *identity) []forgery {
	me, twin := person(t, "forger", "RSA"), person(t, "victim", "2048") // the twin has the victim's name and number
	genuine := signV1(t, "V", victim, "", appFiles...)
	changed := append([]file{genuine[0], {"AndroidManifest.xml", "changed!"}}, genuine[2:]...)
	mine := signV1(t, "A", me, "", append([]file{{"AndroidManifest.xml", "another"}}, appFiles[1:]...)...)
	last := len(mine) - 1
	signed := func(certificates []*identity, claims ...claim) []byte {
		block := file{mine[last].name, string(pkcs7By(t, []byte(mine[last-1].content), certificates, claims...))}
		return archive(t, append(mine[:last:last], block)...)
	}
	both := []*identity{victim, me}
	v2, v3 := pair{idV2, []part{{by: me}}}, pair{idV3, []part{{by: me, from: 28, to: forever}}}
	return []forgery{
		{"v1 naming the victim", signed(both, claim{by: me, named: victim}), false},
		{"v1 with the victim's certificate beside ours", signed(both, claim{by: me, named: me}), true},
		{"v1 of two, the victim's second", signed(both, claim{by: me, named: me}, claim{by: me, named: victim}), true},
		{"v1 of two, the victim's first", signed(both, claim{by: me, named: victim}, claim{by: me, named: me}), true},
		{"v1 of a twin", signed([]*identity{twin, victim}, claim{by: twin, named: victim}), true},
		{"v1 of a twin, the victim's certificate first", signed([]*identity{victim, twin}, claim{by: twin, named: twin}), false},
		{"v1 of a changed file", archive(t, changed...), false},
		{"v1 of a changed file, v2 ours", signBlocks(t, archive(t, changed...), v2), true},
		{"v1 of a changed file, v3 ours", signBlocks(t, archive(t, changed...), v3), true},
		{"v1 of the victim, v2 ours", signBlocks(t, archive(t, genuine...), v2), true},
		{"v1 of the victim, v3 ours", signBlocks(t, archive(t, genuine...), v3), true},
		{"the victim's signature over our file", archive(t, append(mine[:last:last], file{mine[last].name, genuine[len(genuine)-1].content})...), false},
		{"our signature and one of the victim's of a file less", withForeignFile(t, victim, mine), true},
	}
}

// withForeignFile adds a signature of the victim over a file that says nothing of the entries.
func withForeignFile(t *testing.T, victim *identity, mine []file) []byte {
	sf := []byte("Signature-Version: 1.0\r\n\r\n")
	return archive(t, append(mine[:len(mine):len(mine)], file{metaInf + "V.SF", string(sf)}, file{metaInf + "V.RSA", string(pkcs7(t, victim, sf))})...)
}
