package plist

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	oracle "howett.net/plist"
)

// FuzzDecode: no panic, no growth, and what is read and written again by another library is read as the same.
func FuzzDecode(f *testing.F) {
	for _, format := range []int{oracle.BinaryFormat, oracle.XMLFormat} {
		data, err := oracle.Marshal(sample(), format)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(build(0, "\xa1\x00"))
	f.Add([]byte(`<plist><dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$top</key><dict><key>root</key><dict><key>CF$UID</key><integer>1</integer></dict></dict><key>$objects</key><array><string>$null</string><string>a</string></array></dict></plist>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Decode(data)
		if err != nil {
			return
		}
		again, err := Decode(data)
		if err != nil || cmp.Diff(size(v), size(again)) != "" {
			t.Fatalf("the second reading differs: %v", err)
		}
		if size(v) > 80*len(data)+2<<20 {
			t.Fatalf("%d bytes became %d", len(data), size(v))
		}
		if Archived(v) {
			_, _ = Unarchive(v)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	apps := []any{}
	for range 300 {
		apps = append(apps, sample())
	}
	for name, format := range map[string]int{"binary": oracle.BinaryFormat, "xml": oracle.XMLFormat} {
		data, err := oracle.Marshal(apps, format)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := Decode(data); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"-howett", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				var v any
				if _, err := oracle.Unmarshal(data, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
