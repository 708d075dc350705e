package schematest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// archive is a published package that has the schema of a format.
type archive struct{ name, version, sha512 string }

var (
	schemastore = archive{"schemastore", "0.2.2", "7299a9583667739f33a5adfd1580839ec159494b9558b8be754b105b332f05b27da2aec70c8b4403ee2fa05eea18581c7c48d8e08eea5a1ebe04a73925e13bd0"}
	stixview    = archive{"stixview", "1.3.2", "83d25999d2695a5450a727a1cff9ba8e95edc14529cf1b5f876f87d487eabd98f3a2c1a7873b3ad35262e100c705b27565f00e2236d692086685fd505474626a"}
	elastic     = archive{"@elastic/ecs", "9.4.0", "ce793a26bdfc28d46cc942acb68ae6357e102adaa7c10635116aab30258883f9d8e9d0b58a64b1ceb751eb1ba58f19d8e891e3fbff4d753891a2155b794100fd"}
)

// files are the files of the package below a folder, by their names within it. The test is skipped where the package cannot be had.
func (a archive) files(t testing.TB, below string) map[string][]byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(a.get(t)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if name, ok := strings.CutPrefix(h.Name, "package/"+below); ok && h.Typeflag == tar.TypeReg {
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = text
		}
	}
}

// get is the package: a copy that was kept, or from the registry.
func (a archive) get(t testing.TB) []byte {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	kept := filepath.Join(cache, "quaestor-schemas", strings.ReplaceAll(a.name, "/", "-")+"-"+a.version+".tgz")
	data, err := os.ReadFile(kept)
	if err != nil || a.sum(data) != a.sha512 {
		address := "https://registry.npmjs.org/" + a.name + "/-/" + path.Base(a.name) + "-" + a.version + ".tgz"
		if data, err = download(address); err != nil {
			t.Skipf("the schema is in a package that cannot be had: %v", err)
		}
		if a.sum(data) != a.sha512 {
			t.Fatalf("%s is another file than the one that was looked at", address)
		}
		if os.MkdirAll(filepath.Dir(kept), 0o755) == nil {
			_ = os.WriteFile(kept, data, 0o644) // without a copy it is fetched again
		}
	}
	return data
}

func (archive) sum(data []byte) string {
	s := sha512.Sum512(data)
	return hex.EncodeToString(s[:])
}

func download(address string) ([]byte, error) {
	c := http.Client{Timeout: time.Minute}
	resp, err := c.Get(address)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(address + ": " + resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, 64<<20))
}

// SARIF is the schema of version 2.1.0.
func SARIF(t testing.TB) *jsonschema.Schema {
	return compile(t, schemastore.files(t, "schemas/json/"), "https://json.schemastore.org/", "sarif-2.1.0-rtm.5.json")
}

// Objects are the schemas of STIX 2.1, by type of object. That of a bundle in the package lacks some types, so that its objects are looked
// at one by one.
type Objects map[string]*jsonschema.Schema

// STIX reads them from the package that has them.
func STIX(t testing.TB) Objects {
	files := stixview.files(t, "src/stix2-schemas/")
	out := Objects{}
	for name := range files {
		folder, kind, _ := strings.Cut(strings.TrimSuffix(name, ".json"), "/")
		if folder != "common" || kind == "marking-definition" {
			out[kind] = compile(t, files, "http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas/", name)
		}
	}
	if len(out) < 30 {
		t.Fatalf("%d types of object", len(out))
	}
	return out
}

// Check holds a bundle against them. Every reference has to name an object of the bundle.
func (o Objects) Check(t testing.TB, document []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatalf("no JSON: %v", err)
	}
	bundle := v.(map[string]any)
	objects, ids := bundle["objects"].([]any), map[string]bool{}
	for _, x := range objects {
		id, _ := x.(map[string]any)["id"].(string)
		if ids[id] {
			t.Errorf("%s is there twice", id)
		}
		ids[id] = true
	}
	if id, _ := bundle["id"].(string); bundle["type"] != "bundle" || !strings.HasPrefix(id, "bundle--") || len(bundle) != 3 || len(objects) == 0 {
		t.Errorf("%v is no bundle of %d objects", id, len(objects))
	}
	for i, x := range objects {
		kind, _ := x.(map[string]any)["type"].(string)
		s := o[kind]
		if s == nil {
			t.Errorf("object %d is a %q", i, kind)
			continue
		}
		if err := s.Validate(x); err != nil {
			t.Errorf("object %d, a %s: %v", i, kind, err)
		}
		for name, value := range x.(map[string]any) {
			list, _ := value.([]any)
			if strings.HasSuffix(name, "_ref") {
				list = []any{value}
			} else if !strings.HasSuffix(name, "_refs") {
				continue
			}
			for _, ref := range list {
				if !ids[ref.(string)] {
					t.Errorf("object %d: %s names %v, which is not there", i, name, ref)
				}
			}
		}
	}
}

// compile compiles the schema of that name; the others are found below the address.
func compile(t testing.TB, files map[string][]byte, address, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseLoader(within{files, address})
	s, err := c.Compile(address + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// within finds schemas in files.
type within struct {
	files   map[string][]byte
	address string
}

func (w within) Load(address string) (any, error) {
	text, ok := w.files[strings.TrimPrefix(address, w.address)]
	if !ok {
		return nil, errors.New("no schema " + address)
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}
