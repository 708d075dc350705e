package inflate

import (
	"archive/zip"
	"bytes"
	stdflate "compress/flate"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
)

// stream is one compressed file.
type stream struct {
	src  []byte
	size int
}

// dexStreams are the DEX files of real apps; without the corpus, text that looks like their strings.
func dexStreams(b *testing.B) []stream {
	var streams []stream
	_ = filepath.WalkDir("../../../../shared/corpus/apks", func(file string, _ fs.DirEntry, _ error) error {
		if strings.HasSuffix(file, ".apk") {
			streams = append(streams, streamsOf(file)...)
		}
		return nil
	})
	if len(streams) == 0 {
		b.Log("no APKs of a corpus here: measured on made-up names")
		words := samples()["words"]
		streams = append(streams, stream{deflate(b, words, 6), len(words)})
	}
	return streams
}

// streamsOf reads the compressed DEX files of an APK that are large enough to measure.
func streamsOf(file string) []stream {
	if info, err := os.Stat(file); err != nil || info.Size() < 4<<20 {
		return nil
	}
	r, err := zip.OpenReader(file)
	if err != nil {
		return nil
	}
	defer r.Close()
	var streams []stream
	for _, f := range r.File {
		if f.Method != zip.Deflate || !strings.HasSuffix(f.Name, ".dex") {
			continue
		}
		raw, err := f.OpenRaw()
		if err != nil {
			continue
		}
		if src, err := io.ReadAll(raw); err == nil {
			streams = append(streams, stream{src, int(f.UncompressedSize64)})
		}
	}
	return streams
}

func BenchmarkDEX(b *testing.B) {
	streams := dexStreams(b)
	total, largest := 0, 0
	for _, s := range streams {
		total += s.size
		largest = max(largest, s.size)
	}
	dst := make([]byte, largest)
	run := func(name string, unpack func(dst, src []byte) error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for range b.N {
				for _, s := range streams {
					if err := unpack(dst[:s.size], s.src); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
	std := stdflate.NewReader(nil)
	run("compress-flate", func(dst, src []byte) error {
		std.(stdflate.Resetter).Reset(bytes.NewReader(src), nil)
		_, err := io.ReadFull(std, dst)
		return err
	})
	klaus := flate.NewReader(nil)
	run("klauspost", func(dst, src []byte) error {
		klaus.(flate.Resetter).Reset(bytes.NewReader(src), nil)
		_, err := io.ReadFull(klaus, dst)
		return err
	})
	run("inflate", func(dst, src []byte) error {
		_, err := Decompress(dst, src)
		return err
	})
}
