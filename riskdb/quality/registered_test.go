package main

import (
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestRegistered: names under which security software registers itself, or stands among the programs of Windows, find the product of its own maker.
func TestRegistered(t *testing.T) {
	db, policies := loaded(t)
	for _, c := range []struct{ name, publisher, product string }{
		{"TotalAV", "", "totalav"}, {"RAV Endpoint Protection", "", "rav-endpoint"}, {"PRO32 Total Security", "", "pro32"}, {"Ikarus anti.virus", "", "ikarus-antivirus"},
		{"Stormshield Endpoint Security Evolution", "", "stormshield-endpoint"}, {"亚信安全防毒墙网络版客户机", "", "asiainfo-officescan"}, {"安天智甲终端防御系统", "", "antiy"},
		{"Trellix Endpoint Security", "Musarubra US LLC.", "trellix-endpoint"}, {"Trellix Endpoint Security Threat Prevention", "Musarubra US LLC.", "trellix-endpoint"}, {"Trellix Agent", "Musarubra US LLC.", "trellix-endpoint"},
		{"McAfee VirusScan Enterprise", "McAfee, Inc.", "mcafee"}, {"McAfee Endpoint Security Threat Prevention", "McAfee, LLC.", "mcafee"},
		{"Carbon Black Cloud Sensor 64-bit", "VMware, Inc.", "carbon-black"}, {"Cb Defense Sensor 64-bit", "VMware, Inc.", "carbon-black"}, {"Cylance PROTECT with OPTICS", "", "cylance"},
		{"WithSecure Elements EPP for Computers", "", "withsecure"}, {"BullGuard Antivirus", "", "bullguard"}, {"Webroot AntiVirus with Spy Sweeper", "", "webroot"}, {"Immunet", "", "immunet"},
		{"Cisco AMP for Endpoints", "", "cisco-amp"}, {"WatchGuard Endpoint Security", "", "panda"}, {"Elastic Security", "", "elastic"}, {"CryptoPro CSP", "Crypto-Pro LLC", "cryptopro-csp"},
		{"КриптоПро CSP", "Компания КриптоПро", "cryptopro-csp"}, {"ViPNet Client", "ИнфоТеКС", "vipnet-client"}, {"Radmin VPN 1.4.2", "Famatech", "radmin-vpn"}, {"DameWare Mini Remote Control", "SolarWinds", "dameware"},
		{"Kaseya Agent", "Kaseya", "kaseya-vsa"}, {"Datto RMM", "Datto", "datto-rmm"}, {"N-able Windows Agent", "N-able", "n-able-windows-agent"}, {"Ivanti Secure Access Client", "Ivanti", "ivanti-secure-access"},
		{"Pulse Secure", "Pulse Secure, LLC", "ivanti-secure-access"}, {"GoTo Resolve Unattended", "GoTo", "goto-resolve"}, {"2345安全卫士", "2345", "2345-safe"}, {"网易UU远程", "网易", "uu-remote"},
	} {
		if got := guardsFor(db, policies, inventory.App{IdentifierKind: inventory.UninstallKey, Identifier: "{B7ECF8CD-0188-6703-DBA4-AA65C6ACFB0A}", Platform: inventory.Windows, Name: c.name, Publisher: c.publisher}); got != c.product {
			t.Errorf("%s of %s: %q, not %q", c.name, c.publisher, got, c.product)
		}
	}
	for _, name := range []string{"Pulse Audio", "Lookout Software", "VNC Viewer", "TotalAV Removal Helper for Schools", "Norman Rockwell Gallery", "Heimdal Kerberos", "Spybot Anti-Beacon", "nftables Cookbook", "RAV Recipes"} {
		if got := guardsFor(db, policies, inventory.App{IdentifierKind: inventory.UninstallKey, Identifier: "{B7ECF8CD-0188-6703-DBA4-AA65C6ACFB0A}", Platform: inventory.Windows, Name: name}); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestPackages: packages of Linux that are security software or let others in, and of winget and the Microsoft Store; clients are none.
func TestPackages(t *testing.T) {
	db, policies := loaded(t)
	for _, c := range []struct {
		kind    inventory.IdentifierKind
		id      string
		product string
	}{
		{inventory.DebPackage, "xrdp", "xrdp"}, {inventory.RPMPackage, "xrdp", "xrdp"}, {inventory.DebPackage, "x11vnc", "x11vnc"}, {inventory.DebPackage, "tigervnc-standalone-server", "tigervnc-server"},
		{inventory.RPMPackage, "tigervnc-server", "tigervnc-server"}, {inventory.DebPackage, "tightvncserver", "tightvnc"}, {inventory.DebPackage, "openvpn", "openvpn"}, {inventory.DebPackage, "strongswan", "strongswan"},
		{inventory.DebPackage, "wireguard-tools", "wireguard"}, {inventory.RPMPackage, "wireguard-tools", "wireguard"}, {inventory.DebPackage, "ufw", "ufw"}, {inventory.RPMPackage, "firewalld", "firewalld"},
		{inventory.DebPackage, "nftables", "nftables"}, {inventory.DebPackage, "fail2ban", "fail2ban"}, {inventory.DebPackage, "chkrootkit", "chkrootkit"}, {inventory.DebPackage, "rkhunter", "rkhunter"},
		{inventory.DebPackage, "clamav", "clamav"}, {inventory.DebPackage, "lynis", "lynis"}, {inventory.DebPackage, "anydesk", "anydesk"}, {inventory.DebPackage, "rustdesk", "rustdesk"}, {inventory.DebPackage, "teamviewer", "teamviewer"},
		{inventory.DebPackage, "remmina", ""}, {inventory.DebPackage, "tigervnc-viewer", ""}, {inventory.DebPackage, "xtightvncviewer", ""}, {inventory.DebPackage, "openssh-client", ""}, {inventory.DebPackage, "network-manager-openvpn", ""},
		{inventory.WingetID, "GlavSoft.TightVNC", "tightvnc"}, {inventory.WingetID, "uvncbvba.UltraVNC", "ultravnc"}, {inventory.WingetID, "NoMachine.NoMachine", "nomachine"}, {inventory.WingetID, "RealVNC.VNCServer", "realvnc-connect"},
		{inventory.WingetID, "Splashtop.SplashtopStreamer", "splashtop"}, {inventory.WingetID, "Nanosystems.Supremo", "supremo"}, {inventory.WingetID, "DucFabulous.UltraViewer", "ultraviewer"}, {inventory.WingetID, "AirDroid.AirDroid", "airdroid"},
		{inventory.WingetID, "Parsec.Parsec", "parsec"}, {inventory.WingetID, "Zoho.ZohoAssist", "zoho-assist"}, {inventory.WingetID, "MMSOFTDesign.Pulseway", "pulseway"}, {inventory.WingetID, "Wazuh.WazuhAgent", "wazuh"},
		{inventory.WingetID, "TeamViewer.TeamViewer.QuickSupport", "teamviewer"}, {inventory.WingetID, "NetEase.UURemote", "uu-remote"}, {inventory.WingetID, "LastPass.LastPass", "lastpass"}, {inventory.WingetID, "Dashlane.Dashlane", "dashlane"},
		{inventory.WingetID, "RealVNC.VNCConnect.Viewer", ""}, {inventory.WingetID, "McAfee.MCPR", ""},
	} {
		system := inventory.Linux
		if c.kind == inventory.WingetID {
			system = inventory.Windows
		}
		if got := guardsFor(db, policies, inventory.App{IdentifierKind: c.kind, Identifier: c.id, Platform: system, Name: c.id}); got != c.product {
			t.Errorf("%s %s: %q, not %q", c.kind, c.id, got, c.product)
		}
	}
}

// TestStorePackages: packages of the Microsoft Store, and of winget, that are no security software find their product too.
func TestStorePackages(t *testing.T) {
	db, policies := loaded(t)
	for id, product := range map[string]string{"TencentWeChatLimited.forWindows10": "wechat", "903DB504.QQ": "qq", "A025C540.Yandex.Music": "yandex-music", "0C72C7CD.Beta": "iqiyi", "C6965DD5.VK": "vk",
		"BytedancePte.Ltd.TikTok": "tiktok", "903DB504.Other": "", "Microsoft.WindowsStore": ""} {
		a := riskdb.Assess(db, policies, withApp(inventory.App{IdentifierKind: inventory.MSIXFamily, Identifier: id, Platform: inventory.Windows, Name: "An App"}), db.Version().Date)
		found := ""
		for _, f := range a.Findings {
			if f.Subject.Product != nil {
				found = f.Subject.Product.ID
			}
		}
		if found != product {
			t.Errorf("%s: %q, not %q", id, found, product)
		}
	}
}

func loaded(t *testing.T) (*riskdb.DB, riskdb.Policies) {
	t.Helper()
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	return db, policies
}

func withApp(app inventory.App) *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "device", Platform: app.Platform}}
	app.ID, app.Device = inventory.AppID("device", app.IdentifierKind, app.Identifier), "device"
	inv.Apps = []inventory.App{app}
	return inv
}

// guardsFor is the security software that a computer with one app is found to have.
func guardsFor(db *riskdb.DB, policies riskdb.Policies, app inventory.App) (products string) {
	for _, s := range riskdb.Assess(db, policies, withApp(app), db.Version().Date).Security {
		if s.Product != nil && s.Recognised {
			products += s.Product.ID
		}
	}
	return products
}
