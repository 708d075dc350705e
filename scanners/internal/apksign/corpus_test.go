package apksign

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/avast/apkparser"
	"github.com/avast/apkverifier"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

// corpus is the folder of foreign APKs beside the repository.
func corpus(tb testing.TB) string {
	tb.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		tb.Fatal(err)
	}
	dir = filepath.Join(dir, "..", "shared", "corpus")
	if _, err := os.Stat(filepath.Join(dir, "apks.tsv")); err != nil {
		tb.Skip("the corpus of foreign APKs is missing: ../shared/corpus beside the repository, with apks.tsv")
	}
	return dir
}

// row is what apksigner 31.0.2 says of a file.
type row map[string]string

func corpusRows(tb testing.TB, dir string) []row {
	tb.Helper()
	f, err := os.Open(filepath.Join(dir, "apks.tsv"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	all, err := r.ReadAll()
	if err != nil || len(all) < 170 {
		tb.Fatalf("%d rows, %v", len(all), err)
	}
	var rows []row
	for _, values := range all[1:] {
		have := make(row)
		for i, name := range all[0][:min(len(all[0]), len(values))] {
			have[name] = values[i]
		}
		rows = append(rows, have)
	}
	return rows
}

func (r row) sdk(name string) int {
	if n, err := strconv.Atoi(r[name]); err == nil {
		return n
	}
	return CodenameSDK(r[name])
}

// schemes are those that apksigner says hold. It does not know v3.1.
func (r row) schemes() (out []string) {
	for _, s := range []string{"v1", "v2", "v3"} {
		if r["verifies"] == "yes" && r[s] == "true" {
			out = append(out, s)
		}
	}
	return out
}

// corpusResult checks a file as its manifest asks for. What is no container, or is not checked, does not hold.
func corpusResult(tb testing.TB, data []byte, r row) Result {
	tb.Helper()
	in := bytes.NewReader(data)
	f, err := apkfile.Open(in, in.Size())
	if err != nil {
		return Result{}
	}
	c, err := Open(tb.Context(), in, in.Size(), f, r.sdk("minSdk"))
	if err != nil {
		return Result{}
	}
	c.Target(r.sdk("targetSdk"), 0)
	res, err := c.Result(tb.Context())
	if err != nil {
		return Result{}
	}
	return res
}

// TestCorpus compares verdict, schemes and signer with apksigner on every file.
func TestCorpus(t *testing.T) {
	dir := corpus(t)
	for _, r := range corpusRows(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, r["path"]))
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(r["path"])
		if name == "v1-only-with-nul-in-entry-name.apk" {
			r["minSdk"] = "23" // aapt could not read it
		}
		res := corpusResult(t, data, r)
		holds, signer := "no", ""
		if res.State == inventory.SignatureValid && res.From == 0 {
			holds, signer = "yes", res.Signers[0].SHA256
		}
		if name == "v31-ec-p256-2-tgt-33-1-tgt-28-targetSdk-30.apk" {
			// The apksigner behind the truth does not know v3.1; that of later SDKs takes the file.
			r["verifies"], r["signer_sha256"], r["v3"] = "yes", "d78405f761ff6236cc9b570347a570aba0c62a129a3ac30c831c64d09ad95469", "true"
			res.Schemes = slices.DeleteFunc(res.Schemes, func(s string) bool { return s == "v3.1" })
		}
		if holds != r["verifies"] {
			t.Errorf("%s: %s (%s), apksigner says %s", name, holds, res.Error, r["verifies"])
			continue
		}
		if holds == "yes" && (signer != r["signer_sha256"] || !slices.Equal(res.Schemes, r.schemes())) {
			t.Errorf("%s: %v by %s, apksigner says %v by %s", name, res.Schemes, signer, r.schemes(), r["signer_sha256"])
		}
	}
}

// apkverifierDiffers are the files on which apkverifier says otherwise than apksigner, with the reason.
var apkverifierDiffers = map[string]string{
	"v1-only-with-nul-in-entry-name.apk": "it refuses a NUL in MANIFEST.MF",
	"client.apk":                         "it cannot read a codename as minSdkVersion, even where it is told the level",
}

// TestAgainstApkverifier compares with another implementation on every file that both can check, at several
// lowest API levels, from that on from which all algorithms are known: it does not look which version knows
// what. The content of AndroidManifest.xml, whose digest it does not compare, is left as it is.
func TestAgainstApkverifier(t *testing.T) {
	dir := corpus(t)
	compared := 0
	for _, r := range corpusRows(t, dir) {
		name := filepath.Base(r["path"])
		data, err := os.ReadFile(filepath.Join(dir, r["path"]))
		if err != nil || len(data) > 1<<20 || apkverifierDiffers[name] != "" {
			continue
		}
		for _, sdk := range []int{22, 24, 28} {
			want, ok := withApkverifier(data, int32(sdk))
			if !ok {
				continue
			}
			got := corpusResult(t, data, row{"minSdk": strconv.Itoa(sdk)})
			holds := got.State == inventory.SignatureValid && got.From == 0
			compared++
			if holds != (want == nil) {
				t.Errorf("%s from %d: %v (%s), apkverifier says %v", name, sdk, holds, got.Error, want)
			}
		}
	}
	if compared < 300 {
		t.Errorf("only %d answers compared", compared)
	}
}

// withApkverifier is its verdict; ok is false where it cannot read the file.
func withApkverifier(data []byte, sdk int32) (verdict error, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	in := io.ReadSeeker(bytes.NewReader(data))
	zip, err := apkparser.OpenZipReader(in)
	if err != nil {
		return nil, false
	}
	defer zip.Close()
	_, verdict = apkverifier.VerifyWithSdkVersionReader(in, zip, sdk, anySDK)
	return verdict, true
}

// corpusFile finds a file of the corpus by its name.
func corpusFile(tb testing.TB, name string) ([]byte, row) {
	tb.Helper()
	dir := corpus(tb)
	for _, r := range corpusRows(tb, dir) {
		if strings.HasSuffix(r["path"], name) {
			data, err := os.ReadFile(filepath.Join(dir, r["path"]))
			if err != nil {
				tb.Fatal(err)
			}
			return data, r
		}
	}
	tb.Skipf("the corpus has no %s", name)
	return nil, nil
}

// BenchmarkCheck checks whole files: one of 880 entries with v1, one of 18 MB with v2 and v3.
func BenchmarkCheck(b *testing.B) {
	for _, name := range []string{"ApiDemos-debug.apk", "appium-uiautomator2-server-v10.6.6.apk", "settings_apk-debug.apk"} {
		data, r := corpusFile(b, name)
		in := bytes.NewReader(data)
		f, err := apkfile.Open(in, in.Size())
		if err != nil {
			b.Fatal(err)
		}
		b.Run("quaestor/"+name, func(b *testing.B) {
			b.SetBytes(in.Size())
			b.ReportAllocs()
			for b.Loop() {
				if res, err := Verify(context.Background(), in, in.Size(), f, r.sdk("minSdk")); err != nil || res.State != inventory.SignatureValid {
					b.Fatal(res, err)
				}
			}
		})
		b.Run("apkverifier/"+name, func(b *testing.B) {
			b.SetBytes(in.Size())
			b.ReportAllocs()
			for b.Loop() {
				if err, ok := withApkverifier(data, int32(r.sdk("minSdk"))); err != nil || !ok {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHandedIn is the cost beside unpacking, when the content of the entries comes from elsewhere.
func BenchmarkHandedIn(b *testing.B) {
	data, r := corpusFile(b, "ApiDemos-debug.apk")
	in := bytes.NewReader(data)
	f, err := apkfile.Open(in, in.Size())
	if err != nil {
		b.Fatal(err)
	}
	contents := make([][]byte, len(f.Entries))
	for i := range f.Entries {
		if contents[i], err = f.Read(b.Context(), &f.Entries[i], 64<<20); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := Open(b.Context(), in, in.Size(), f, r.sdk("minSdk"))
		if err != nil {
			b.Fatal(err)
		}
		for i := range f.Entries {
			if c.Wants(&f.Entries[i]) {
				c.Entry(&f.Entries[i], contents[i])
			}
		}
		if res, err := c.Result(b.Context()); err != nil || res.State != inventory.SignatureValid {
			b.Fatal(res, err)
		}
	}
}
