package listing

import (
	"strings"

	"quaestor/scanners/internal/records"
)

// shape is a kind of list, told by its columns.
type shape struct {
	is    func(r records.Record) bool
	read  func(c *computer, r records.Record)
	whole string // name of the kind, where a computer has only one list of it
}

// shapes lists the kinds of list, the more particular first. (A function, because reading refers to it.)
func shapes() []shape {
	return []shape{
		{isWingetExport, readWingetExport, "winget export"},
		{isSecurityCenter, readSecurityCenter, ""},
		{isDefender, readDefender, "Get-MpComputerStatus"},
		{isAppx, readAppx, "Get-AppxPackage"},
		{isCertificate, readCertificate, ""},
		{isTask, readTask, "Get-ScheduledTask"},
		{isUninstall, readUninstall, ""},
		{isPackage, readPackage, "Get-Package"},
		{isDriverQuery, readDriverQuery, "driverquery"},
		{isWin32Service, readWin32Service, ""},
		{isService, readService, "Get-Service"},
		{isFirewall, readFirewall, "Get-NetFirewallProfile"},
		{isHotFix, readHotFix, "Get-HotFix"},
		{isSystem, readSystem, "Win32_OperatingSystem"},
		{isWin32Product, readWin32Product, "Win32_Product"},
	}
}

var known = shapes()

func shapeOf(r records.Record) *shape {
	for i := range known {
		if known[i].is(r) {
			return &known[i]
		}
	}
	return nil
}

// notes are columns that PowerShell and WMI add to any object.
var notes = []string{"PSComputerName", "RunspaceId", "PSShowComputerName", "__GENUS", "__CLASS", "__SUPERCLASS", "__DYNASTY", "__RELPATH", "__PROPERTY_COUNT", "__DERIVATION",
	"__SERVER", "__NAMESPACE", "__PATH", "Node", "CimClass", "CimInstanceProperties", "CimSystemProperties", "PSStatus", "Scope", "Path", "Options", "ClassPath", "Properties", "SystemProperties",
	"Qualifiers", "Site", "Container", "ComputerName", "CSName", "Hostname", "MachineName", "SystemName"}

// guid reports whether a text is a GUID in braces.
func guid(s string) bool {
	if len(s) != 38 || s[0] != '{' || s[37] != '}' {
		return false
	}
	for i, c := range s[1:37] {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdefABCDEF", c) {
				return false
			}
		}
	}
	return true
}
