package exporttest

import (
	"bufio"
	"fmt"
	"io"
)

// intuneApp is an app as Intune names it.
type intuneApp struct{ name, publisher, version, platform string }

// intuneApps are apps that fleets have; the others are made up.
var intuneApps = []intuneApp{
	{"Microsoft Edge", "Microsoft Corporation", "131.0.2903.51", "Windows"},
	{"Microsoft Teams", "Microsoft", "24295.605.3225.8804", "Windows"},
	{"7-Zip 24.08 (x64)", "Igor Pavlov", "24.08", "Windows"},
	{"Mozilla Firefox (x64 en-US)", "Mozilla", "132.0.2", "Windows"},
	{"WeChat", "Tencent Technology (Shenzhen) Company Limited", "3.9.12.17", "Windows"},
	{"Kaspersky Endpoint Security for Windows", "AO Kaspersky Lab", "12.3.0.493", "Windows"},
	{"Zoom Workplace (64-bit)", "Zoom Communications, Inc.", "6.2.7.49583", "Windows"},
	{"Microsoft.WindowsCalculator", "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US", "11.2409.0.0", "Windows"},
}

// IntuneAppsPerDevice is how many apps a device has in the exports of Intune, on average.
const IntuneAppsPerDevice = 80

// intuneNth is the app of a number.
func intuneNth(n int) intuneApp {
	if n < len(intuneApps) {
		return intuneApps[n]
	}
	return intuneApp{fmt.Sprintf("Line of business %d", n), fmt.Sprintf("Maker %d, Inc.", n%40), fmt.Sprintf("%d.%d.0", n%9, n%31), "Windows"}
}

func intuneDevice(n int) (id, name string) {
	return fmt.Sprintf("5f0c2a10-7b1e-4d6a-9c33-%012x", n), fmt.Sprintf("PARL-PC-%05d", n)
}

// IntuneDevices is how many devices an export of so many rows is of.
func IntuneDevices(rows int) int { return max(1, rows/IntuneAppsPerDevice) }

// IntuneRawData writes the report AppInvRawData as CSV, ordered by app as Intune does it, so that the rows of a device are far from each
// other. Edit may change a row, whose line is told, before it is written.
func IntuneRawData(w io.Writer, rows int, edit func(line int, row string) string) error {
	b := bufio.NewWriterSize(w, 1<<20)
	b.WriteString("ApplicationKey,ApplicationName,ApplicationPublisher,ApplicationShortVersion,ApplicationVersion,DeviceId,DeviceName,OSDescription,OSVersion,Platform,UserId,EmailAddress,UserName\r\n")
	devices := IntuneDevices(rows)
	for i := range rows {
		app := intuneNth(i / devices)
		id, name := intuneDevice(i % devices)
		row := fmt.Sprintf("%064x,%s,\"%s\",,%s,%s,%s,Windows 11 Enterprise,10.0.22631.4317,%s,7d3e0000-0000-4000-8000-%012x,user%d@parliament.example,User %d\r\n",
			i/devices, app.name, app.publisher, app.version, id, name, app.platform, i%devices, i%devices, i%devices)
		if edit != nil {
			row = edit(i+2, row)
		}
		if _, err := b.WriteString(row); err != nil {
			return err
		}
	}
	return b.Flush()
}

// IntuneDetectedApps writes deviceManagement/detectedApps in pages of 500 apps, one after another.
func IntuneDetectedApps(w io.Writer, apps int) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for i := range apps {
		if i%500 == 0 {
			fmt.Fprintf(b, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/detectedApps","@odata.count":%d,"@odata.nextLink":"https://graph.microsoft.com/v1.0/deviceManagement/detectedApps?$skip=%d","value":[`, apps, i+500)
		}
		app := intuneNth(i)
		fmt.Fprintf(b, `{"id":"%064x","displayName":%q,"version":%q,"sizeInByte":0,"deviceCount":%d,"publisher":%q,"platform":"windows"}`, i, app.name, app.version, 1+i%97, app.publisher)
		if i%500 == 499 || i == apps-1 {
			b.WriteString("]}\n")
		} else {
			b.WriteString(",")
		}
	}
	return b.Flush()
}

// IntuneManagedDevices writes deviceManagement/managedDevices with the apps of each device, so many rows in all.
func IntuneManagedDevices(w io.Writer, rows int) error {
	b := bufio.NewWriterSize(w, 1<<20)
	b.WriteString(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices(detectedApps())","value":[`)
	devices := IntuneDevices(rows)
	for d := range devices {
		if d > 0 {
			b.WriteString(",\n")
		}
		id, name := intuneDevice(d)
		fmt.Fprintf(b, `{"id":%q,"userId":"7d3e0000-0000-4000-8000-%012x","deviceName":%q,"managedDeviceOwnerType":"company","enrolledDateTime":"2025-02-03T08:11:12Z","lastSyncDateTime":"2026-11-%02dT10:20:30Z",`+
			`"operatingSystem":"Windows","complianceState":"compliant","jailBroken":"Unknown","managementAgent":"mdm","osVersion":"10.0.22631.4317","easActivated":false,"azureADRegistered":true,"deviceEnrollmentType":"windowsAzureADJoin",`+
			`"emailAddress":"user%d@parliament.example","azureADDeviceId":%q,"deviceRegistrationState":"registered","deviceCategoryDisplayName":"Unknown","isSupervised":false,"isEncrypted":true,"userPrincipalName":"user%d@parliament.example",`+
			`"model":"Latitude 7440","manufacturer":"Dell Inc.","imei":"","serialNumber":"SER%06d","userDisplayName":"User %d","totalStorageSpaceInBytes":510770802688,"freeStorageSpaceInBytes":380770802688,"managedDeviceName":"user%d_Windows",`+
			`"partnerReportedThreatState":"unknown","managementCertificateExpirationDate":"2027-01-01T00:00:00Z","detectedApps":[`,
			id, d, name, 1+d%20, d, id, d, d, d, d)
		for n := range rows / devices {
			if n > 0 {
				b.WriteString(",")
			}
			app := intuneNth(n)
			fmt.Fprintf(b, `{"id":"%064x","displayName":%q,"version":%q,"sizeInByte":0,"deviceCount":0,"publisher":%q,"platform":"windows"}`, n, app.name, app.version, app.publisher)
		}
		b.WriteString("]}")
	}
	b.WriteString("]}\n")
	return b.Flush()
}
