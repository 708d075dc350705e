package applications

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
)

// A Mac with 300 apps, each with a program that is signed for two processors, a part, and a decision of its user.
func BenchmarkScan300(b *testing.B) {
	files := mactest.Mac(b)
	var decisions []mactest.Decision
	for i := range 300 {
		id := fmt.Sprintf("org.example.a%d", i)
		dir := fmt.Sprintf("Applications/App %d.app", i)
		mactest.Bundle(b, files, dir, id, mactest.Dict{"CFBundleName": id, "CFBundleShortVersionString": "1.0", "NSMicrophoneUsageDescription": "To hear."}, mactest.Program{Fat: true})
		files[dir+"/Contents/PlugIns/Part.appex/Contents/Info.plist"] = mactest.List(b, mactest.Dict{"CFBundleIdentifier": id + ".part", "NSExtension": mactest.Dict{"NSExtensionPointIdentifier": "com.apple.share-services"}})
		files[dir+"/Contents/Resources/data"] = strings.Repeat("x", 1000)
		decisions = append(decisions, mactest.Decision{Service: "kTCCServiceMicrophone", Client: id, Value: 2})
	}
	files["Users/anna/Library/Application Support/com.apple.TCC/TCC.db"] = mactest.TCC(b, decisions...)
	src := hosttest.Open(b, hosttest.Tree(b, files))
	s := scanner{roots: mactest.Roots()}
	b.ReportAllocs()
	for b.Loop() {
		if inv, err := s.Scan(b.Context(), src); err != nil || len(inv.Apps) < 300 || len(inv.Binaries) < 300 {
			b.Fatalf("%v: %d apps", err, len(inv.Apps))
		}
	}
}
