package apksign

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

var appFiles = []file{{"AndroidManifest.xml", "manifest"}, {"classes.dex", "dex\n035\x00"}, {"assets/long", strings.Repeat("x", 3<<20)}}

// summary is what a test expects of a result: state, schemes, scheme checks, marks.
func summary(res Result) string {
	text := string(res.State) + " " + strings.Join(res.Schemes, "+")
	if res.From > 0 {
		text += " from " + levelText(res.From)
	}
	for _, u := range res.Uncovered {
		text += " without " + levelText(u.From) + "-" + levelText(u.To)
	}
	for _, c := range res.SchemeChecks {
		holds := "no"
		if c.Verified {
			holds = "yes"
		}
		text += "; " + c.Scheme + " " + levelText(c.MinSDK) + "-" + levelText(c.MaxSDK) + " " + holds
	}
	for _, m := range res.Marks {
		text += "; " + m.Code
	}
	return text
}

func levelText(n int) string {
	if n == 0 {
		return ""
	}
	return string(rune('0'+n/10)) + string(rune('0'+n%10))
}

func TestBlocks(t *testing.T) {
	a, b, ec := person(t, "a", "RSA"), person(t, "b", "RSA"), person(t, "c", "EC")
	old, debug := person(t, "old", "1024"), person(t, debugName, "RSA")
	plain := archive(t, appFiles...)
	v2 := func(parts ...part) pair { return pair{idV2, parts} }
	v3 := func(parts ...part) pair { return pair{idV3, parts} }
	v31 := func(parts ...part) pair { return pair{idV31, parts} }
	all := func(by *identity, attrs ...[]byte) part {
		return part{by: by, from: 28, to: forever, attrs: bytes.Join(attrs, nil)}
	}
	from33 := attribute(attrRotation, u32(33))
	for _, tc := range []struct {
		name  string
		data  []byte
		sdk   int
		want  string
		first *identity
		err   string
	}{
		{"v2", signBlocks(t, plain, v2(part{by: a})), 24, "valid v2; v2 24- yes", a, ""},
		{"EC key", signBlocks(t, plain, v2(part{by: ec})), 24, "valid v2; v2 24- yes", ec, ""},
		{"v2 before Android knew it", signBlocks(t, plain, v2(part{by: a})), 23, "valid v2 from 24 without 23-23; v2 24- yes", a, "does not hold below Android 7.0"},
		{"v3 before Android knew it", signBlocks(t, plain, v3(all(a))), 23, "valid v3 from 24 without 23-27; v3 28- yes", a, "does not hold below Android 7.0"},
		{"v3 from Android 8 on", signBlocks(t, plain, v3(all(a))), 26, "valid v3 without 26-27; v3 28- yes", a, ""},
		{"verity only from 28", signBlocks(t, plain, v2(part{by: a, verity: true})), 24, "valid v2 from 28 without 24-27; v2 24-27 no; v2 28- yes", a, "does not hold below Android 9"},
		{"verity", signBlocks(t, plain, v3(part{by: ec, from: 28, to: forever, verity: true})), 28, "valid v3; v3 28- yes", ec, ""},
		{"two signers", signBlocks(t, plain, v2(part{by: a}, part{by: b})), 24, "valid v2; v2 24- yes; signature/several-signers", a, ""},
		{"wrong digest", signBlocks(t, plain, v2(part{by: a, digest: make([]byte, 32)})), 24, "invalid ; v2 24- no", nil, "content of the file"},
		{"certificate of another", signBlocks(t, plain, v2(part{by: a, shown: b})), 24, "invalid ; v2 24- no", nil, "not the one of the certificate"},
		{"lineage that nobody signed", signBlocks(t, plain, v3(all(b, forged(a, b)))), 28, "invalid ; v3 28- no", nil, "does not sign the next"},
		{"v3 stripped", signBlocks(t, plain, v2(part{by: a, attrs: attribute(attrStripping, u32(3))})), 24, "invalid ; v2 24- no; signature/stripped", nil, "v3 signature, which is missing"},
		{"v2 and v3", signBlocks(t, plain, v2(part{by: a}), v3(all(a))), 24, "valid v2+v3; v2 24-27 yes; v3 28- yes", a, ""},
		{"v2 and v3 from 30", signBlocks(t, plain, v2(part{by: a}), v3(all(a))), 30, "valid v3; v2 24-27 yes; v3 30- yes", a, ""},
		{"v2 by one, v3 by another", signBlocks(t, plain, v2(part{by: a}), v3(all(b))), 24, "valid v3 from 28; v2 24-27 yes; v3 28- yes; signature/different-signers", b, "does not hold below Android 9"},
		{"rotated", signBlocks(t, plain, v2(part{by: a}), v3(all(b, rotation(1|4, a, b)))), 24, "valid v2+v3; v2 24-27 yes; v3 28- yes", b, ""},
		{"lineage of others", signBlocks(t, plain, v3(all(b, rotation(1, b, a)))), 28, "invalid ; v3 28- no", nil, "does not end"},
		{"v3.1", signBlocks(t, plain, v2(part{by: a}), v3(part{by: a, from: 28, to: 32, attrs: from33}), v31(part{by: b, from: 33, to: forever, attrs: rotation(31, a, b)})), 24,
			"valid v2+v3+v3.1; v2 24-27 yes; v3 28-32 yes; v3.1 33- yes", b, ""},
		{"v3.1 from Android 12 on", signBlocks(t, plain, v3(part{by: a, from: 28, to: forever, attrs: attribute(attrRotation, u32(31))}), v31(part{by: b, from: 31, to: forever, attrs: rotation(31, a, b)})), 28,
			"valid v3+v3.1; v3 28-32 yes; v3.1 33- yes", b, ""},
		{"v3.1 stripped", signBlocks(t, plain, v3(all(a, from33))), 28, "invalid ; v3 28- no; signature/stripped", nil, "v3.1 signature, which is missing"},
		{"v3.1 of another", signBlocks(t, plain, v3(part{by: a, from: 28, to: 32, attrs: from33}), v31(part{by: b, from: 33, to: forever})), 28,
			"valid v3+v3.1; v3 28-32 yes; v3.1 33- yes; signature/different-signers", b, ""},
		{"v3.1 alone", signBlocks(t, plain, v31(part{by: b, from: 33, to: forever})), 28, "invalid ; v3.1 33- yes", nil, "without a v3 one"},
		{"v3 for some levels", signBlocks(t, plain, v3(part{by: a, from: 28, to: 30})), 28, "invalid ; v3 28- no", nil, "28 to 30 only"},
		{"v3 twice", signBlocks(t, plain, v3(all(a)), v3(all(b))), 28, "valid v3; v3 28- yes; signature/duplicate-block", a, ""},
		{"short key", signBlocks(t, plain, v2(part{by: old})), 24, "valid v2; v2 24- yes; signature/weak", old, ""},
		{"debug key", signBlocks(t, plain, v2(part{by: debug})), 24, "valid v2; v2 24- yes; signature/debug-key", debug, ""},
	} {
		res, err := check(t, tc.data, tc.sdk)
		if err != nil || summary(res) != tc.want || !strings.Contains(res.Error, tc.err) || (tc.err == "") != (res.Error == "") {
			t.Errorf("%s: %s, error %q, %v\nwant %s", tc.name, summary(res), res.Error, err, tc.want)
		}
		checkTrust(t, tc.name, res, tc.first)
	}
}

// checkTrust checks who is verified: the first signer, and nobody where the signature does not hold.
func checkTrust(t *testing.T, name string, res Result, first *identity) {
	t.Helper()
	if first != nil && (len(res.Signers) == 0 || res.Signers[0].SHA256 != first.sha256() || !res.Signers[0].Verified) {
		t.Errorf("%s: signers %+v", name, res.Signers)
	}
	for _, s := range res.Signers {
		if s.Verified && res.State != inventory.SignatureValid {
			t.Errorf("%s: a verified signer of a signature that is %s", name, res.State)
		}
	}
}

func TestLineageRights(t *testing.T) {
	a, b := person(t, "a", "RSA"), person(t, "b", "RSA")
	data := signBlocks(t, archive(t, appFiles...), pair{idV3, []part{{by: b, from: 28, to: forever, attrs: rotation(1|8, a, b)}}})
	res, err := check(t, data, 28)
	if err != nil || len(res.Signers) != 2 {
		t.Fatalf("%+v, %v", res, err)
	}
	now, earlier := res.Signers[0], res.Signers[1]
	if now.Lineage || !now.Verified || !earlier.Lineage || earlier.Verified || strings.Join(earlier.Rights, " ") != "installed-data rollback" {
		t.Errorf("%+v", res.Signers)
	}
	if now.Key != "RSA" || now.KeyBits != 2048 || now.Subject != "C=BE, CN=b" || now.NotBefore.Unix() != 1e9 || now.NotAfter.Unix() != 2e9 || len(now.SHA1) != 40 {
		t.Errorf("%+v", now)
	}
}

func TestV1(t *testing.T) {
	a, b := person(t, "a", "RSA"), person(t, "b", "RSA")
	good := signV1(t, "A", a, "", appFiles...)
	second := signV1(t, "B", b, "", appFiles...)
	with := func(more ...file) []byte { return archive(t, append(good[:len(good):len(good)], more...)...) }
	for _, tc := range []struct {
		name string
		data []byte
		sdk  int
		want string
		err  string
	}{
		{"good", with(), 18, "valid v1; v1 18- yes", ""},
		{"SHA-256 before Android knew it", with(), 9, "valid v1 from 18 without 09-17; v1 09-17 no; v1 18- yes", "does not hold below Android 4.3"},
		{"files of META-INF", with(file{"META-INF/x", "y"}), 18, "valid v1; v1 18- yes; signature/uncovered-entries", ""},
		{"a file more", with(file{"x", "y"}), 18, "invalid ; v1 18- no", "\"x\" is not in META-INF/MANIFEST.MF"},
		{"a folder more", with(file{"x/", ""}), 18, "valid v1; v1 18- yes", ""},
		{"a name twice", with(file{"classes.dex", "other"}), 18, "invalid ; v1 18- no", "two entries"},
		{"a file less", archive(t, good[:1:1]...), 18, "unsigned ", ""},
		{"changed", archive(t, append([]file{good[0], {"AndroidManifest.xml", "changed!"}}, good[2:]...)...), 18, "invalid ; v1 18- no", "content of \"AndroidManifest.xml\""},
		{"two signers", with(second[len(second)-2:]...), 18, "valid v1; v1 18- yes; signature/several-signers", ""},
		{"signature of another file", with(file{"META-INF/B.SF", "Signature-Version: 1.0\r\n\r\n"}, file{"META-INF/B.RSA", good[len(good)-1].content}), 18, "invalid ; v1 18- no", "META-INF/B.RSA does not sign"},
		{"signature without its file", with(file{"META-INF/B.RSA", "x"}), 18, "valid v1; v1 18- yes; signature/uncovered-entries", ""},
		{"v2 stripped", archive(t, signV1(t, "A", a, "X-Android-APK-Signed: 2\r\n", appFiles...)...), 18, "invalid ; v1 18- no; signature/stripped", "v2 signature, which is missing"},
		{"v1 and v2", signBlocks(t, with(), pair{idV2, []part{{by: a}}}), 18, "valid v1+v2; v1 18-23 yes; v2 24- yes", ""},
		{"v1 and v2 by others", signBlocks(t, with(), pair{idV2, []part{{by: b}}}), 18, "valid v2 from 24; v1 18-23 yes; v2 24- yes; signature/different-signers", "does not hold below Android 7.0"},
		{"v1 and v3", signBlocks(t, with(), pair{idV3, []part{{by: a, from: 28, to: forever}}}), 18, "valid v1+v3; v1 18-27 yes; v3 28- yes", ""},
		{"v1 and v3 from 26", signBlocks(t, with(), pair{idV3, []part{{by: a, from: 28, to: forever}}}), 26, "valid v3; v1 26-27 yes; v3 28- yes", ""},
		{"broken v1 and v3 from 26", signBlocks(t, with(file{"x", "y"}), pair{idV3, []part{{by: a, from: 28, to: forever}}}), 26, "valid v3 without 26-27; v1 26-27 no; v3 28- yes", ""},
		{"v1 that no version goes by", signBlocks(t, with(), pair{idV2, []part{{by: a}}}), 24, "valid v2; v2 24- yes", ""},
	} {
		res, err := check(t, tc.data, tc.sdk)
		if err != nil || summary(res) != tc.want || !strings.Contains(res.Error, tc.err) || (tc.err == "") != (res.Error == "") {
			t.Errorf("%s: %s, error %q, %v\nwant %s", tc.name, summary(res), res.Error, err, tc.want)
		}
		checkTrust(t, tc.name, res, nil)
	}
}

// TestJanus puts a DEX file before an archive, and moves all offsets, as the trick of that name does.
func TestJanus(t *testing.T) {
	a := person(t, "a", "RSA")
	signed := archive(t, signV1(t, "A", a, "", appFiles...)...)
	dex := []byte("dex\n035\x00 and more")
	data := append(bytes.Clone(dex), signed...)
	l, err := readLayout(bytes.NewReader(signed), int64(len(signed)))
	if err != nil {
		t.Fatal(err)
	}
	move := func(at int64) {
		b := data[int64(len(dex))+at:]
		binary.LittleEndian.PutUint32(b, binary.LittleEndian.Uint32(b)+uint32(len(dex)))
	}
	move(l.end + 16)
	for at := l.directory; at < l.end; {
		h := signed[at:]
		move(at + 42)
		at += 46 + int64(binary.LittleEndian.Uint16(h[28:])) + int64(binary.LittleEndian.Uint16(h[30:])) + int64(binary.LittleEndian.Uint16(h[32:]))
	}
	res, err := check(t, data, 21)
	if err != nil || summary(res) != "invalid ; v1 21- no; signature/janus" {
		t.Errorf("%s, %q, %v", summary(res), res.Error, err)
	}
	res, err = check(t, signBlocks(t, data, pair{idV2, []part{{by: a}}}), 24)
	if err != nil || summary(res) != "valid v2; v2 24- yes; signature/janus" {
		t.Errorf("with v2: %s, %q, %v", summary(res), res.Error, err)
	}
}

// TestSecondBlock puts a sound signing block in front of the one that counts.
func TestSecondBlock(t *testing.T) {
	a := person(t, "a", "RSA")
	signed := signBlocks(t, archive(t, appFiles...), pair{idV2, []part{{by: a}}})
	l, err := readLayout(bytes.NewReader(signed), int64(len(signed)))
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.Clone(l.record)
	block := wrapBlock(nil)
	binary.LittleEndian.PutUint32(end[16:], uint32(l.directory)+uint32(len(block)))
	data := bytes.Join([][]byte{signed[:l.directory], block, signed[l.directory:l.end], end}, nil)
	res, err := check(t, data, 24)
	if err != nil || summary(res) != "unsigned ; signature/duplicate-block" {
		t.Errorf("%s, %v", summary(res), err)
	}
}

func TestTarget(t *testing.T) {
	data := archive(t, signV1(t, "A", person(t, "a", "RSA"), "", appFiles...)...)
	for _, tc := range []struct{ target, sandbox int }{{30, 0}, {0, 2}} {
		c := open(t, data, 21)
		c.Target(tc.target, tc.sandbox)
		res, err := c.Result(t.Context())
		if err != nil || res.State != inventory.SignatureInvalid || !strings.Contains(res.Error, "needs a v2 signature") {
			t.Errorf("%+v: %+v, %v", tc, res, err)
		}
	}
}

// forged is a lineage whose second key is signed by itself.
func forged(a, b *identity) []byte {
	sound, wrong := rotation(1, a, b), b.sign([]byte("something else"))
	return append(sound[:len(sound)-len(wrong):len(sound)-len(wrong)], wrong...)
}

// TestDigests compares the digests of a made-up file with what apksigner's code computes of it.
func TestDigests(t *testing.T) {
	data := make([]byte, 600*pageSize)
	for i := range data {
		data[i] = byte(i / 7)
	}
	l := &layout{size: int64(len(data)), block: 300 * pageSize, directory: 301 * pageSize, end: int64(len(data)) - endSize, record: data[len(data)-endSize:]}
	got, err := newContent(bytes.NewReader(data), l).digests(t.Context(), [contentDigests]bool{true, true, true})
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[contentDigest]string{
		chunked256: "73fb428a23da3385ddbc9f4fb1cd892b4c90c8f180bc8dd386041d59f29d67ed",
		chunked512: "0282d7b0c8d1e67a37dbd9bb4e583f79536a8ca9c04b2e21422280768d1902ce8ce81ed8036649aac7fcad7fcbf5094bb219873890900c632a87291879442905",
		verity256:  "2970aad36d295c54ae3b1e01864709028a72e97014932c5feb046c3204be7f950070250000000000",
	} {
		if hex := fmt.Sprintf("%x", got[d]); hex != want {
			t.Errorf("%d: %s, want %s", d, hex, want)
		}
	}
}
