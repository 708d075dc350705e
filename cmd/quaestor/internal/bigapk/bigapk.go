// Package bigapk makes Android packages of any size for tests and benchmarks: valid DEX files whose classes,
// strings and code weigh what those of real apps weigh, packed and signed by scheme v2.
//
// The content is drawn from a seed, so the same options give the same entries; the key is new each time. What the
// packages cannot show: the variety of real apps. Their code never runs, and they have no resources.
package bigapk

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
)

// Options say what a package holds.
type Options struct {
	Manifest []byte // AndroidManifest.xml, in Android's binary form
	Classes  int    // in all DEX files together
	DexFiles int
	Seed     uint64
}

// perDex is how many classes fit into one DEX file, whose methods are counted with 16 bits.
const perDex = 8_000

// Make makes a package.
func Make(o Options) ([]byte, error) {
	if o.DexFiles < 1 || o.Classes < o.DexFiles || o.Classes > perDex*o.DexFiles {
		return nil, fmt.Errorf("%d classes do not go into %d DEX files: each takes from 1 to %d", o.Classes, o.DexFiles, perDex)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := add(w, "AndroidManifest.xml", o.Manifest); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(o.Seed, 1))
	done := 0
	for i := range o.DexFiles {
		name := "classes.dex"
		if i > 0 {
			name = fmt.Sprintf("classes%d.dex", i+1)
		}
		upTo := o.Classes * (i + 1) / o.DexFiles
		if err := add(w, name, makeDex(random, done, upTo)); err != nil {
			return nil, err
		}
		done = upTo
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sign(out.Bytes())
}

func add(w *zip.Writer, name string, data []byte) error {
	f, err := w.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return err
}

// Manifest takes the manifest out of an APK.
func Manifest(apk []byte) ([]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(apk), int64(len(apk)))
	if err != nil {
		return nil, err
	}
	f, err := r.Open("AndroidManifest.xml")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
