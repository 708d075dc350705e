package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"
	"time"

	"quaestor/scanners/inventory"
)

// windowsOf is an export of the registry of a Windows computer. Running programs are in none: a case that has only these is an
// answer of osquery.
func windowsOf(c *GuardCase) map[string]string {
	if !c.only([]string{"antivirus", "antispyware", "firewall", "service", "driver", "process", "credential-provider", "input-method"}, inventory.UninstallKey, inventory.MSIProductCode, inventory.WingetID) {
		return nil
	}
	running := 0
	for _, f := range c.Facts {
		if f.Vendor != "" { // a signature, and there is no program
			return nil
		}
		if f.Kind == "process" {
			running++
		}
	}
	packages := 0
	for _, a := range c.Apps {
		if a.Kind == inventory.WingetID {
			packages++
		}
	}
	switch {
	case running == len(c.Facts) && running > 0 && len(c.Apps)+len(c.Roots) == 0:
		return map[string]string{"osquery.json": osqueryOf(c)}
	case packages == len(c.Apps) && packages > 0 && len(c.Facts)+len(c.Roots) == 0:
		return map[string]string{"winget.json": wingetOf(c)}
	case packages > 0:
		return nil
	}
	return map[string]string{"export.reg": registryOf(c)}
}

const (
	regHead = "Windows Registry Editor Version 5.00\r\n"
	regSoft = `HKEY_LOCAL_MACHINE\SOFTWARE\`
	regNT   = regSoft + `Microsoft\Windows NT\CurrentVersion`
)

// reg writes keys of a registry.
type reg struct{ strings.Builder }

func (r *reg) key(path string, values ...string) {
	fmt.Fprintf(r, "\r\n[%s]\r\n", path)
	for i := 0; i+1 < len(values); i += 2 {
		name, text := values[i], values[i+1]
		switch {
		case text == "":
		case name == "":
			fmt.Fprintf(r, "@=%s\r\n", quoted(text))
		case strings.HasPrefix(text, "dword:"), strings.HasPrefix(text, "hex:"):
			fmt.Fprintf(r, "%s=%s\r\n", quoted(name), text)
		default:
			fmt.Fprintf(r, "%s=%s\r\n", quoted(name), quoted(text))
		}
	}
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// states are the numbers with which protection tells its state.
var states = map[string]string{"on": "dword:00041000", "off": "dword:00040000", "snoozed": "dword:00042000", "": "dword:00041000"}

// starts are the numbers for how a service starts.
var starts = map[string]string{"boot": "dword:00000000", "system": "dword:00000001", "automatic": "dword:00000002", "manual": "dword:00000003", "disabled": "dword:00000004", "": "dword:00000002"}

func registryOf(c *GuardCase) string {
	r := &reg{}
	r.WriteString(regHead)
	r.key(regNT, "ProductName", "Windows 11 Pro", "CurrentBuild", "26200", "SystemRoot", `C:\Windows`)
	r.key(regSoft+`Microsoft\Cryptography`, "MachineGuid", "2b3d1e5a-1111-4222-8333-0123456789ab")
	for _, a := range c.Apps {
		r.key(regSoft+`Microsoft\Windows\CurrentVersion\Uninstall\`+a.ID, "DisplayName", a.Name, "Publisher", a.Publisher, "DisplayVersion", a.Version, "UninstallString", `C:\uninstall.exe`)
	}
	for i, f := range c.Facts {
		r.fact(i, f)
	}
	for i, subject := range c.Roots {
		der := authority(subject, int64(i+1))
		blob := binary.LittleEndian.AppendUint32(nil, 32)
		blob = binary.LittleEndian.AppendUint32(blob, 1)
		blob = binary.LittleEndian.AppendUint32(blob, uint32(len(der)))
		blob = append(blob, der...)
		r.key(fmt.Sprintf(`%sMicrosoft\SystemCertificates\ROOT\Certificates\%X`, regSoft, sha1.Sum(der)), "Blob", "hex:"+strings.ReplaceAll(fmt.Sprintf("% x", blob), " ", ","))
	}
	return r.String()
}

func (r *reg) fact(i int, f GuardFact) {
	class := fmt.Sprintf("{%08X-1111-4222-8333-0123456789AB}", i+1)
	const services = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\`
	switch f.Kind {
	case "antivirus", "antispyware", "firewall":
		at := map[string]string{"antivirus": "Av", "antispyware": "As", "firewall": "Fw"}[f.Kind]
		state := states[f.State]
		if f.Definitions == "outdated" {
			state = strings.TrimSuffix(state, "00") + "10"
		}
		r.key(regSoft+`Microsoft\Security Center\Provider\`+at+`\`+class, "DISPLAYNAME", f.Name, "STATE", state, "PRODUCTEXE", f.Path)
	case "service":
		path := f.Path
		if path == "" {
			path = `C:\Windows\System32\svchost.exe -k netsvcs`
		}
		r.key(services+f.Service, "Type", "dword:00000010", "Start", starts[f.Start], "DisplayName", f.Name, "ImagePath", path, "ObjectName", "LocalSystem")
	case "driver":
		r.key(services+f.Service, "Type", "dword:00000001", "Start", starts[f.Start], "DisplayName", f.Name, "ImagePath", f.Path)
		if height, ok := strings.CutPrefix(f.Identifier, "altitude:"); ok {
			r.key(services+f.Service+`\Instances\one`, "Altitude", height)
		}
	case "credential-provider":
		r.key(regSoft+`Microsoft\Windows\CurrentVersion\Authentication\Credential Providers\`+class, "", f.Name)
		r.key(regSoft+`Classes\CLSID\`+class+`\InprocServer32`, "", f.Path)
	case "input-method":
		r.key(regSoft+`Microsoft\CTF\TIP\`+class+`\LanguageProfile\0x00000804\`+class, "Description", f.Name)
		r.key(regSoft+`Classes\CLSID\`+class+`\InprocServer32`, "", f.Path)
	}
}

// authority makes a certificate that signs itself, of a subject as "CN=…, O=…".
func authority(subject string, serial int64) []byte {
	name := pkix.Name{}
	for part := range strings.SplitSeq(subject, ", ") {
		switch key, value, _ := strings.Cut(part, "="); key {
		case "CN":
			name.CommonName = value
		case "O":
			name.Organization = []string{value}
		case "OU":
			name.OrganizationalUnit = []string{value}
		case "C":
			name.Country = []string{value}
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: name, NotBefore: time.Unix(1600000000, 0), NotAfter: time.Unix(2000000000, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return der
}
