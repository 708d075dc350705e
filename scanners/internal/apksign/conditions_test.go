package apksign

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"strings"
	"testing"
)

// condition is a file that breaks one rule, or keeps to it closely.
type condition struct {
	name string
	data []byte
	sdk  int
	want string // state, and from which level on
	err  string
}

func (c *condition) check(t *testing.T) {
	t.Helper()
	res, err := check(t, c.data, c.sdk)
	got := string(res.State)
	if res.From > 0 {
		got += " from " + levelText(res.From)
	}
	if err != nil || got != c.want || !strings.Contains(res.Error, c.err) || (c.err == "") != (res.Error == "") {
		t.Errorf("%s: %s, error %q, %v\nwant %s, %q", c.name, got, res.Error, err, c.want, c.err)
	}
}

// TestBlockConditions breaks the rules of the signing block one by one.
func TestBlockConditions(t *testing.T) {
	a, b, c, ec := person(t, "a", "RSA"), person(t, "b", "RSA"), person(t, "third", "RSA"), person(t, "c", "EC")
	plain := archive(t, appFiles...)
	sign := func(pairs ...pair) []byte { return signBlocks(t, plain, pairs...) }
	v2 := func(parts ...part) pair { return pair{idV2, parts} }
	v3 := func(parts ...part) pair { return pair{idV3, parts} }
	v31 := func(parts ...part) pair { return pair{idV31, parts} }
	turn := func(sdk uint32) []byte { return attribute(attrRotation, u32(sdk)) }
	twice := append(rotation(1, a, b), rotation(1, a, b)...)
	for _, tc := range []condition{
		{"other levels than signed", sign(v3(part{by: a, from: 28, to: 30, outer: []uint32{28, forever}})), 28, "invalid", "not those that it signs"},
		{"another lowest level than signed", sign(v3(part{by: a, from: 30, to: forever, outer: []uint32{28, forever}})), 28, "invalid", "not those that it signs"},
		{"digest for another algorithm", sign(v2(part{by: a, digestID: 0x0104})), 24, "invalid", "digests are not for"},
		{"no digest", sign(v2(part{by: a, bare: true})), 24, "invalid", "digests are not for"},
		{"an algorithm for another key", sign(v2(part{by: ec, id: 0x0103})), 24, "invalid", "the key is for EC"},
		{"two signatures", sign(v2(part{by: a, stronger: "sound"})), 24, "valid", ""},
		{"the stronger of two broken", sign(v2(part{by: a, stronger: "broken"})), 24, "invalid", "SHA-512) does not hold"},
		{"two lineages", sign(v3(part{by: b, from: 28, to: forever, attrs: twice})), 28, "invalid", "two lineages"},
		{"levels before the algorithm", sign(v3(part{by: a, from: 24, to: forever, verity: true})), 28, "invalid", "its algorithms from 28"},
		{"a hole in the levels", sign(v3(part{by: a, from: 28, to: 29}, part{by: a, from: 31, to: forever})), 28, "invalid", "leave out API levels"},
		{"levels shared", sign(v3(part{by: a, from: 28, to: 31}, part{by: a, from: 31, to: forever})), 28, "invalid", "leave out API levels"},
		{"a lineage that goes on", sign(v3(part{by: b, from: 28, to: 30, attrs: rotation(1, a, b)}, part{by: c, from: 31, to: forever, attrs: rotation(1, a, b, c)})), 28, "valid", ""},
		{"a lineage with another beginning", sign(v3(part{by: b, from: 28, to: 30, attrs: rotation(1, a, b)}, part{by: c, from: 31, to: forever, attrs: rotation(1, b, a, c)})), 28, "invalid", "contradict"},
		{"a lineage with other rights", sign(v3(part{by: b, from: 28, to: 30, attrs: rotation(1, a, b)}, part{by: c, from: 31, to: forever, attrs: rotation(3, a, b, c)})), 28, "invalid", "contradict"},
		{"a shorter lineage", sign(v3(part{by: c, from: 28, to: 30, attrs: rotation(1, a, b, c)}, part{by: b, from: 31, to: forever, attrs: rotation(1, a, b)})), 28, "invalid", "contradict"},
		{"a lineage that comes back", sign(v3(part{by: a, from: 28, to: forever, attrs: rotation(1, a, b, a)})), 28, "invalid", "twice"},
		{"a lineage with another algorithm", sign(v3(part{by: b, from: 28, to: forever, attrs: otherAlgorithm(a, b)})), 28, "invalid", "lineage is malformed"},
		{"v3.1 that ends", sign(v3(part{by: a, from: 28, to: 32, attrs: turn(33)}), v31(part{by: a, from: 33, to: 40})), 28, "invalid", "v3.1 signers are for"},
		{"v3.1 from another level", sign(v3(part{by: a, from: 28, to: 33, attrs: turn(34)}), v31(part{by: a, from: 33, to: forever})), 28, "invalid", "counts from API level 34"},
		{"v3 from a later level", sign(v3(part{by: a, from: 30, to: forever})), 28, "invalid", "30 to 2147483647 only"},
		{"v3 that ends", sign(v3(part{by: a, from: 28, to: 40})), 28, "invalid", "28 to 40 only"},
		{"no signers", sign(v2()), 24, "invalid", "no signers"},
		{"several signers of v2, one of v3", sign(v2(part{by: a}, part{by: b}), v3(part{by: a, from: 28, to: forever})), 24, "valid from 28", "several signers beside"},
	} {
		tc.check(t)
	}
}

// otherAlgorithm is a lineage whose second key signs that it was signed by an algorithm that the first does not name.
func otherAlgorithm(a, b *identity) []byte {
	signed := append(sized(b.cert), u32(0x0201)...)
	first := sized(sized(append(sized(a.cert), u32(0)...)), u32(1), u32(0x0103), sized(nil))
	second := sized(sized(signed), u32(1), u32(0x0103), sized(a.sign(signed)))
	return attribute(attrLineage, bytes.Join([][]byte{u32(1), first, second}, nil))
}

// TestContainerConditions changes what lies around the signing block.
func TestContainerConditions(t *testing.T) {
	a := person(t, "a", "RSA")
	signed := signBlocks(t, archive(t, appFiles...), pair{idV2, []part{{by: a}}})
	l, err := readLayout(bytes.NewReader(signed), int64(len(signed)))
	if err != nil {
		t.Fatal(err)
	}
	start, err := blockStart(bytes.NewReader(signed), l.directory)
	if err != nil || start < 0 {
		t.Fatal(start, err)
	}
	other := bytes.Clone(signed)
	other[start]++
	res, err := check(t, other, 24)
	if err != nil || res.State != "unsigned" {
		t.Errorf("two sizes of a block: %+v, %v", res, err)
	}
	for name, data := range map[string][]byte{
		"bytes in front":       append([]byte("in front"), signed...),
		"no end":               signed[:l.end],
		"bytes in front of v1": append([]byte("in front"), archive(t, signV1(t, "A", a, "", appFiles...)...)...),
	} {
		r, f := container(t, data)
		res, err := Verify(t.Context(), r, r.Size(), f, 24)
		if err == nil || res.State == "valid" {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
	}
}

// TestUnreadable breaks what has to be unpacked, under signatures that hold otherwise.
func TestUnreadable(t *testing.T) {
	a := person(t, "a", "RSA")
	data := archive(t, appFiles...)
	l, err := readLayout(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	data[l.directory]++ // the entries are still found without the directory
	r, f := container(t, signBlocks(t, data, pair{idV2, []part{{by: a}}}))
	if res, err := Verify(t.Context(), r, r.Size(), f, 24); err == nil || !strings.Contains(err.Error(), "directory of the container cannot be read") {
		t.Errorf("no directory: %+v, %v", res, err)
	}
	data = archive(t, signV1(t, "A", a, "", appFiles...)...)
	_, f = container(t, data)
	section, _, err := f.Section(f.Lookup("assets/long"))
	if err != nil {
		t.Fatal(err)
	}
	packed := make([]byte, section.Size())
	if _, err := section.ReadAt(packed, 0); err != nil {
		t.Fatal(err)
	}
	data[bytes.Index(data, packed)] = 7 // a kind of block that DEFLATE does not have
	tc := condition{"an entry that does not unpack", data, 18, "invalid", "\"assets/long\" cannot be unpacked"}
	tc.check(t)
}

// jarText is a file of META-INF: sections of lines.
func jarText(sections ...string) string {
	return strings.Join(sections, "\r\n\r\n") + "\r\n\r\n"
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// sectionOf is a section about an entry, with the digest of a text.
func sectionOf(name, text string) string {
	return "Name: " + name + "\r\nSHA-256-Digest: " + digestOf(text)
}

const (
	manifestHead = "Manifest-Version: 1.0"
	signedHead   = "Signature-Version: 1.0"
)

// signedManifest is an archive with entries, a manifest, and what signers say of it.
func signedManifest(t *testing.T, manifest string, files []file, signers map[*identity]string) []byte {
	t.Helper()
	all := append([]file{{metaManifest, manifest}}, files...)
	for i, by := range []*identity{person(t, "a", "RSA"), person(t, "b", "RSA")} {
		if sf, ok := signers[by]; ok {
			name := metaInf + string(rune('A'+i))
			all = append(all, file{name + ".SF", sf}, file{name + ".RSA", string(pkcs7(t, by, []byte(sf)))})
		}
	}
	return archive(t, all...)
}

// TestV1Conditions breaks the rules of signed JAR files one by one.
func TestV1Conditions(t *testing.T) {
	a, b := person(t, "a", "RSA"), person(t, "b", "RSA")
	files := []file{{"one", "1"}, {"two", "2"}}
	sections := []string{sectionOf("one", "1"), sectionOf("two", "2")}
	manifest := jarText(manifestHead, sections[0], sections[1])
	of := func(i int) string { return sectionOf(files[i].name, sections[i]+"\r\n\r\n") }
	whole := signedHead + "\r\nSHA-256-Digest-Manifest: " + digestOf(manifest)
	by := func(sf string) []byte { return signedManifest(t, manifest, files, map[*identity]string{a: sf}) }
	with := func(manifest string, files ...file) []byte {
		head := signedHead + "\r\nSHA-256-Digest-Manifest: " + digestOf(manifest)
		return signedManifest(t, manifest, files, map[*identity]string{a: jarText(head, of(0), of(1))})
	}
	for _, tc := range []condition{
		{"by the whole manifest", by(jarText(whole, of(0), of(1))), 18, "valid", ""},
		{"by its sections", by(jarText(signedHead, of(0), of(1))), 18, "valid", ""},
		{"a section with another digest", by(jarText(signedHead, of(0), sectionOf("two", "other"))), 18, "invalid", "of the section of \"two\""},
		{"another first section", by(jarText(whole+"\r\nSHA-256-Digest-Manifest-Main-Attributes: "+digestOf("other"), of(0), of(1))), 18, "invalid", "of the main section"},
		{"an entry not named", by(jarText(whole, of(0))), 18, "invalid", "\"two\" is not signed"},
		{"an entry named twice", by(jarText(whole, of(0), of(1), of(0))), 18, "invalid", "no signature file"},
		{"a missing entry named twice", by(jarText(whole, of(0), of(1), sectionOf("gone", ""), sectionOf("gone", ""))), 18, "invalid", "no signature file"},
		{"an entry that the manifest does not name", signedManifest(t, manifest, append(files, file{"META-INF/x", "x"}),
			map[*identity]string{a: jarText(signedHead, of(0), of(1), sectionOf("META-INF/x", ""))}), 18, "invalid", "no signature file"},
		{"no version", by(jarText("SHA-256-Digest-Manifest: "+digestOf(manifest), of(0), of(1))), 18, "invalid", "no signature file"},
		{"two signers for different entries", signedManifest(t, manifest, files, map[*identity]string{a: jarText(whole, of(0)), b: jarText(whole, of(1))}), 18, "invalid", "signed by different signers"},
		{"a second signer for one entry", signedManifest(t, manifest, files, map[*identity]string{a: jarText(whole, of(0), of(1)), b: jarText(whole, of(0))}), 18, "invalid", "signed by different signers"},
		{"twice in the manifest", with(jarText(manifestHead, sections[0], sections[1], sections[0]), files...), 18, "invalid", "names \"one\" twice"},
		{"no digest of an entry", with(jarText(manifestHead, sections[0], "Name: two\r\nMD4-Digest: AAAA"), files...), 18, "invalid", "no digest of \"two\""},
		{"a digest that is none", with(jarText(manifestHead, sections[0], "Name: two\r\nSHA-256-Digest: ?"), files...), 18, "invalid", "digest of \"two\""},
		{"an entry that is missing", with(manifest, files[0]), 18, "invalid", "names \"two\", which is missing"},
	} {
		tc.check(t)
	}
}

// TestSignersOfV1AndV2 has more signers in one scheme than in the other.
func TestSignersOfV1AndV2(t *testing.T) {
	a, b := person(t, "a", "RSA"), person(t, "b", "RSA")
	one := signV1(t, "A", a, "", appFiles...)
	second := signV1(t, "B", b, "", appFiles...)
	two := append(one[:len(one):len(one)], second[len(second)-2:]...)
	for _, tc := range []condition{
		{"one and two", signBlocks(t, archive(t, one...), pair{idV2, []part{{by: a}, {by: b}}}), 18, "valid from 24", "different signers"},
		{"two and one", signBlocks(t, archive(t, two...), pair{idV2, []part{{by: a}}}), 18, "valid from 24", "different signers"},
		{"two and two", signBlocks(t, archive(t, two...), pair{idV2, []part{{by: b}, {by: a}}}), 18, "valid", ""},
	} {
		tc.check(t)
	}
}

// TestPKCS7Conditions breaks the rules of signature files one by one.
func TestPKCS7Conditions(t *testing.T) {
	a, b, ec := person(t, "a", "RSA"), person(t, "b", "RSA"), person(t, "c", "EC")
	lists, critical := person(t, "lists", "lists only"), person(t, "critical", "critical")
	files := signV1(t, "A", a, "", appFiles...)
	last := len(files) - 1
	sf := files[last-1].content
	sign := func(certificates []*identity, claims ...claim) []byte {
		return archive(t, append(files[:last:last], file{files[last].name, string(pkcs7By(t, []byte(sf), certificates, claims...))})...)
	}
	attributes := func(kind asn1.ObjectIdentifier, content string) []byte {
		sum := sha256.Sum256([]byte(content))
		return sign([]*identity{a}, claim{a, a, []attributeOf{
			{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}, []any{kind}}, {asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}, []any{sum[:]}}}})
	}
	kind := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	both := []*identity{a, b}
	for _, tc := range []condition{
		{"signed attributes", attributes(kind, sf), 19, "valid", ""},
		{"before they protected anything", attributes(kind, sf), 18, "valid from 19", "below API level 19"},
		{"of other content", attributes(kind, "other"), 19, "invalid", "does not sign"},
		{"of another type", attributes(asn1.ObjectIdentifier{1, 2, 3}, sf), 19, "invalid", "does not sign"},
		{"an algorithm of Android 5", sign([]*identity{ec}, claim{by: ec, named: ec}), 18, "valid from 21", "only from API level 21"},
		{"a key that may sign lists only", sign([]*identity{lists}, claim{by: lists, named: lists}), 18, "invalid", "key usage"},
		{"an unknown critical extension", sign([]*identity{critical}, claim{by: critical, named: critical}), 18, "invalid", "critical extension"},
		{"the second of two holds", sign(both, claim{by: a, named: b}, claim{by: a, named: a}), 18, "valid from 24", "does not sign"},
		{"the first of two holds", sign(both, claim{by: a, named: a}, claim{by: a, named: b}), 18, "valid", ""},
		{"no signature", sign(both), 18, "invalid", "does not sign"},
	} {
		tc.check(t)
	}
}
