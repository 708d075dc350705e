package main

import (
	"fmt"
	"html"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// macOf is the volume of a Mac with what a case names: bundles, the list of system extensions, jobs of launchd.
func macOf(c *GuardCase) map[string]string {
	if !c.only([]string{"system-extension", "launch-daemon", "launch-agent", "input-method", "built-in", "firewall"}, inventory.MacBundle) {
		return nil // a receipt alone is the trace of a package that may be gone
	}
	files := map[string]string{"etc/passwd": "root:*:0:0::/var/root:/bin/sh\n",
		"System/Library/CoreServices/SystemVersion.plist": plistOf("ProductName", "macOS", "ProductVersion", "26", "ProductBuildVersion", "25A354")}
	for _, a := range c.Apps {
		version := a.Version
		if version == "" {
			version = "1.0"
		}
		files[path.Join("Applications", a.Name+".app", "Contents/Info.plist")] = plistOf("CFBundleIdentifier", a.ID, "CFBundleName", a.Name, "CFBundleShortVersionString", version, "CFBundlePackageType", "APPL", "CFBundleExecutable", a.Name)
	}
	extensions := ""
	for _, f := range c.Facts {
		switch f.Kind {
		case "system-extension":
			extensions += extensionOf(f)
		case "launch-daemon", "launch-agent":
			folder := map[string]string{"launch-daemon": "Library/LaunchDaemons/", "launch-agent": "Library/LaunchAgents/"}[f.Kind]
			files[folder+f.Identifier+".plist"] = plistOf("Label", f.Identifier, "Program", "/usr/local/libexec/"+f.Identifier)
		case "input-method":
			files[strings.TrimPrefix(f.Path, "/")+"/Contents/Info.plist"] = plistOf("CFBundleIdentifier", f.Identifier, "CFBundleName", f.Name, "CFBundlePackageType", "APPL")
		case "built-in":
			files["Library/Apple/System/Library/CoreServices/"+f.Name+".bundle/Contents/Info.plist"] = plistOf("CFBundleIdentifier", f.Identifier, "CFBundleShortVersionString", f.Version)
		case "firewall":
			files["Library/Preferences/com.apple.alf.plist"] = plistHead + "<dict><key>globalstate</key><integer>" + f.StateCode + "</integer></dict></plist>"
		}
	}
	if extensions != "" {
		files["Library/SystemExtensions/db.plist"] = plistHead + "<dict><key>extensions</key><array>" + extensions + "</array></dict></plist>"
	}
	return files
}

const plistHead = `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0">`

func plistOf(pairs ...string) string { return plistHead + dict(pairs...) + "</plist>" }

func dict(pairs ...string) string {
	var b strings.Builder
	b.WriteString("<dict>")
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&b, "<key>%s</key><string>%s</string>", pairs[i], html.EscapeString(pairs[i+1]))
	}
	return b.String() + "</dict>"
}

// extensionOf is a row of the list of system extensions, with the categories that give what a case says the extension may do.
func extensionOf(f GuardFact) string {
	state := map[string]string{"enabled": "activated_enabled", "waiting": "activated_waiting_for_user"}[f.State]
	categories := ""
	for _, c := range []struct{ name, privilege string }{{"com.apple.system_extension.endpoint_security", "endpoint-security"}, {"com.apple.system_extension.network_extension", "network-filter"}, {"com.apple.system_extension.network_extension", "vpn"}} {
		if slices.Contains(f.Privileges, c.privilege) && !strings.Contains(categories, c.name) {
			categories += "<string>" + c.name + "</string>"
		}
	}
	row := strings.TrimSuffix(dict("identifier", f.Identifier, "teamID", f.Team, "state", state), "</dict>")
	return row + "<key>categories</key><array>" + categories + "</array><key>container</key>" + dict("bundlePath", "/Applications/None.app") + "</dict>"
}
