package all

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
)

// TestListMatchesFolders: a scanner that nobody registered is a folder without a line, and the other way round.
func TestListMatchesFolders(t *testing.T) {
	var listed, folders []string
	for _, s := range Scanners() {
		listed = append(listed, s.Info().ID)
	}
	machinery := []string{"all", "inventory", "source", "internal"}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator)))
		if d.IsDir() {
			if slices.Contains(machinery, rel) || d.Name() == "testdata" || strings.HasSuffix(d.Name(), "test") {
				return fs.SkipDir
			}
			return nil
		}
		if dir := filepath.ToSlash(filepath.Dir(rel)); dir != "." && strings.HasSuffix(rel, ".go") && !strings.HasSuffix(rel, "_test.go") && !slices.Contains(folders, dir) {
			folders = append(folders, dir)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) < 5 {
		t.Fatalf("only %v found: is the test looking at the right place?", folders)
	}
	slices.Sort(folders)
	sorted := slices.Sorted(slices.Values(listed))
	if !slices.Equal(sorted, folders) {
		t.Errorf("the list and the folders differ:\nlisted  %v\nfolders %v", sorted, folders)
	}
}

func TestInfo(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z]+(/[a-z]+)?$`)
	for _, s := range Scanners() {
		info := s.Info()
		if !shape.MatchString(info.ID) {
			t.Errorf("scanner ID %q is not the path of a folder", info.ID)
		}
		if info.Kind == "" || info.Title == "" || len(info.Reads) == 0 {
			t.Errorf("%s: kind, title and what it reads must be told: %+v", info.ID, info)
		}
		if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(info.ID))); err != nil {
			t.Errorf("%s: the ID is not its folder: %v", info.ID, err)
		}
		platforms(t, info)
		for _, ext := range info.Extensions {
			if !strings.HasPrefix(ext, ".") || ext != strings.ToLower(ext) {
				t.Errorf("%s: extension %q", info.ID, ext)
			}
		}
	}
}

// platforms: a scanner says of which systems it reads, in the one order, and where it reads what runs.
func platforms(t *testing.T, info scanners.Info) {
	t.Helper()
	inOrder := func(list, of []inventory.Platform) bool {
		var sorted []inventory.Platform
		for _, p := range of {
			if slices.Contains(list, p) {
				sorted = append(sorted, p)
			}
		}
		return slices.Equal(sorted, list)
	}
	if len(info.Platforms) == 0 || !inOrder(info.Platforms, scanners.Platforms()) {
		t.Errorf("%s: Platforms %v: name the systems that it reads about, in the order %v", info.ID, info.Platforms, scanners.Platforms())
	}
	if !inOrder(info.Live, scanners.Computers()) || info.OnlyLive && len(info.Live) == 0 {
		t.Errorf("%s: Live %v: name the systems on which it reads what runs, in the order %v", info.ID, info.Live, scanners.Computers())
	}
}

// TestDocumentedTable: the table in README.md is what the scanners say of themselves.
func TestDocumentedTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := scanners.InDocument(string(text), Scanners())
	if err != nil {
		t.Fatal(err)
	}
	if made != string(text) {
		t.Error("scanners/README.md has another table than the scanners make: run go generate ./scanners/all")
	}
}
