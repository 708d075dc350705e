package hosttest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTree(t *testing.T) {
	root := Tree(t, map[string]string{"etc/hostname": "desk", "empty/": "", "link": Link + "/etc/hostname"})
	if b, err := os.ReadFile(filepath.Join(root, "etc", "hostname")); string(b) != "desk" || err != nil {
		t.Errorf("file: %q, %v", b, err)
	}
	if to, err := os.Readlink(filepath.Join(root, "link")); to != "/etc/hostname" || err != nil {
		t.Errorf("link: %q, %v", to, err)
	}
	if info, err := os.Stat(filepath.Join(root, "empty")); err != nil || !info.IsDir() {
		t.Errorf("folder: %v", err)
	}
	if src := Open(t, root); !src.IsDir() || src.Kind() != "host" || src.Live() {
		t.Errorf("opened as %q, folder %v, live %v", src.Target(), src.IsDir(), src.Live())
	}
}
