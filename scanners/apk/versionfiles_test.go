package apk

import (
	"context"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/source"
)

// A file of versions has a group with dots, an artifact and a version; this says it in another way than the reader does.
var (
	versionFileName = regexp.MustCompile(`^META-INF/((?:[a-z0-9]+\.)+[a-z0-9]+)_([A-Za-z0-9.-]+)\.version$`)
	kotlinxName     = regexp.MustCompile(`^META-INF/kotlinx_([a-z0-9_]+)\.version$`)
	plainVersion    = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*([-.][A-Za-z0-9]+)*$`)
)

// Every version file of the real APKs with a valid value becomes a component, and no other value does: counted with
// unzip, which knows nothing of libraries.
func TestVersionFilesOfCorpus(t *testing.T) {
	if _, err := exec.LookPath("unzip"); err != nil {
		t.Skip("unzip is missing; it is what this test counts with")
	}
	root := filepath.Join(corpusDir(t), "apks", "npm")
	apks, files, garbage := 0, 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".apk" {
			return err
		}
		apks++
		want, refused := unzipped(t, path)
		files, garbage = files+len(want), garbage+refused
		if got := stated(t, path); !slices.Equal(got, want) {
			t.Errorf("%s: %q, unzip shows %q", d.Name(), got, want)
		}
		return nil
	})
	if err != nil || apks != 7 || files == 0 {
		t.Errorf("%d APKs with %d version files: %v", apks, files, err)
	}
	t.Logf("%d APKs, %d version files, %d of them with something else than a version", apks, files+garbage, garbage)
}

// unzipped are the package URLs that the version files of an APK state, and how many hold something else.
func unzipped(t *testing.T, path string) (purls []string, refused int) {
	t.Helper()
	names, err := exec.Command("unzip", "-Z1", path).Output()
	if err != nil {
		t.Fatalf("unzip -Z1 %s: %v", path, err)
	}
	for name := range strings.Lines(string(names)) {
		name = strings.TrimSpace(name)
		if !strings.HasPrefix(name, "META-INF/") || !strings.HasSuffix(name, ".version") {
			continue
		}
		content, err := exec.Command("unzip", "-p", path, name).Output()
		if err != nil {
			t.Fatalf("unzip -p %s %s: %v", path, name, err)
		}
		version := strings.TrimSpace(string(content))
		m, k := versionFileName.FindStringSubmatch(name), kotlinxName.FindStringSubmatch(name)
		switch {
		case plainVersion.MatchString(version) && m != nil:
			purls = append(purls, "pkg:maven/"+m[1]+"/"+m[2]+"@"+version)
		case plainVersion.MatchString(version) && k != nil:
			purls = append(purls, "pkg:maven/org.jetbrains.kotlinx/kotlinx-"+strings.ReplaceAll(k[1], "_", "-")+"@"+version)
		default:
			refused++
		}
	}
	slices.Sort(purls)
	return slices.Compact(purls), refused
}

// stated are the components that the scanner read from the version files of an APK.
func stated(t *testing.T, path string) (purls []string) {
	t.Helper()
	src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err := New().Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range inv.Components {
		for _, o := range c.Origins {
			_, entry, _ := strings.Cut(o.Path, "!")
			if strings.HasPrefix(entry, "META-INF/") && strings.HasSuffix(entry, ".version") {
				if !c.Exact || c.Basis != "metadata" {
					t.Errorf("%s: exact %v, basis %q", c.PURL, c.Exact, c.Basis)
				}
				purls = append(purls, c.PURL)
				break
			}
		}
	}
	slices.Sort(purls)
	return purls
}
