package dpkg

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/source"
)

// TestThisComputer compares the packages of the computer that runs the test with what dpkg-query says of them.
func TestThisComputer(t *testing.T) {
	if _, err := exec.LookPath("dpkg-query"); err != nil {
		t.Skip("dpkg-query is not installed")
	}
	out, err := exec.Command("dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version} ${Architecture}\n").Output()
	if err != nil {
		t.Skipf("dpkg-query has no packages to tell of: %v", err)
	}
	var want []string
	for line := range strings.Lines(string(out)) {
		if state, rest, _ := strings.Cut(strings.TrimSpace(line), " "); state != "config-files" && state != "not-installed" {
			want = append(want, rest)
		}
	}
	src, err := source.Open(source.Target{Kind: source.KindHost}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if !(Scanner{}).Recognise(src) {
		t.Fatal("not recognised")
	}
	inv, err := Scanner{}.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range inv.Apps {
		got = append(got, a.Identifier+" "+a.Version+" "+a.Arch)
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" || len(want) == 0 {
		t.Error(len(want), d)
	}
}
