package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"quaestor/scanners/internal/machotest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func TestNames(t *testing.T) {
	files := signed(votes(), how{key: developer()})
	data := ipa(t, files, "Payload/Votes.app/../../../etc/passwd", "x", "/absolute", "x", "Payload/Votes.app/photo.png", "twice", "Payload/Zecond.app/Info.plist", "x",
		"__MACOSX/Payload/._Votes.app", "x")
	inv := scanned(t, data)
	if inv.Apps[0].Identifier != "org.example.votes" {
		t.Errorf("%+v", inv.Apps[0])
	}
	if gaps := scantest.Gaps(inv, inventory.GapMalformed); len(gaps) == 0 || gaps[0].Count != 4 {
		t.Errorf("names: %+v", gaps)
	}
	if gaps := scantest.Gaps(inv, inventory.GapUnsupported); len(gaps) != 1 || gaps[0].Samples[0] != "Payload/Zecond.app/" {
		t.Errorf("further apps: %+v", gaps)
	}
}

// TestBroken: what cannot be read is an error or a gap, and never nothing.
func TestBroken(t *testing.T) {
	for name, change := range map[string]func(f map[string]string){
		"no Info.plist":      func(f map[string]string) { delete(f, infoName) },
		"no dictionary":      func(f map[string]string) { f[infoName] = "<?xml version=\"1.0\"?><plist><array/></plist>" },
		"no identifier":      func(f map[string]string) { f[infoName] = xml(text("CFBundleName", "x")) },
		"text as Info.plist": func(f map[string]string) { f[infoName] = "hello" },
	} {
		files := signed(votes(), how{key: developer(), after: change})
		inv, err := scanBytes(t, forTests(), "votes.ipa", ipa(t, files))
		if err == nil || len(inv.Apps) > 0 || len(inv.Binaries) != 1 || inv.Binaries[0].Signed == inventory.SignatureValid {
			t.Errorf("%s: %v, %d apps", name, err, len(inv.Apps))
		}
	}
	for name, change := range map[string]func(f map[string]string){
		"program":  func(f map[string]string) { f["Votes"] = f["Votes"][:100] },
		"none":     func(f map[string]string) { delete(f, "Votes") },
		"profile":  func(f map[string]string) { f[profileName] = "hello" },
		"privacy":  func(f map[string]string) { f[privacyName] = "hello" },
		"resource": func(f map[string]string) { f[resourcesName] = "hello" },
	} {
		files := signed(votes(), how{key: developer(), after: change})
		inv := scanned(t, ipa(t, files))
		if len(inv.Gaps)+len(inv.Binaries[0].SignatureError) == 0 || inv.Binaries[0].Signed == inventory.SignatureValid {
			t.Errorf("%s: %+v", name, inv.Binaries[0])
		}
	}
}

// TestBomb: an app that unpacks to far more than its size is read as far as the limit goes, code and description first.
func TestBomb(t *testing.T) {
	files := signed(votes(), how{key: developer()})
	zeros := string(make([]byte, 64<<20))
	for i := range 3 {
		files[fmt.Sprintf("bomb%d.bin", i)] = zeros
	}
	inv := scanned(t, ipa(t, files))
	gaps := scantest.Gaps(inv, inventory.GapLimit)
	if len(gaps) != 1 || gaps[0].Count == 0 || inv.Binaries[0].Package == "" || len(inv.Binaries[0].Native) != 3 {
		t.Errorf("%+v", gaps)
	}
	if inv.Binaries[0].Signed != inventory.SignatureUnknown || inv.Binaries[0].SignatureError == "" {
		t.Errorf("signed %q although not all was read", inv.Binaries[0].Signed)
	}
}

func TestManyFrameworks(t *testing.T) {
	files := signed(votes(), how{key: developer()})
	for i := range maxFrameworks + 10 {
		files[fmt.Sprintf("Frameworks/F%05d.framework/Info.plist", i)] = xml(text("CFBundleIdentifier", fmt.Sprint("f", i)))
	}
	inv := scanned(t, ipa(t, files))
	if n := len(inv.Binaries[0].Frameworks); n != maxFrameworks || len(scantest.Gaps(inv, inventory.GapLimit)) != 1 {
		t.Errorf("%d frameworks, gaps %+v", n, inv.Gaps)
	}
}

// TestLarge: code that is larger than what may be unpacked at once is searched, and its signature is not called valid.
func TestLarge(t *testing.T) {
	files := signed(votes(), how{key: developer()})
	s := forTests()
	want := scanned(t, ipa(t, files)).Binaries[0].Hosts
	s.memory = newMemory(windowBytes + bufferStep)
	pad := machotest.Image{UUID: 9, Kind: 6, ID: "big", Strings: []string{"https://big.votes-sample.eu/y"}}
	files["big.dylib"] = string(pad.Bytes()) + string(make([]byte, windowBytes))
	inv, err := scanBytes(t, s, "votes.ipa", ipa(t, files))
	if err != nil {
		t.Fatal(err)
	}
	b := inv.Binaries[0]
	if got := strings.Join(b.Hosts, " "); got != strings.Join(append([]string{want[0], "big.votes-sample.eu"}, want[1:]...), " ") {
		t.Errorf("hosts %s, want one more than %q", got, want)
	}
	if b.Signed == inventory.SignatureValid || len(scantest.Gaps(inv, inventory.GapLimit)) != 1 {
		t.Errorf("%q, %+v", b.Signed, inv.Gaps)
	}
}

func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	src := source.FromFS("Votes.app", tree("", signed(votes(), how{})), source.DefaultLimits)
	if _, err := forTests().Scan(ctx, src); err == nil {
		t.Error("a scan that was stopped says that it is done")
	}
}

// FuzzScan changes an app at random: nothing that was changed may be called signed, and nothing may panic.
func FuzzScan(f *testing.F) {
	whole := signed(votes(), how{key: developer()})
	for _, name := range []string{infoName, "Votes", profileName, resourcesName, privacyName, "de.lproj/InfoPlist.strings", "fr.lproj/InfoPlist.strings", "main.jsbundle"} {
		f.Add(name, []byte(whole[name]))
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if !strings.HasPrefix(name, "de.lproj/") && whole[name] == "" {
			name = infoName
		}
		files := map[string]string{}
		for k, v := range whole {
			files[k] = v
		}
		files[name] = string(content)
		src := source.FromFS("Votes.app", tree("", files), source.DefaultLimits)
		if forTests().Recognise(src) {
			inv, err := forTests().Scan(context.Background(), src)
			if err == nil && len(inv.Apps) == 0 {
				t.Error("neither facts nor an error")
			}
			for _, b := range inv.Binaries {
				if b.Signed == inventory.SignatureValid && files[name] != whole[name] && name != "Votes" && whole[name] != "" {
					t.Errorf("with another %s it is still signed", name)
				}
			}
		}
	})
}

// large is an app of about that many bytes: code, texts and pictures as apps have them.
func large(t testing.TB, size int) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(n, values int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.IntN(values))
		}
		return string(b)
	}
	files := votes()
	for i := range size / 5_000_000 {
		files[fmt.Sprintf("Frameworks/F%d.framework/F%d", i, i)] = alone(fmt.Sprint("f", i), machotest.Image{UUID: byte(i), Kind: 6, ID: "f"})
		files[fmt.Sprintf("Frameworks/F%d.framework/code", i)] = noise(4_000_000, 64)
		files[fmt.Sprintf("pictures/%d.png", i)] = noise(1_500_000, 256)
		files[fmt.Sprintf("texts/%d.json", i)] = strings.Repeat(`{"name":"value","address":"`+noise(40, 10)+`"}`, 2000)
	}
	return ipa(t, signed(files, how{key: developer()}))
}

// BenchmarkScan compares a whole scan, with all checksums and the signature, with unpacking every entry.
func BenchmarkScan(b *testing.B) {
	data := large(b, 100_000_000)
	src := func() *source.Source {
		path := b.TempDir() + "/large.ipa"
		if err := writeFile(path, data); err != nil {
			b.Fatal(err)
		}
		s, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
		return s
	}()
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			inv, err := forTests().Scan(context.Background(), src)
			if err != nil || inv.Binaries[0].Signed != inventory.SignatureValid {
				b.Fatal(err, inv.Binaries[0].SignatureError)
			}
		}
	})
	b.Run("unzip", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			unpackAll(b, data)
		}
	})
}
