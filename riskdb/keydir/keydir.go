// Package keydir keeps the keys of an authority that publishes risk databases, as files in a folder.
//
//	1.root.json, 2.root.json, …   what readers trust; public, to be kept all together
//	root-keys/ID.pem              private: say which keys may sign. They belong offline, on two media
//	bundle-keys/ID.pem            private: sign bundles
//
// Private keys are unencrypted PKCS#8, readable by their owner alone. Nothing here overwrites or removes a
// file: a key that was replaced is for its owner to destroy.
//
// What the package cannot see: who else has a copy of a file.
package keydir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"quaestor/riskdb/bundle"
)

// Folders of private keys.
const (
	RootKeys   = "root-keys"
	BundleKeys = "bundle-keys"
)

const maxFile = 64 << 10

// Plan says how many keys to make and how many have to sign.
type Plan struct {
	RootKeys, RootThreshold     int
	BundleKeys, BundleThreshold int
	Expires                     time.Time // of the root
}

// Create makes keys and the first root. A folder that has roots or keys already is refused.
func Create(dir string, chance io.Reader, p Plan) error {
	for _, name := range []string{rootName(1), RootKeys, BundleKeys} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return fmt.Errorf("%s is there already, and keys are never overwritten; name another folder, or use `quaestor db rotate`", filepath.Join(dir, name))
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	root, err := newKeys(chance, p.RootKeys)
	if err != nil {
		return err
	}
	signing, err := newKeys(chance, p.BundleKeys)
	if err != nil {
		return err
	}
	text, err := bundle.NewRoot(bundle.RootPlan{RootKeys: root, RootThreshold: p.RootThreshold, BundleKeys: signing, BundleThreshold: p.BundleThreshold, Expires: p.Expires})
	if err != nil {
		return err
	}
	if err := errors.Join(save(dir, RootKeys, root), save(dir, BundleKeys, signing)); err != nil {
		return err
	}
	return create(filepath.Join(dir, rootName(1)), text, 0o644)
}

// Rotate makes new root keys, new bundle keys or both, as many as before, and the root that lists them. The
// root keys of before have to be there.
func Rotate(dir string, chance io.Reader, newRoot, newBundle bool, expires time.Time) (version int64, err error) {
	roots, err := Roots(dir)
	if err != nil {
		return 0, err
	}
	last := roots[len(roots)-1]
	says, err := bundle.DescribeRoot(last)
	if err != nil {
		return 0, err
	}
	have, err := Keys(filepath.Join(dir, RootKeys))
	if err != nil {
		return 0, err
	}
	var root, signing []*bundle.Key
	if newRoot {
		if root, err = newKeys(chance, len(says.RootKeys)); err != nil {
			return 0, err
		}
	}
	if newBundle {
		if signing, err = newKeys(chance, len(says.BundleKeys)); err != nil {
			return 0, err
		}
	}
	next, err := bundle.Rotate(last, have, root, signing, expires)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(save(dir, RootKeys, root), save(dir, BundleKeys, signing)); err != nil {
		return 0, err
	}
	return says.Version + 1, create(filepath.Join(dir, rootName(says.Version+1)), next, 0o644)
}

// Roots reads every root, from the first on.
func Roots(dir string) ([][]byte, error) {
	var out [][]byte
	for {
		text, err := read(filepath.Join(dir, rootName(int64(len(out)+1))))
		if errors.Is(err, fs.ErrNotExist) && len(out) > 0 {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w; make keys with `quaestor db keygen`, or name the folder of those that exist", err)
		}
		out = append(out, text)
	}
}

// Keys reads the private keys in a folder.
func Keys(dir string) ([]*bundle.Key, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the private keys cannot be read: %w", err)
	}
	var out []*bundle.Key
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".pem") {
			continue
		}
		name := filepath.Join(dir, f.Name())
		text, err := read(name)
		if err != nil {
			return nil, err
		}
		k, err := bundle.ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, k)
	}
	return out, nil
}

// Exposed names the private keys in a folder that others than their owner can read. Windows tells that by other
// means than a mode; nothing is reported there.
func Exposed(dir string) ([]string, error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || runtime.GOOS == "windows" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range files {
		name := filepath.Join(dir, f.Name())
		info, err := os.Stat(name) // of what a link leads to
		if err != nil {
			return out, err
		}
		if strings.HasSuffix(name, ".pem") && info.Mode().Perm()&0o077 != 0 {
			out = append(out, name)
		}
	}
	return out, nil
}

func rootName(version int64) string { return strconv.FormatInt(version, 10) + ".root.json" }

func newKeys(chance io.Reader, n int) ([]*bundle.Key, error) {
	if n < 1 || n > 16 {
		return nil, fmt.Errorf("%d keys; a role has 1 to 16", n)
	}
	out := make([]*bundle.Key, n)
	for i := range out {
		var err error
		if out[i], err = bundle.NewKey(chance); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func save(dir, folder string, keys []*bundle.Key) error {
	for _, k := range keys {
		text, err := k.PEM()
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return err
		}
		if err := create(filepath.Join(dir, folder, k.ID[:16]+".pem"), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// create writes a file that must not exist, to the disk.
func create(name string, text []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func read(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxFile)
	}
	return text, err
}
