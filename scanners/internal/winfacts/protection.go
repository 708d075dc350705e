package winfacts

import (
	"encoding/binary"
	"regexp"
	"strings"
	"time"

	"quaestor/scanners/internal/securitycenter"
	"quaestor/scanners/inventory"
)

// securityCenter reads what registered itself as protection with Windows Security Center.
func (c *Collector) securityCenter() {
	for _, p := range []struct{ key, kind string }{{"Av", "antivirus"}, {"As", "antispyware"}, {"Fw", "firewall"}} {
		c.each(`HKLM\SOFTWARE\Microsoft\Security Center\Provider\`+p.key, func(e entry) {
			name := plain(e.text("DISPLAYNAME"))
			fact := inventory.SecurityProduct{Kind: p.kind, Name: first(name, e.name), Identifier: e.name,
				Path: c.env.image(first(e.text("REPORTINGEXE"), e.text("PRODUCTEXE")))}
			if code, ok := e.number("STATE"); ok {
				securitycenter.Decode(uint32(code)).Fill(&fact)
			}
			if at := e.key.Modified(); !at.IsZero() {
				fact.UpdatedAt = &at
			}
			c.product(fact, e.path)
		})
	}
}

const (
	defenderKey    = `HKLM\SOFTWARE\Microsoft\Windows Defender`
	defenderPolicy = `HKLM\SOFTWARE\Policies\Microsoft\Windows Defender`
)

// platformVersion is the folder of the version that runs.
var platformVersion = regexp.MustCompile(`^[0-9]+(\.[0-9]+){3}`)

// defender reads the state of the protection that belongs to Windows. On is only said where the system noted that it runs.
func (c *Collector) defender() {
	c.read(defenderKey, func(e entry) {
		p := inventory.SecurityProduct{Kind: "built-in", Name: e.name, Identifier: "Windows Defender", Service: "WinDefend"}
		p.Version = platformVersion.FindString(base(e.text("InstallLocation")))
		if e.is("IsServiceRunning", 1) {
			p.State = "on"
		}
		if c.switchedOff(e) {
			p.State = "off"
		}
		if sub, ok := c.below(e, "Signature Updates"); ok {
			p.UpdatedAt = fileTime(sub, "AVSignatureApplied", "ASSignatureApplied", "SignaturesLastUpdated")
			sub.key.Close()
		}
		c.product(p, e.path)
	})
}

// switchedOff reports whether a setting or a policy turns the protection off.
func (c *Collector) switchedOff(e entry) bool {
	off := e.is("DisableAntiSpyware", 1) || e.is("DisableAntiVirus", 1)
	check := func(e entry) {
		off = off || e.is("DisableAntiSpyware", 1) || e.is("DisableAntiVirus", 1) || e.is("DisableRealtimeMonitoring", 1)
	}
	for _, path := range []string{defenderPolicy, defenderPolicy + `\Real-Time Protection`, defenderKey + `\Real-Time Protection`} {
		c.read(path, check)
	}
	return off
}

// fileTime is the first of some values that holds a time as Windows writes it.
func fileTime(e entry, names ...string) *time.Time {
	for _, name := range names {
		for _, v := range e.values {
			if !strings.EqualFold(v.Name, name) || len(v.Data) != 8 {
				continue
			}
			const epoch, year = 116444736000000000, 365 * 24 * 3600 * 10_000_000
			if t := binary.LittleEndian.Uint64(v.Data); t > epoch && t < epoch+200*year {
				at := time.Unix(int64((t-epoch)/10_000_000), 0).UTC()
				return &at
			}
		}
	}
	return nil
}

// firewall reads whether the firewall of Windows is on, for each kind of network. A policy goes before what is set.
func (c *Collector) firewall() {
	for _, profile := range []struct{ set, policy string }{{"DomainProfile", "DomainProfile"}, {"StandardProfile", "PrivateProfile"}, {"PublicProfile", "PublicProfile"}} {
		for _, path := range []string{
			`HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\` + profile.policy, `HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\` + profile.set,
			servicesKey + `\SharedAccess\Parameters\FirewallPolicy\` + profile.set,
		} {
			e, ok := c.open(path)
			if !ok {
				continue
			}
			e.key.Close()
			n, ok := e.number("EnableFirewall")
			if !ok {
				continue
			}
			p := inventory.SecurityProduct{Kind: "built-in", Name: "Windows Firewall", Service: "mpssvc", Identifier: "firewall:" + profile.policy, State: "off"}
			p.ID = inventory.FactID("security", c.Device, p.Kind, p.Identifier) // three states of one service
			if n != 0 {
				p.State = "on"
			}
			c.product(p, path)
			break
		}
	}
}
