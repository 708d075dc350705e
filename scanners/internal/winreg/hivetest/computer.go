package hivetest

import (
	"testing"

	"quaestor/scanners/internal/winreg"
)

// Computer is the registry of a small computer of Windows: programs in both views and of one account, updates, a service, a
// driver and registered protection, with names in several scripts. Its hives are the keys HKLM\SOFTWARE, HKLM\SYSTEM, HKU\anna
// and HKU\classes.
func Computer(t testing.TB) *winreg.Recorded {
	t.Helper()
	return Fill(t, `
		[HKLM\SOFTWARE\Classes]
		[HKLM\SOFTWARE\Microsoft\Cryptography]
		MachineGuid=0fedcba9-8765-4321-8000-1234567890ab
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion]
		ProductName=Windows 10 Pro
		CurrentBuildNumber=19045
		CurrentMajorVersionNumber=#10
		CurrentMinorVersionNumber=#0
		UBR=#4651
		[HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-21-1-2-3-1001]
		ProfileImagePath=C:\Users\anna
		[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\7-Zip]
		DisplayName=7-Zip 24.08 (x64)
		DisplayVersion=24.08
		Publisher=Igor Pavlov
		UninstallString="C:\Program Files\7-Zip\Uninstall.exe"
		[HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\KB5011048]
		DisplayName=Update
		[HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\{1C6A4F48-8BD2-4D7C-A7E1-0F5E3A8F0B11}]
		DisplayName=Пример Антивирус
		DisplayVersion=21.3
		Publisher=АО «Пример»
		[HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\示例卫士]
		DisplayName=示例安全卫士
		DisplayVersion=13.0
		[HKLM\SOFTWARE\Microsoft\Security Center\Provider\Av\{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}]
		DISPLAYNAME=Пример Антивирус
		STATE=#0x61110
		REPORTINGEXE=C:\Program Files (x86)\Example\wsc.exe
		[HKLM\SYSTEM\Select]
		Current=#2
		[HKLM\SYSTEM\ControlSet002\Control\ComputerName\ComputerName]
		ComputerName=DESK-7
		[HKLM\SYSTEM\ControlSet002\Services\exampleav]
		Type=#16
		Start=#2
		DisplayName=Пример Антивирус
		ImagePath="C:\Program Files (x86)\Example\av.exe" -service
		[HKLM\SYSTEM\ControlSet002\Services\exampleflt]
		Type=#2
		Start=#0
		ImagePath=\SystemRoot\System32\drivers\exampleflt.sys
		[HKLM\SYSTEM\ControlSet002\Services\exampleflt\Instances\one]
		Altitude=328999
		[HKU\anna\Environment]
		[HKU\anna\Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders]
		AppData=C:\Users\anna\AppData\Roaming
		[HKU\anna\Software\Microsoft\Windows\CurrentVersion\Uninstall\Chat]
		DisplayName=Чат
		DisplayVersion=2.0
		[HKU\classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages\Example.Chat_2.1.0.0_x64__0123456789abc]
		DisplayName=聊天`)
}

// places are where the hives of Computer lie on a volume.
var places = map[string]string{
	"Windows/System32/config/SOFTWARE":                        `HKLM\SOFTWARE`,
	"Windows/System32/config/SYSTEM":                          `HKLM\SYSTEM`,
	"Users/anna/NTUSER.DAT":                                   `HKU\anna`,
	"Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat": `HKU\classes`,
}

// Volume is the files of a copied volume of Computer, by their paths.
func Volume(t testing.TB) map[string]string {
	t.Helper()
	return volume(func(reg winreg.Registry, path string) []byte { return Build(t, reg, path, Options{}) }, Computer(t))
}

// VolumeByHivex is Volume with hives that libhivex wrote.
func VolumeByHivex(t testing.TB) map[string]string {
	t.Helper()
	return volume(func(reg winreg.Registry, path string) []byte { return ByHivex(t, reg, path) }, Computer(t))
}

func volume(write func(winreg.Registry, string) []byte, reg winreg.Registry) map[string]string {
	files := map[string]string{}
	for file, path := range places {
		files[file] = string(write(reg, path))
	}
	return files
}
