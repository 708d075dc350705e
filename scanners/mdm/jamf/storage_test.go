package jamf

import (
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

func management(t *testing.T, name, text string) *inventory.Management {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	inv := scantest.Scan(t, New(), path)
	if len(inv.Devices) != 1 || len(scantest.Gaps(inv, inventory.GapMalformed)) != 0 {
		t.Fatalf("%+v %+v", inv.Devices, inv.Gaps)
	}
	return inv.Devices[0].Management
}

// TestFileVault: whether the disk of a Mac is encrypted stands in its partitions, in one form or another.
func TestFileVault(t *testing.T) {
	const general = `<general><id>1</id><name>Mac</name><serial_number>C02</serial_number><udid>4A5B6C7D-0000-1111-2222-333344445555</udid></general>`
	const json = `{"computer":{"general":{"id":1,"name":"Mac","serial_number":"C02","udid":"u"},"hardware":{"storage":`
	for text, want := range map[string]string{
		`<computer>` + general + `<hardware><storage><device><disk>disk0</disk><partition><name>Macintosh HD (Boot Partition)</name><type>boot</type><filevault_status>Not Encrypted</filevault_status><filevault2_status>Not Encrypted</filevault2_status></partition></device></storage></hardware></computer>`:                                  "false",
		`<computer>` + general + `<hardware><storage><device><partitions><partition><name>Data</name><type>other</type><filevault_status>Not Encrypted</filevault_status></partition><partition><name>M</name><type>boot</type><filevault2_status>Encrypted</filevault2_status></partition></partitions></device></storage></hardware></computer>`: "true",
		json + `[{"disk":"disk0","partition":{"name":"M","type":"boot","filevault_status":"Not Encrypted","filevault2_status":"Not Encrypted"}}]}}}`:                                                                                                                                                                                               "false",
		json + `[{"disk":"disk0","partitions":[{"name":"M (Boot Partition)","type":"boot","filevault2_status":"Encrypted"},{"name":"N","type":"other","filevault2_status":"Not Encrypted"}]}]}}}`:                                                                                                                                                  "true",
		json + `{"disk":"disk0","partitions":[{"name":"M","type":"other","filevault2_status":"Encrypted"},{"name":"N","type":"other","filevault2_status":"Not Encrypted"}]}}}}`:                                                                                                                                                                    "false",
		json + `[]}}}`: "",
		`{"totalCount":1,"results":[{"id":"1","udid":"u","general":{"name":"Mac","lastContactTime":"2026-11-01T00:00:00Z"},"storage":{"disks":[{"partitions":[{"name":"M","partitionType":"BOOT","fileVault2State":"UNENCRYPTED"}]}]}}]}`: "false",
		`{"totalCount":1,"results":[{"id":"1","udid":"u","general":{"name":"Mac","lastContactTime":"2026-11-01T00:00:00Z"},"diskEncryption":{"bootPartitionEncryptionDetails":{"partitionFileVault2State":"DECRYPTED"}}}]}`:               "false",
	} {
		if got := truth(management(t, "mac", text).Encrypted); got != want {
			t.Errorf("%q, want %q: %s", got, want, text)
		}
	}
}

// TestDataProtection: an iPhone without a passcode does not protect its data, and is encrypted all the same.
func TestDataProtection(t *testing.T) {
	classic := func(lock string) string {
		return `<mobile_device><general><id>1</id><name>P</name><serial_number>F2L</serial_number><udid>00008110-001A2C3E0E12801E</udid></general><security>` + lock + `</security></mobile_device>`
	}
	pro := func(lock string) string {
		return `{"totalCount":1,"results":[{"mobileDeviceId":"1","deviceType":"iOS","general":{"udid":"00008110-001A2C3E0E12801E"},"security":{` + lock + `}}]}`
	}
	for text, want := range map[string]string{
		classic(`<data_protection>false</data_protection>`):                                           " false",
		classic(`<data_protection>true</data_protection><passcode_present>true</passcode_present>`):   "true true",
		classic(`<data_protection>false</data_protection><passcode_present>false</passcode_present>`): " false",
		classic(``): " ",
		pro(`"dataProtected":false,"passcodePresent":false`): " false",
		pro(`"dataProtected":true`):                          "true ",
		"Display Name,Serial Number,UDID,Last Inventory Update,Data Protection,Passcode Status\nP,F2L,00008110-001A2C3E0E12801E,2026-11-01,Not Enabled,Not Present\n": " false",
	} {
		m := management(t, "phone", text)
		if got := truth(m.Encrypted) + " " + truth(m.Passcode); got != want {
			t.Errorf("%q, want %q: %s", got, want, text)
		}
	}
}
