package apk

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// corpusDir finds the corpus of foreign APKs beside the repository.
func corpusDir(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if c := filepath.Join(dir, "..", "shared", "corpus"); fileExists(filepath.Join(c, "apks.tsv")) {
			return c
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Skip("the corpus of foreign APKs is missing: ../shared/corpus beside the repository, with apks.tsv and oracle.jsonl")
		}
		dir = parent
	}
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// truth is what aapt and apksigner say about one file of the corpus.
type truth struct {
	row    map[string]string
	oracle struct {
		Path        string   `json:"path"`
		Permissions []string `json:"uses_permission"`
		Defined     []string `json:"defines_permission"`
		Implied     []string `json:"implied"`
		Label       string   `json:"label"`
		Debuggable  bool     `json:"debuggable"`
		Native      []string `json:"native"`
	}
}

func loadTruth(t *testing.T, dir string) map[string]*truth {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "apks.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]*truth)
	for _, row := range rows[1:] {
		tr := &truth{row: make(map[string]string)}
		for i, name := range rows[0] {
			if i < len(row) {
				tr.row[name] = row[i]
			}
		}
		all[tr.row["path"]] = tr
	}
	loadOracle(t, dir, all)
	return all
}

func loadOracle(t *testing.T, dir string, all map[string]*truth) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "oracle.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var tr truth
		if err := json.Unmarshal(lines.Bytes(), &tr.oracle); err != nil {
			t.Fatal(err)
		}
		if have := all[tr.oracle.Path]; have != nil {
			have.oracle = tr.oracle
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// scanPath scans one file or folder.
func scanPath(tb testing.TB, path string) (*inventory.Inventory, error) {
	tb.Helper()
	src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
	if err != nil {
		tb.Fatal(err)
	}
	defer src.Close()
	return New().Scan(context.Background(), src)
}

// number is a number of the truth, 0 when it has none or a codename.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func TestCorpus(t *testing.T) {
	dir := corpusDir(t)
	all := loadTruth(t, dir)
	if len(all) < 170 {
		t.Fatalf("only %d files in the truth", len(all))
	}
	used := make(map[string]bool)
	for path, tr := range all {
		inv, err := scanPath(t, filepath.Join(dir, path))
		for _, d := range compareTruth(tr, inv, err) {
			key := shortPath(path) + " " + d.field
			if reason, ok := exceptions[key]; ok && reason != "" {
				used[key] = true
				continue
			}
			t.Errorf("%s %s: got %q, want %q", shortPath(path), d.field, d.got, d.want)
		}
	}
	for key := range exceptions {
		if !used[key] {
			t.Errorf("exception %q is not needed any more; remove it", key)
		}
	}
}

func shortPath(path string) string { return filepath.Base(path) }

type difference struct{ field, got, want string }

// compareTruth lists where a scan differs from aapt and apksigner. Without a package in the truth, aapt
// could not read the file, and only the signature is compared.
func compareTruth(tr *truth, inv *inventory.Inventory, err error) (out []difference) {
	differ := func(field, got, want string) {
		if got != want {
			out = append(out, difference{field, got, want})
		}
	}
	list := func(field string, got, want []string) {
		slices.Sort(got)
		slices.Sort(want)
		differ(field, strings.Join(slices.Compact(got), " "), strings.Join(slices.Compact(want), " "))
	}
	row := tr.row
	var b inventory.Binary
	if len(inv.Binaries) > 0 {
		b = inv.Binaries[0]
	}
	if err != nil && row["package"] != "" {
		return []difference{{"scan", err.Error(), "no error"}}
	}
	differ("sha256", b.SHA256, row["sha256"])
	if row["package"] != "" {
		differ("package", b.Package, row["package"])
		differ("version", b.Version, row["versionName"])
		differ("versionCode", strconv.FormatInt(b.VersionCode, 10), strconv.Itoa(number(row["versionCode"])))
		differ("minSdk", sdkText(b.MinSDK, b.MinSDKCodename), row["minSdk"])
		differ("targetSdk", sdkText(b.TargetSDK, b.TargetSDKCodename), row["targetSdk"])
		differ("dex", strconv.Itoa(b.DexFiles), strconv.Itoa(number(row["dex_count"])))
		var asked, implied []string
		for _, p := range b.Permissions {
			if p.Requested {
				asked = append(asked, p.Name)
			} else if slices.Contains(tr.oracle.Implied, p.Name) {
				implied = append(implied, p.Name) // aapt knows fewer rules than the platform
			}
		}
		list("permissions", asked, tr.oracle.Permissions)
		for _, p := range tr.oracle.Implied {
			if slices.Contains(asked, p) {
				implied = append(implied, p)
			}
		}
		list("implied", implied, tr.oracle.Implied)
		list("defined", slices.Clone(b.DefinedPermissions), tr.oracle.Defined)
		differ("dex files", strconv.Itoa(b.DexFiles), row["dex_count"])
		if b.Code != nil {
			differ("classes", strconv.Itoa(b.Code.Classes), row["n_classes"])
		} else {
			differ("classes", "0", row["n_classes"])
		}
		list("abis", slices.Clone(b.ABIs), tr.oracle.Native)
		if row["aapt_rc"] == "0" { // else aapt stopped before it printed the label
			differ("label", b.Label, tr.oracle.Label)
		}
		differ("debuggable", strconv.FormatBool(b.Debuggable), strconv.FormatBool(tr.oracle.Debuggable))
	}
	verifies := "no"
	if b.Signed == inventory.SignatureValid && b.SignatureError == "" {
		verifies = "yes"
	}
	differ("verifies", verifies, row["verifies"])
	if row["verifies"] == "yes" && verifies == "yes" {
		differ("signer", firstSigner(&b), row["signer_sha256"])
	}
	return out
}

func sdkText(level int, codename string) string {
	if level == 0 {
		return codename
	}
	return strconv.Itoa(level)
}

func firstSigner(b *inventory.Binary) string {
	for _, s := range b.Signers {
		if s.Verified {
			return s.SHA256
		}
	}
	return ""
}

// exceptions are the known differences, each with its reason.
var exceptions = map[string]string{
	"issue1730.apk label": "aapt prints nothing for this string pool; aapt2 prints the same label as we do",
	"framework.apk implied": "aapt takes a codename as target for API level 0 and adds what targets below 4 get; the platform " +
		"installs a codename only on the preview itself, where nothing is implied",
	"v31-ec-p256-2-tgt-33-1-tgt-28-targetSdk-30.apk verifies": "the apksigner 31.0.2 behind the truth does not know scheme v3.1 (\"Unknown additional attribute 0x559f8b02\"); " +
		"Android 13 and the apksigner of its SDK accept the file",
}
