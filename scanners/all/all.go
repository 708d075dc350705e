// Package all is the one readable list of scanners. A test compares it with the folders, another one the table in
// scanners/README.md with it.
package all

//go:generate go run ./generate

import (
	"quaestor/scanners"
	"quaestor/scanners/android/adb"
	"quaestor/scanners/android/androidqf"
	"quaestor/scanners/android/bugreport"
	"quaestor/scanners/android/dumpsys"
	"quaestor/scanners/android/packages"
	"quaestor/scanners/apk"
	"quaestor/scanners/browser/chromium"
	"quaestor/scanners/browser/firefox"
	"quaestor/scanners/browser/profile"
	"quaestor/scanners/browser/safari"
	"quaestor/scanners/host/alpine"
	"quaestor/scanners/host/appimage"
	"quaestor/scanners/host/authorities"
	"quaestor/scanners/host/desktop"
	"quaestor/scanners/host/dpkg"
	"quaestor/scanners/host/editors"
	"quaestor/scanners/host/flatpak"
	"quaestor/scanners/host/homebrew"
	"quaestor/scanners/host/image"
	"quaestor/scanners/host/inputs"
	"quaestor/scanners/host/osquery"
	"quaestor/scanners/host/packagefile"
	"quaestor/scanners/host/pacman"
	"quaestor/scanners/host/processes"
	"quaestor/scanners/host/protection"
	"quaestor/scanners/host/rpm"
	"quaestor/scanners/host/snap"
	hostsoftware "quaestor/scanners/host/software"
	"quaestor/scanners/host/system"
	"quaestor/scanners/host/vpn"
	"quaestor/scanners/ios/app"
	"quaestor/scanners/ios/appstore"
	"quaestor/scanners/ios/backup"
	"quaestor/scanners/ios/listing"
	"quaestor/scanners/ios/paths"
	"quaestor/scanners/ios/privacyreport"
	"quaestor/scanners/ios/sysdiagnose"
	"quaestor/scanners/ios/usbmux"
	macapp "quaestor/scanners/macos/app"
	"quaestor/scanners/macos/applications"
	maclisting "quaestor/scanners/macos/listing"
	"quaestor/scanners/macos/mobileconfig"
	"quaestor/scanners/macos/profiles"
	"quaestor/scanners/macos/receipts"
	"quaestor/scanners/macos/security"
	"quaestor/scanners/macos/systemprofiler"
	"quaestor/scanners/mdm/amapi"
	mdmapple "quaestor/scanners/mdm/apple"
	"quaestor/scanners/mdm/google"
	"quaestor/scanners/mdm/intune"
	"quaestor/scanners/mdm/jamf"
	"quaestor/scanners/mdm/mapped"
	"quaestor/scanners/mdm/workspaceone"
	"quaestor/scanners/saved"
	"quaestor/scanners/sbom"
	"quaestor/scanners/sbom/software"
	"quaestor/scanners/windows/appx"
	"quaestor/scanners/windows/hives"
	"quaestor/scanners/windows/installer"
	windowslisting "quaestor/scanners/windows/listing"
	"quaestor/scanners/windows/program"
	"quaestor/scanners/windows/regfile"
	"quaestor/scanners/windows/registry"
	winsecurity "quaestor/scanners/windows/security"
	"quaestor/scanners/windows/tasks"
)

// Scanners returns every scanner. Where two recognise the same source, the first in this list gets it, so the
// more particular stands before the more general.
func Scanners() []scanners.Scanner {
	list := []scanners.Scanner{
		saved.Scanner{},
		sbom.New(),
		androidqf.New(),
		bugreport.New(),
		backup.New(),
		apk.New(),
		app.New(),
		macapp.New(),
		dumpsys.New(),
		packages.New(),
		appstore.New(),
		listing.New(),
		privacyreport.New(),
		sysdiagnose.New(),
		paths.New(),
		windowslisting.New(),
		regfile.Scanner{},
		installer.Scanner{},
		program.Scanner{},
		amapi.New(),
		mdmapple.New(),
		jamf.New(),
		google.New(),
		osquery.New(),
		system.Scanner{},
		dpkg.Scanner{},
		rpm.Scanner{},
		alpine.Scanner{},
		pacman.Scanner{},
		flatpak.Scanner{},
		snap.Scanner{},
		desktop.Scanner{},
		processes.Scanner{},
		authorities.Scanner{},
		protection.Scanner{},
		vpn.Scanner{},
		inputs.Scanner{},
		appimage.Scanner{},
		homebrew.Scanner{},
		hostsoftware.Scanner{},
		applications.New(),
		receipts.Scanner{},
		security.New(),
		profiles.Scanner{},
		systemprofiler.Scanner{},
		mobileconfig.Scanner{},
		intune.New(),
		maclisting.Scanner{},
		winsecurity.New(),
		tasks.Scanner{},
		appx.Scanner{},
		chromium.Scanner{},
		firefox.Scanner{},
		safari.New(),
		profile.Scanner{},
		registry.New(),
		hives.New(),
		editors.Scanner{},
		workspaceone.Scanner{},
		adb.New(adb.Options{}),
		usbmux.New(),
		packagefile.New(),
		software.New(),
	}
	list = append(list, image.New(list...)) // which lets those before it look into images of computers
	return append(list, mapped.New())       // which gets what no other recognises
}
