package appxmanifest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const video = `<?xml version="1.0" encoding="utf-8"?>
<Package xmlns="http://schemas.microsoft.com/appx/manifest/foundation/windows10" xmlns:uap="http://schemas.microsoft.com/appx/manifest/uap/windows10" xmlns:rescap="http://schemas.microsoft.com/appx/manifest/foundation/windows10/restrictedcapabilities" IgnorableNamespaces="uap rescap">
  <Identity Name="ExampleLtd.Video" Publisher="CN=6E08453F-9BA7-4311-999C-D22FBA2FB1B8, O=Пример" Version="1.0.5.0" ProcessorArchitecture="x64" />
  <Properties><DisplayName>Видео</DisplayName><PublisherDisplayName>ms-resource:Publisher</PublisherDisplayName><Logo>a.png</Logo></Properties>
  <Applications><Application Id="App" Executable="app\video.exe" EntryPoint="Windows.FullTrustApplication"><uap:VisualElements DisplayName="other"/></Application></Applications>
  <Capabilities><Capability Name="internetClient"/><uap:Capability Name="contacts"/><rescap:Capability Name="runFullTrust"/><DeviceCapability Name="microphone"/><Capability Name="internetClient"/></Capabilities>
</Package>`

const library = `<Package xmlns="http://schemas.microsoft.com/appx/2010/manifest"><Identity Name="Example.VCLibs" Publisher="CN=Example" Version="14.0.1.0"/><Properties><Framework>true</Framework><DisplayName>ms-resource:x</DisplayName></Properties></Package>`

func TestParse(t *testing.T) {
	want := Manifest{Name: "ExampleLtd.Video", Publisher: "CN=6E08453F-9BA7-4311-999C-D22FBA2FB1B8, O=Пример", Version: "1.0.5.0", Arch: "x64", DisplayName: "Видео", Programs: []string{"app/video.exe"},
		Capabilities: []Capability{{Name: "contacts"}, {Name: "internetClient"}, {Name: "microphone", Device: true}, {Name: "runFullTrust", Restricted: true}}}
	got, err := Parse([]byte(video))
	if d := cmp.Diff(want, got); d != "" || err != nil || !Looks([]byte(video)) {
		t.Error(err, d)
	}
	got, err = Parse([]byte(library))
	if err != nil || !got.Framework || got.Name != "Example.VCLibs" || got.DisplayName != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, other := range []string{`<Package xmlns="urn:x"><Identity Name="a"/></Package>`, `<Package/>`, `<a><Package><Identity Name="b" xmlns="http://schemas.microsoft.com/appx/2010/manifest"/></Package></a>`} {
		if _, err := Parse([]byte(other)); !errors.Is(err, ErrFormat) || Looks([]byte(`<Package xmlns="urn:x">`)) {
			t.Errorf("%s: %v", other, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(video))
	f.Add([]byte(library))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err == nil && m.Name == "" || len(m.Capabilities) > maxCapabilities {
			t.Errorf("%+v, %v", m, err)
		}
	})
}
