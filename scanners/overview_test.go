package scanners_test

import (
	"context"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// told is a scanner that only says what it is.
type told scanners.Info

func (t told) Info() scanners.Info         { return scanners.Info(t) }
func (told) Recognise(*source.Source) bool { return false }
func (told) Scan(context.Context, *source.Source) (*inventory.Inventory, error) {
	return nil, nil
}

func TestOverview(t *testing.T) {
	linux, windows := []inventory.Platform{inventory.Linux}, []inventory.Platform{inventory.Windows}
	list := []scanners.Scanner{
		told{ID: "z/files", Kind: "z", Title: "lists | tables", Platforms: linux, Reads: []string{"~/a_*"}, CannotSee: []string{"This.", "that"}},
		told{ID: "a/host", Kind: "host", Title: "a host", Platforms: linux, Live: linux},
		told{ID: "w/live", Kind: "host", Title: "what runs", Platforms: windows, Live: windows, OnlyLive: true},
		told{ID: "b/all", Kind: "b", Title: "everything", Platforms: scanners.Computers(), Live: scanners.Computers()},
	}
	var got []string
	for _, g := range scanners.Grouped(list) {
		for _, i := range g.Scanners {
			got = append(got, g.Title+" "+i.ID+": "+i.Works())
		}
	}
	want := "Windows w/live: live only, on Windows\nLinux a/host: live on Linux; files and copies on any system\nLinux z/files: files and copies, on any system\n" +
		"Several systems b/all: live, files and copies, on any system"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if row := "| `z/files` | `z:` | lists \\| tables: \\~/a\\_\\* | files and copies, on any system | This; that |"; !strings.Contains(scanners.Markdown(list), row) {
		t.Errorf("lacks %s in %s", row, scanners.Markdown(list))
	}
	if _, err := scanners.InDocument("no place", list); err == nil {
		t.Error("a document without a place for the table is taken")
	}
}
