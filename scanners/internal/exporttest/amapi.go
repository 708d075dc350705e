// Package exporttest makes exports of management systems for tests and benchmarks: of any size, in the form that the systems
// write, and the same bytes each time.
//
// What the package cannot see: how real fleets differ. Which apps are on which device is made up.
package exporttest

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"time"
)

// Now is the time that the newest entries of the exports bear.
var Now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// pkg is an app that devices may have.
type pkg struct {
	name, label, source string
	share               float64 // of the devices
}

// known are apps of public stores and of phones' makers, with the share of devices that have them.
var known = []pkg{
	{"com.android.chrome", "Chrome", "SYSTEM_APP_UPDATED_VERSION", 1},
	{"com.google.android.gms", "Google Play services", "SYSTEM_APP_UPDATED_VERSION", 1},
	{"com.android.vending", "Google Play Store", "SYSTEM_APP_UPDATED_VERSION", 1},
	{"com.google.android.apps.work.clouddpc", "Android Device Policy", "INSTALLED_FROM_PLAY_STORE", 1},
	{"com.google.android.webview", "Android System WebView", "SYSTEM_APP_UPDATED_VERSION", 1},
	{"com.android.settings", "Settings", "SYSTEM_APP_FACTORY_VERSION", 1},
	{"com.microsoft.office.outlook", "Outlook", "INSTALLED_FROM_PLAY_STORE", 0.8},
	{"com.microsoft.teams", "Teams", "INSTALLED_FROM_PLAY_STORE", 0.7},
	{"org.thoughtcrime.securesms", "Signal", "INSTALLED_FROM_PLAY_STORE", 0.5},
	{"com.whatsapp", "WhatsApp", "INSTALLED_FROM_PLAY_STORE", 0.3},
	{"us.zoom.videomeetings", "Zoom", "INSTALLED_FROM_PLAY_STORE", 0.25},
	{"org.telegram.messenger", "Telegram", "INSTALLED_FROM_PLAY_STORE", 0.05},
	{"com.zhiliaoapp.musically", "TikTok", "INSTALLED_FROM_PLAY_STORE", 0.02},
	{"com.tencent.mm", "WeChat", "INSTALLED_FROM_PLAY_STORE", 0.005},
}

// models are phones: maker, model, hardware, version of Android, API level.
var models = []struct {
	brand, maker, model, hardware, version string
	api                                    int
}{
	{"google", "Google", "Pixel 8", "shiba", "15", 35},
	{"google", "Google", "Pixel 9 Pro", "caiman", "16", 36},
	{"samsung", "samsung", "SM-S921B", "s5e9945", "15", 35},
	{"samsung", "samsung", "SM-A556B", "s5e8845", "14", 34},
	{"Fairphone", "Fairphone", "FP5", "qcom", "14", 34},
	{"motorola", "motorola", "moto g84 5G", "qcom", "13", 33},
}

// AMAPIPage is how many devices one answer of the API has in [AMAPI].
const AMAPIPage = 100

// AMAPI writes what enterprises.devices.list of the Android Management API answers, page after page: devices with about apps apps each.
// Every fourth device has a work profile, which its owner's side is not in; every hundredth reports no apps.
func AMAPI(w io.Writer, devices, apps int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	made := invented(4 * apps)
	for i := range devices {
		if i%AMAPIPage == 0 {
			fmt.Fprint(out, "{\"devices\":[")
		} else {
			fmt.Fprint(out, ",")
		}
		amapiDevice(out, i, apps, made)
		switch {
		case i == devices-1:
			fmt.Fprint(out, "]}\n")
		case i%AMAPIPage == AMAPIPage-1:
			fmt.Fprintf(out, "],\"nextPageToken\":\"Cg%08dEAE\"}\n", i)
		}
	}
	if devices == 0 {
		fmt.Fprint(out, "{}\n")
	}
	return out.Flush()
}

// invented are apps that nobody makes.
func invented(n int) (out []pkg) {
	for i := range n {
		source := "INSTALLED_FROM_PLAY_STORE"
		if i%3 == 0 {
			source = "SYSTEM_APP_FACTORY_VERSION"
		}
		out = append(out, pkg{fmt.Sprintf("org.example.office%d.app%d", i%37, i), fmt.Sprintf("Example Office %d", i), source, 0})
	}
	return out
}

func amapiDevice(w io.Writer, i, apps int, made []pkg) {
	r := from(i)
	m := models[r.below(len(models))]
	seen := Now.Add(-time.Duration(r.below(40*24*60)) * time.Minute)
	mode, ownership := "DEVICE_OWNER", "COMPANY_OWNED"
	ids := fmt.Sprintf(`"serialNumber":"QX%08d"`, i)
	if i%4 == 3 {
		mode, ownership = "PROFILE_OWNER", "PERSONALLY_OWNED"
		ids = fmt.Sprintf(`"enterpriseSpecificId":"%032X"`, i+1)
	}
	fmt.Fprintf(w, `{"name":"enterprises/LC00example/devices/%016x","userName":"enterprises/LC00example/users/%d","managementMode":%q,"state":"ACTIVE","appliedState":"ACTIVE","policyCompliant":%t,`, 0x3a1b2c0000000000+i, i, mode, i%10 != 0)
	fmt.Fprintf(w, `"enrollmentTime":"%s","lastStatusReportTime":"%s","lastPolicySyncTime":"%s","appliedPolicyVersion":"7","appliedPolicyName":"enterprises/LC00example/policies/default","apiLevel":%d,`,
		stamp(seen.AddDate(-1, 0, 0)), stamp(seen), stamp(seen.Add(time.Hour)), m.api)
	fmt.Fprintf(w, `"softwareInfo":{"androidVersion":%q,"androidDevicePolicyVersionCode":93510,"androidDevicePolicyVersionName":"93.51.0","androidBuildNumber":"AP4A.250205.%03d","deviceKernelVersion":"6.1.99-android14","bootloaderVersion":"ripcurrent-15.0","androidBuildTime":"2026-08-01T00:00:00Z","securityPatchLevel":"2026-%02d-05","primaryLanguageCode":"de-DE","systemUpdateInfo":{"updateStatus":"UP_TO_DATE"}},`,
		m.version, r.below(1000), 1+r.below(11))
	fmt.Fprintf(w, `"hardwareInfo":{"brand":%q,"hardware":%q,"deviceBasebandVersion":"g5300i-240308","manufacturer":%q,%s,"model":%q},`, m.brand, m.hardware, m.maker, ids, m.model)
	fmt.Fprintf(w, `"networkInfo":{"imei":"35%013d","wifiMacAddress":"02:00:00:00:%02x:%02x","networkOperatorName":"Example Mobile"},`, i, i>>8&255, i&255)
	fmt.Fprintf(w, `"deviceSettings":{"isDeviceSecure":true,"verifyAppsEnabled":true,"isEncrypted":true,"encryptionStatus":"ACTIVE_PER_USER"},"ownership":%q,"securityPosture":{"devicePosture":"SECURE"}`, ownership)
	if i%100 != 42 {
		fmt.Fprint(w, `,"applicationReports":[`)
		amapiApps(w, r, apps, made)
		fmt.Fprint(w, `]`)
	}
	fmt.Fprint(w, `}`)
}

// amapiApps writes the reports of apps of one device, a third fewer or more than apps.
func amapiApps(w io.Writer, r *numbers, apps int, made []pkg) {
	want, n := apps-apps/3+r.below(2*(apps/3)+1), 0
	write := func(p pkg) {
		if n++; n > 1 {
			fmt.Fprint(w, ",")
		}
		version := 1 + r.below(400)
		fmt.Fprintf(w, `{"packageName":%q,"versionName":"%d.%d.%d","versionCode":%d,"state":"INSTALLED","applicationSource":%q,"displayName":%q,`, p.name, version/10, version%10, r.below(10), version*1000, p.source, p.label)
		fmt.Fprintf(w, `"packageSha256Hash":"%x","signingKeyCertFingerprints":["%x"],`, sha256.Sum256(fmt.Appendf(nil, "%s %d", p.name, version)), sha1Like(p.name))
		if p.source == "INSTALLED_FROM_PLAY_STORE" {
			fmt.Fprint(w, `"installerPackageName":"com.android.vending",`)
		}
		fmt.Fprint(w, `"userFacingType":"USER_FACING"}`)
	}
	for _, p := range known {
		if n < want && r.share(p.share) {
			write(p)
		}
	}
	for i, start := 0, r.below(len(made)); n < want && i < len(made); i++ {
		write(made[(start+i)%len(made)])
	}
}

// sha1Like is as many bytes as a SHA-1 digest has.
func sha1Like(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:20]
}

func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }
