package winfacts

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

// guid is how Windows writes the number of a machine.
var guid = regexp.MustCompile(`^\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?$`)

// Device is what the registry says of the computer itself. Its ID is empty where the registry does not have the number of the
// machine, as when only the hive of an account is there; whoever opened it then finds another.
func Device(reg winreg.Registry) inventory.Device {
	d := inventory.Device{Platform: inventory.Windows}
	if k, err := reg.Open(`HKLM\SOFTWARE\Microsoft\Cryptography`); err == nil {
		v, _ := winreg.Get(k, "MachineGuid")
		k.Close()
		if id := strings.ToLower(strings.TrimSpace(v.Text())); guid.MatchString(id) {
			d.ID = MachineID(id)
		}
	}
	d.Name = computerName(reg)
	if k, err := reg.Open(windowsNT); err == nil {
		values, _ := k.Values()
		k.Close()
		version(&d, entry{values: values})
	}
	d.Arch = processor(reg)
	d.Manufacturer, d.Model = maker(reg)
	d.Users = deviceUsers(reg)
	return d
}

// MachineID is the identifier of a computer by the number that Windows gave it on installation. Like that of Linux the number
// itself stays on the computer: only a keyed hash of it is kept.
func MachineID(machineGUID string) string {
	mac := hmac.New(sha256.New, []byte(strings.ToLower(strings.Trim(machineGUID, "{} "))))
	mac.Write([]byte("quaestor device"))
	return inventory.DeviceID(inventory.Windows, "machine-guid", hex.EncodeToString(mac.Sum(nil)))
}

func computerName(reg winreg.Registry) string {
	for _, at := range [][2]string{
		{`HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName`, "ComputerName"},
		{`HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`, "Hostname"},
	} {
		k, err := reg.Open(at[0])
		if err != nil {
			continue
		}
		v, _ := winreg.Get(k, at[1])
		k.Close()
		if name := strings.TrimSpace(v.Text()); name != "" {
			return inventory.Text(name)
		}
	}
	return ""
}

// version reads name, version and edition. Windows 11 still calls itself Windows 10 here; its builds begin at 22000.
func version(d *inventory.Device, e entry) {
	d.OSName = inventory.Text(e.text("ProductName"))
	build := e.text("CurrentBuildNumber")
	if build == "" {
		build = e.text("CurrentBuild")
	}
	major, isTen := e.number("CurrentMajorVersionNumber")
	minor, _ := e.number("CurrentMinorVersionNumber")
	d.OSVersion = e.text("CurrentVersion") // 6.3 and earlier
	if isTen {
		d.OSVersion = fmt.Sprintf("%d.%d", major, minor)
		if len(build) == 5 && build >= "22000" && !strings.Contains(d.OSName, "Server") {
			d.OSName = strings.Replace(d.OSName, "Windows 10", "Windows 11", 1)
		}
	}
	if build != "" {
		d.OSVersion += "." + build
		d.OSBuild = build
		if ubr, ok := e.number("UBR"); ok {
			d.OSBuild = fmt.Sprintf("%s.%d", build, ubr)
			d.OSVersion += fmt.Sprintf(".%d", ubr)
		}
	}
	d.OSVersion, d.OSBuild = inventory.Text(d.OSVersion), inventory.Text(d.OSBuild)
	for _, name := range []string{"DisplayVersion", "ReleaseId", "EditionID", "InstallationType"} {
		if v := e.text(name); v != "" {
			if d.Properties == nil {
				d.Properties = map[string]string{}
			}
			d.Properties["windows."+name] = inventory.Text(v)
		}
	}
}

// processor is the architecture in the words of the other systems.
func processor(reg winreg.Registry) string {
	k, err := reg.Open(`HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`)
	if err != nil {
		return ""
	}
	defer k.Close()
	v, _ := winreg.Get(k, "PROCESSOR_ARCHITECTURE")
	switch arch := strings.ToUpper(v.Text()); arch {
	case "AMD64":
		return "x86_64"
	case "ARM64":
		return "aarch64"
	case "X86":
		return "i686"
	default:
		return inventory.Text(v.Text())
	}
}

func maker(reg winreg.Registry) (manufacturer, model string) {
	k, err := reg.Open(`HKLM\SYSTEM\CurrentControlSet\Control\SystemInformation`)
	if err != nil {
		return "", ""
	}
	defer k.Close()
	m, _ := winreg.Get(k, "SystemManufacturer")
	p, _ := winreg.Get(k, "SystemProductName")
	return inventory.Text(strings.TrimSpace(m.Text())), inventory.Text(strings.TrimSpace(p.Text()))
}
