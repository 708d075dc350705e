package scanners

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/source"
)

// volumes takes computers and says where.
type volumes struct{ fake }

func (volumes) Recognise(src *source.Source) bool {
	return src.IsDir() && src.Kind() == source.KindHost
}

// TestWindowsVolume: a folder that holds what a triage tool copied of a volume of Windows is a computer, wherever it lies below
// the target and however it spells its names; what lies beside it is scanned as before.
func TestWindowsVolume(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "triage", "C", "WINDOWS", "System32", "Config", "software"), "hive")
	write(t, filepath.Join(dir, "triage", "notes", "a.txt"), "ONE")
	write(t, filepath.Join(dir, "other", "Windows", "System32", "x.dll"), "no registry")
	volume := filepath.Join(dir, "triage", "C")
	for target, want := range map[string][]string{dir: {volume}, volume: {volume}, filepath.Join(dir, "other"): nil} {
		inv := Run(context.Background(), []source.Target{{Path: target}}, Options{Limits: source.DefaultLimits,
			Scanners: []Scanner{volumes{fake{id: "volumes", kind: source.KindHost}}, greedy{fake{id: "greedy", kind: "text"}}}})
		var hosts, files []string
		for _, r := range inv.Runs {
			if r.Scanner == "volumes" {
				hosts = append(hosts, strings.TrimPrefix(r.Target, "host:"))
			} else {
				files = append(files, filepath.Base(r.Target))
			}
		}
		if !slices.Equal(hosts, want) {
			t.Errorf("%s: computers %q, want %q", target, hosts, want)
		}
		if target == dir && !slices.Equal(files, []string{"a.txt"}) {
			t.Errorf("files %q", files)
		}
	}
}
