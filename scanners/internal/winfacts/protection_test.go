package winfacts

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

func TestProtection(t *testing.T) {
	reg := hivetest.Fill(t, `
		[HKLM\SOFTWARE\Microsoft\Security Center\Provider\Av\{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}]
		DISPLAYNAME=Антивирус
		STATE=#0x61100
		REPORTINGEXE=%ProgramFiles%\Vendor\wsc.exe
		[HKLM\SOFTWARE\Microsoft\Security Center\Provider\Fw\{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}]
		DISPLAYNAME=Vendor Firewall
		STATE=#0x60000
		[HKLM\SOFTWARE\Microsoft\Windows Defender]
		InstallLocation=C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24090.11-0\
		IsServiceRunning=#1
		[HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Real-Time Protection]
		DisableRealtimeMonitoring=#1
		[HKLM\SYSTEM\ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile]
		EnableFirewall=#1
		[HKLM\SYSTEM\ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile]
		EnableFirewall=#1
		[HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile]
		EnableFirewall=#0
		[HKLM\SOFTWARE\Microsoft\Enrollments\{0F0F0F0F-1111-2222-3333-444444444444}]
		ProviderID=MS DM Server
		EnrollmentState=#1
		UPN=anna@example.org
		DiscoveryServiceFullURL=https://anna@mdm.example.org:443/path
		[HKLM\SOFTWARE\Microsoft\Enrollments\Status]
		ProviderID=x
		[HKLM\SOFTWARE\Microsoft\Enrollments\{0F0F0F0F-1111-2222-3333-555555555555}]
		ProviderID=gone
		EnrollmentState=#0
		[HKLM\SOFTWARE\Microsoft\PolicyManager\Providers\{0F0F0F0F-1111-2222-3333-444444444444}\default\Device\Bitlocker]`)
	at := make([]byte, 8)
	binary.LittleEndian.PutUint64(at, 116444736000000000+uint64(date(2026, 5, 1).Unix())*10_000_000)
	if err := reg.Set(`HKLM\SOFTWARE\Microsoft\Windows Defender\Signature Updates`, winreg.Binary("AVSignatureApplied", at)); err != nil {
		t.Fatal(err)
	}
	inv := collectFrom(t, reg)
	for _, p := range inv.SecurityProducts {
		if p.Service == "WinDefend" && (p.UpdatedAt == nil || !p.UpdatedAt.Equal(date(2026, 5, 1))) {
			t.Errorf("definitions of %v", p.UpdatedAt)
		}
	}
	want := map[string]inventory.SecurityProduct{
		"antivirus Антивирус":       {Identifier: "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}", State: "on", StateCode: "0x061100", Definitions: "current", Path: `C:\Program Files\Vendor\wsc.exe`},
		"firewall Vendor Firewall":  {Identifier: "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}", State: "off", StateCode: "0x060000"},
		"built-in Windows Defender": {Identifier: "Windows Defender", Service: "WinDefend", State: "off", Version: "4.18.24090.11"},
		"built-in Windows Firewall": {Service: "mpssvc", Identifier: "firewall:PrivateProfile", State: "off"},
		"mdm-agent MS DM Server":    {Identifier: "mdm.example.org", State: "enabled", Privileges: []string{"device-owner"}},
	}
	if d := cmp.Diff(want, products(inv)); d != "" {
		t.Error(d)
	}
	if len(inv.Profiles) != 1 || inv.Profiles[0].Organization != "mdm.example.org" || len(inv.Profiles[0].Payloads) != 1 {
		t.Errorf("profiles %+v", inv.Profiles)
	}
	if len(inv.SecurityProducts) != 6 {
		t.Errorf("%d facts: the firewall has two profiles", len(inv.SecurityProducts))
	}
}

func TestLogin(t *testing.T) {
	reg := hivetest.Fill(t, people+`
		[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run]
		Agent="C:\Program Files\Vendor\agent.exe" /background
		Old=C:\old.exe
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon]
		Shell=explorer.exe
		Userinit=C:\Windows\system32\userinit.exe,C:\Vendor\lock.exe,
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\sethc.exe]
		Debugger=C:\evil.exe -x
		[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\Credential Providers\{AAAAAAAA-0000-0000-0000-000000000001}]
		@=Vendor Token
		[HKLM\SOFTWARE\Classes\CLSID\{AAAAAAAA-0000-0000-0000-000000000001}\InprocServer32]
		@=%SystemRoot%\system32\vendortoken.dll
		[HKLM\SYSTEM\ControlSet001\Control\NetworkProvider\Order]
		ProviderOrder=VendorNP,LanmanWorkstation
		[HKLM\SYSTEM\ControlSet001\Services\VendorNP\NetworkProvider]
		Name=Vendor Network
		ProviderPath=%SystemRoot%\System32\vendornp.dll
		[HKLM\SOFTWARE\Microsoft\CTF\TIP\{BBBBBBBB-0000-0000-0000-000000000001}\LanguageProfile\0x00000804\{BBBBBBBB-0000-0000-0000-000000000002}]
		Description=搜狗拼音输入法
		[HKLM\SOFTWARE\Classes\CLSID\{BBBBBBBB-0000-0000-0000-000000000001}\InprocServer32]
		@=C:\Program Files\Sogou\tip.dll
		[HKLM\SYSTEM\ControlSet001\Control\Keyboard Layouts\E0210804]
		Ime File=vendor.ime
		Layout Text=Vendor IME
		[HKU\`+annaSID+`\Software\Microsoft\Windows\CurrentVersion\Run]
		Chat=%LOCALAPPDATA%\Chat\chat.exe --silent`)
	set := func(path string, v winreg.Value) {
		t.Helper()
		if err := reg.Set(path, v); err != nil {
			t.Fatal(err)
		}
	}
	set(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`, winreg.Binary("OLD", []byte{3, 0, 0, 0}))
	set(`HKLM\SYSTEM\ControlSet001\Control\Lsa`, winreg.List("Notification Packages", "scecli", "vendorpw"))
	item := make([]byte, 260+628)
	copy(item, `%SystemRoot%\system32\vendorlsp.dll`)
	copy(item[catalogName:], winreg.EncodeUTF16("Vendor LSP"))
	set(`HKLM\SYSTEM\ControlSet001\Services\WinSock2\Parameters\Protocol_Catalog9\Catalog_Entries64\000000000001`, winreg.Binary("PackedCatalogItem", item))
	base := append([]byte(nil), item...)
	base[catalogChain] = 1
	set(`HKLM\SYSTEM\ControlSet001\Services\WinSock2\Parameters\Protocol_Catalog9\Catalog_Entries64\000000000002`, winreg.Binary("PackedCatalogItem", base))
	want := map[string]inventory.SecurityProduct{
		"autostart Agent":                    {Identifier: "Run", Path: `C:\Program Files\Vendor\agent.exe`, Start: "login", State: "enabled"},
		"autostart Old":                      {Identifier: "Run", Path: `C:\old.exe`, Start: "login", State: "disabled"},
		"autostart Chat":                     {Identifier: "Run", Path: `C:\Users\anna\AppData\Local\Chat\chat.exe`, Start: "login", State: "enabled", User: "anna"},
		"autostart lock.exe":                 {Identifier: "Userinit", Path: `C:\Vendor\lock.exe`, Start: "login", State: "enabled"},
		"autostart sethc.exe":                {Identifier: "Debugger", Path: `C:\evil.exe`, State: "enabled"},
		"credential-provider vendorpw":       {Identifier: "Notification Packages", Path: "vendorpw", Start: "boot", State: "enabled", Privileges: []string{"login"}},
		"credential-provider Vendor Token":   {Identifier: "{AAAAAAAA-0000-0000-0000-000000000001}", Path: `C:\Windows\system32\vendortoken.dll`, State: "enabled", Privileges: []string{"login"}},
		"credential-provider Vendor Network": {Identifier: "network-provider:VendorNP", Path: `C:\Windows\System32\vendornp.dll`, State: "enabled", Privileges: []string{"login"}},
		"network-filter Vendor LSP":          {Identifier: "winsock-layer", Path: `C:\Windows\system32\vendorlsp.dll`, State: "enabled", Privileges: []string{"network-filter"}},
		"input-method 搜狗拼音输入法":               {Identifier: "{BBBBBBBB-0000-0000-0000-000000000001}", Path: `C:\Program Files\Sogou\tip.dll`, State: "installed", Privileges: []string{"input-method"}},
		"input-method Vendor IME":            {Identifier: "layout:E0210804", Path: `C:\Windows\System32\vendor.ime`, State: "installed", Privileges: []string{"input-method"}},
	}
	if d := cmp.Diff(want, products(collectFrom(t, reg))); d != "" {
		t.Error(d)
	}
}

// authority makes a certificate and what Windows keeps of it.
func authority(t *testing.T, name string, usage ...asn1.ObjectIdentifier) (thumb string, blob winreg.Value) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(1e9, 0), NotAfter: time.Unix(2e9, 0), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum(der)
	var b []byte
	property := func(id uint32, content []byte) {
		b = binary.LittleEndian.AppendUint32(b, id)
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(content))), content...)
	}
	property(3, sum[:])
	if len(usage) > 0 {
		list, err := asn1.Marshal(usage)
		if err != nil {
			t.Fatal(err)
		}
		property(propUsage, list)
	}
	property(propCertificate, der)
	return strings.ToUpper(hex.EncodeToString(sum[:])), winreg.Binary("Blob", b)
}

func TestCertificates(t *testing.T) {
	reg := hivetest.Fill(t, people)
	add := func(store, name string, usage ...asn1.ObjectIdentifier) string {
		thumb, b := authority(t, name, usage...)
		if err := reg.Set(store+`\Certificates\`+thumb, b); err != nil {
			t.Fatal(err)
		}
		return thumb
	}
	const system = `HKLM\SOFTWARE\Microsoft\SystemCertificates\`
	add(system+"ROOT", "Интерсепт CA")
	add(system+"AuthRoot", "web", serverAuth)
	add(system+"AuthRoot", "mail only", asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 4})
	add(`HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\Root`, "policy")
	add(`HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\Root`, "enterprise")
	add(`HKU\`+annaSID+`\Software\Microsoft\SystemCertificates\Root`, "anna's")
	refused := add(system+"ROOT", "refused")
	if err := reg.Set(system+`Disallowed\Certificates\`+refused, winreg.Binary("Blob", nil)); err != nil {
		t.Fatal(err)
	}
	if err := reg.Set(system+`ROOT\Certificates\00`, winreg.Binary("Blob", []byte{32, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255})); err != nil {
		t.Fatal(err)
	}
	inv := collectFrom(t, reg)
	got := map[string]string{}
	for _, c := range inv.Certificates {
		got[c.Subject] = strings.Join([]string{c.Store, c.User, c.Trusted}, "|")
		if len(c.SHA256) != 64 || len(c.SHA1) != 40 || c.NotAfter == nil {
			t.Errorf("%+v", c)
		}
	}
	want := map[string]string{"CN=Интерсепт CA": "machine||yes", "CN=refused": "machine||no", "CN=web": "system||yes", "CN=mail only": "system||no",
		"CN=policy": "policy||yes", "CN=enterprise": "enterprise||yes", "CN=anna's": "user|anna|yes"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestBrowserPolicies(t *testing.T) {
	a, b, d := strings.Repeat("a", 32), strings.Repeat("b", 32), strings.Repeat("d", 32)
	reg := hivetest.Fill(t, people+`
		[HKLM\SOFTWARE\Policies\Google\Chrome\ExtensionInstallForcelist]
		1=`+a+`;https://clients2.google.com/service/update2/crx
		2=not an extension
		[HKLM\SOFTWARE\Policies\Microsoft\Edge]
		ExtensionSettings={"`+a+`":{"installation_mode":"force_installed","update_url":"https://x.example"},"`+b+`":{"installation_mode":"blocked"},"*":{}}
		[HKLM\SOFTWARE\WOW6432Node\Google\Chrome\Extensions\`+d+`]
		update_url=https://y.example
		[HKU\`+annaSID+`\Software\Policies\Google\Chrome\ExtensionInstallForcelist]
		1=`+a)
	got := map[string][]inventory.Install{}
	for _, app := range collectFrom(t, reg).Apps {
		got[app.Identifier] = app.Installs
	}
	want := map[string][]inventory.Install{
		a: {{Program: "chrome", Source: "policy", UpdateURL: "https://clients2.google.com/service/update2/crx"}, {Program: "edge", Source: "policy", UpdateURL: "https://x.example"}, {Program: "chrome", User: "anna", Source: "policy"}},
		d: {{Program: "chrome", Source: "sideloaded", UpdateURL: "https://y.example"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDevice(t *testing.T) {
	reg := hivetest.Fill(t, people+`
		[HKLM\SOFTWARE\Microsoft\Cryptography]
		MachineGuid=0FEDCBA9-8765-4321-8000-1234567890AB
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion]
		ProductName=Windows 10 Pro
		CurrentVersion=6.3
		CurrentBuildNumber=22631
		CurrentMajorVersionNumber=#10
		CurrentMinorVersionNumber=#0
		UBR=#4460
		DisplayVersion=23H2
		EditionID=Professional
		[HKLM\SYSTEM\ControlSet001\Control\ComputerName\ComputerName]
		ComputerName=DESK-ÄÖ
		[HKLM\SYSTEM\ControlSet001\Control\Session Manager\Environment]
		PROCESSOR_ARCHITECTURE=ARM64
		[HKLM\SYSTEM\ControlSet001\Control\SystemInformation]
		SystemManufacturer=LENOVO
		SystemProductName=20XW`)
	d := Device(reg)
	if d.ID != MachineID("{0fedcba9-8765-4321-8000-1234567890ab}") || strings.Contains(d.ID, "0fedcba9") {
		t.Errorf("identifier %q", d.ID)
	}
	d.ID = ""
	want := inventory.Device{Platform: inventory.Windows, Name: "DESK-ÄÖ", OSName: "Windows 11 Pro", OSVersion: "10.0.22631.4460", OSBuild: "22631.4460", Arch: "aarch64", Manufacturer: "LENOVO", Model: "20XW",
		Users:      []inventory.DeviceUser{{ID: "anna", Name: "anna"}},
		Properties: map[string]string{"windows.DisplayVersion": "23H2", "windows.EditionID": "Professional"}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
	if d := Device(hivetest.Fill(t, "[HKU\\anna\\Software]\n")); d.ID != "" {
		t.Errorf("a device without a number is %q", d.ID)
	}
}

func FuzzBlob(f *testing.F) {
	f.Add([]byte{32, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x30, 0})
	f.Add([]byte{9, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0, 0x30, 10, 6, 8, 43, 6, 1, 5, 5, 7, 3, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		b := parseBlob(data)
		b.forWebSites()
		if len(b.certificate)+len(b.usage) > len(data) {
			t.Error("more than there is")
		}
	})
}

// A certificate for signing code in a store of authorities is none.
func TestNoAuthority(t *testing.T) {
	tests := []struct {
		cert x509.Certificate
		none bool
	}{
		{x509.Certificate{KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}, true},
		{x509.Certificate{BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}, true},
		{x509.Certificate{BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, false},
		{x509.Certificate{BasicConstraintsValid: true, IsCA: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}, false},
		{x509.Certificate{KeyUsage: x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}, false},
		{x509.Certificate{KeyUsage: x509.KeyUsageDigitalSignature}, false},
		{x509.Certificate{}, false},
	}
	for i, test := range tests {
		if got := vouchesForNone(&test.cert); got != test.none {
			t.Errorf("%d: %v", i, got)
		}
	}
}
