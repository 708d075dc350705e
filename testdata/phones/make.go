//go:build ignore

// Command make writes the sample phone in the folder member, an acquisition of an invented Samsung phone of an
// invented Belgian member of parliament, in the form androidqf leaves. Run it with `go run make.go` in this
// folder. The package names are those of real apps, and so are the
// few certificates; versions, hashes, paths and times are made up.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

type app struct {
	name, version string
	code          int
	path          string // folder of a system app; "" for /data/app
	installer     string // "" for none
	source        int    // packageSource
	uid           int
	target        int
	shared        string
	updated       bool // a system app with an update in /data/app
	disabled      bool
	users         string // "0", "10" or "0 10"
	splits        string
	install       string // install permissions
	runtime       string // runtime permissions: NAME+ granted, NAME- refused, NAME+w granted in the work profile, too
}

const play = "com.android.vending"

var basic = "INTERNET ACCESS_NETWORK_STATE"

var apps = []app{
	{name: "android", version: "14", code: 34, path: "/system/framework", uid: 1000, target: 34, shared: "android.uid.system", users: "0 10"},
	{name: "com.android.settings", version: "14", code: 34, path: "/system/priv-app/SecSettings", uid: 1000, target: 34, shared: "android.uid.system", users: "0 10"},
	{name: "com.android.systemui", version: "14", code: 34, path: "/system_ext/priv-app/SystemUI", uid: 10066, target: 34, users: "0 10", install: basic + " SYSTEM_ALERT_WINDOW", runtime: "READ_PHONE_STATE+"},
	{name: "com.android.providers.telephony", version: "14", code: 34, path: "/system/priv-app/TelephonyProvider", uid: 1001, target: 34, shared: "android.uid.phone", users: "0 10"},
	{name: "com.android.phone", version: "14", code: 34, path: "/system/priv-app/TeleService", uid: 1001, target: 34, shared: "android.uid.phone", users: "0 10"},
	{name: "com.android.bluetooth", version: "14", code: 34, path: "/apex/com.android.btservices/app/Bluetooth@UP1A.231005.007", uid: 1002, target: 34, shared: "android.uid.bluetooth", users: "0 10"},
	{name: "com.android.shell", version: "14", code: 34, path: "/system/priv-app/Shell", uid: 2000, target: 34, shared: "android.uid.shell", users: "0 10"},
	{name: "com.sec.android.app.launcher", version: "14.1.02.3", code: 1410203000, path: "/system/priv-app/TouchWizHome_2017", uid: 10071, target: 34, users: "0 10", install: basic, runtime: "READ_EXTERNAL_STORAGE-"},
	{name: "com.samsung.android.dialer", version: "15.1.11", code: 1511100000, path: "/system/priv-app/SamsungDialer", uid: 10072, target: 34, users: "0 10", install: basic, runtime: "READ_CONTACTS+w CALL_PHONE+w READ_CALL_LOG+"},
	{name: "com.samsung.android.messaging", version: "15.1.20.28", code: 1512028000, path: "/system/priv-app/SamsungMessages", uid: 10073, target: 34, users: "0 10", install: basic, runtime: "READ_SMS+ SEND_SMS+ READ_CONTACTS+"},
	{name: "com.samsung.accessibility", version: "14.1.0", code: 1410000, path: "/system/app/Accessibility", uid: 10074, target: 34, users: "0 10", install: basic},
	{name: "com.samsung.android.app.notes", version: "4.4.21.62", code: 442162000, path: "/system/app/Notes40", uid: 10075, target: 34, users: "0", install: basic, runtime: "RECORD_AUDIO-"},
	{name: "com.sec.android.app.samsungapps", version: "4.5.77.2", code: 457702000, path: "/system/priv-app/GalaxyAppsForPhone", uid: 10076, target: 34, users: "0", install: basic + " INSTALL_PACKAGES"},
	{name: "com.facebook.appmanager", version: "72.0.0", code: 465100000, path: "/system/app/FBAppManager_NS", uid: 10077, target: 31, users: "0", disabled: true, install: basic},
	{name: "com.google.android.gms", version: "24.23.35 (190400-646585959)", code: 242335038, path: "/product/priv-app/GmsCore", installer: play, source: 2, uid: 10080, target: 34, shared: "com.google.uid.shared", updated: true, users: "0 10"},
	{name: "com.google.android.gsf", version: "14-12345678", code: 34, path: "/product/priv-app/GoogleServicesFramework", uid: 10080, target: 34, shared: "com.google.uid.shared", users: "0 10"},
	{name: "com.android.vending", version: "41.3.28-31 [0] [PR] 645016042", code: 84132830, path: "/product/priv-app/Phonesky", installer: play, source: 2, uid: 10082, target: 34, updated: true, users: "0 10", install: basic + " INSTALL_PACKAGES"},
	{name: "com.android.chrome", version: "126.0.6478.71", code: 647807133, path: "/product/app/Chrome", installer: play, source: 2, uid: 10083, target: 34, updated: true, users: "0 10", splits: "chrome", install: basic, runtime: "POST_NOTIFICATIONS+w ACCESS_FINE_LOCATION-"},
	{name: "com.google.android.gm", version: "2024.05.26.640024012.Release", code: 64655621, path: "/product/app/Gmail2", installer: play, source: 2, uid: 10084, target: 34, updated: true, users: "0", install: basic, runtime: "POST_NOTIFICATIONS+ READ_CONTACTS+"},
	{name: "com.google.android.apps.maps", version: "11.132.0101", code: 1068011372, path: "/product/app/Maps", installer: play, source: 2, uid: 10085, target: 34, updated: true, users: "0", install: basic, runtime: "ACCESS_FINE_LOCATION+ ACCESS_BACKGROUND_LOCATION-"},
	{name: "com.google.android.youtube", version: "19.22.43", code: 1546839488, path: "/product/app/YouTube", installer: play, source: 2, uid: 10086, target: 34, updated: true, users: "0", install: basic, runtime: "POST_NOTIFICATIONS+"},
	{name: "com.google.android.permissioncontroller", version: "2024-05-01", code: 350900000, path: "/apex/com.android.permission/priv-app/GooglePermissionController@350900000", uid: 10087, target: 34, users: "0 10", install: basic},

	{name: "be.bmid.itsme", version: "4.12.0", code: 41200, installer: play, source: 2, uid: 10201, target: 34, users: "0", install: basic + " USE_BIOMETRIC", runtime: "CAMERA+ POST_NOTIFICATIONS+"},
	{name: "com.kbc.mobile.android.phone.kbc", version: "24.6.1", code: 24060100, installer: play, source: 2, uid: 10202, target: 34, users: "0", install: basic + " USE_BIOMETRIC", runtime: "CAMERA+ READ_CONTACTS-"},
	{name: "be.belfius.directmobile.android", version: "28.4", code: 28400, installer: play, source: 2, uid: 10203, target: 33, users: "0", install: basic, runtime: "CAMERA-"},
	{name: "com.bnpp.hellobank", version: "10.3.0", code: 1030, installer: play, source: 2, uid: 10204, target: 33, users: "0", install: basic},
	{name: "de.hafas.android.sncbnmbs", version: "24.5.0", code: 240500, installer: play, source: 2, uid: 10205, target: 34, users: "0", install: basic, runtime: "ACCESS_FINE_LOCATION+ POST_NOTIFICATIONS+"},
	{name: "be.irm.kmi.meteo", version: "3.3.8", code: 330800, installer: play, source: 2, uid: 10206, target: 34, users: "0", install: basic, runtime: "ACCESS_COARSE_LOCATION+"},
	{name: "be.vrt.mobile.android.deredactie", version: "6.20.1", code: 62001, installer: play, source: 2, uid: 10207, target: 34, users: "0", install: basic, runtime: "POST_NOTIFICATIONS+"},
	{name: "be.rtbf.auvio", version: "3.2.6", code: 30206, installer: play, source: 2, uid: 10208, target: 34, users: "0", install: basic},
	{name: "be.ixor.doccle.android", version: "5.1.2", code: 512, installer: play, source: 2, uid: 10209, target: 33, users: "0", install: basic},
	{name: "be.nexuzhealth.mobile.mynexuz", version: "7.0.4", code: 70004, installer: play, source: 2, uid: 10210, target: 34, users: "0", install: basic, runtime: "POST_NOTIFICATIONS+"},
	{name: "be.delhaize.my", version: "24.21", code: 2421, installer: play, source: 2, uid: 10211, target: 34, users: "0", install: basic, runtime: "ACCESS_FINE_LOCATION-"},
	{name: "com.whatsapp", version: "2.24.12.78", code: 241278005, installer: play, source: 2, uid: 10212, target: 34, users: "0", install: basic, runtime: "READ_CONTACTS+ CAMERA+ RECORD_AUDIO+ POST_NOTIFICATIONS+ ACCESS_FINE_LOCATION-"},
	{name: "org.thoughtcrime.securesms", version: "7.8.1", code: 142601, installer: play, source: 2, uid: 10213, target: 34, users: "0 10", install: basic, runtime: "READ_CONTACTS+w CAMERA+ RECORD_AUDIO+ POST_NOTIFICATIONS+w"},
	{name: "com.spotify.music", version: "8.9.46.416", code: 116264976, installer: play, source: 2, uid: 10214, target: 34, users: "0", install: basic, runtime: "POST_NOTIFICATIONS+"},
	{name: "com.linkedin.android", version: "4.1.955", code: 197600, installer: play, source: 2, uid: 10215, target: 34, users: "0", install: basic, runtime: "READ_CONTACTS- POST_NOTIFICATIONS+"},
	{name: "org.mozilla.firefox", version: "127.0", code: 2016024855, installer: play, source: 2, uid: 10216, target: 34, users: "0", install: basic, runtime: "CAMERA- RECORD_AUDIO-"},
	{name: "com.zhiliaoapp.musically", version: "35.1.4", code: 2023501040, installer: play, source: 2, uid: 10220, target: 34, users: "0 10", splits: "config.arm64_v8a config.fr config.xxhdpi df_fusing",
		install: basic + " FOREGROUND_SERVICE RECEIVE_BOOT_COMPLETED", runtime: "READ_CONTACTS+ CAMERA+w RECORD_AUDIO+w ACCESS_FINE_LOCATION+ POST_NOTIFICATIONS+w READ_MEDIA_VIDEO+"},
	{name: "com.tencent.mm", version: "8.0.49", code: 2600, installer: play, source: 2, uid: 10221, target: 33, users: "0",
		install: basic + " QUERY_ALL_PACKAGES", runtime: "READ_CONTACTS+ CAMERA+ RECORD_AUDIO+ ACCESS_FINE_LOCATION- READ_PHONE_STATE+"},
	{name: "com.kms.free", version: "11.111.4.10842", code: 1111104, installer: play, source: 2, uid: 10222, target: 34, users: "0",
		install: basic + " QUERY_ALL_PACKAGES RECEIVE_BOOT_COMPLETED", runtime: "ACCESS_FINE_LOCATION+ POST_NOTIFICATIONS+ READ_PHONE_STATE+"},
	{name: "net.example.phonebooster", version: "2.3", code: 23, installer: "com.google.android.packageinstaller", source: 4, uid: 10223, target: 28, users: "0",
		install: basic + " REQUEST_INSTALL_PACKAGES RECEIVE_BOOT_COMPLETED QUERY_ALL_PACKAGES SYSTEM_ALERT_WINDOW", runtime: "READ_SMS+ READ_CONTACTS+ ACCESS_FINE_LOCATION+ RECORD_AUDIO+"},
	{name: "com.microsoft.windowsintune.companyportal", version: "5.0.6227.0", code: 50622700, installer: play, source: 2, uid: 10230, target: 34, users: "10", install: basic, runtime: "POST_NOTIFICATIONS+w"},
	{name: "com.microsoft.office.outlook", version: "4.2423.1", code: 42423100, installer: play, source: 2, uid: 10231, target: 34, users: "10", install: basic, runtime: "READ_CONTACTS+w POST_NOTIFICATIONS+w"},
	{name: "com.microsoft.teams", version: "1416/1.0.0.2024093303", code: 2024093303, installer: play, source: 2, uid: 10232, target: 34, users: "10", install: basic, runtime: "CAMERA+w RECORD_AUDIO+w"},
}

func digest(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:])
}

func token(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return base64.URLEncoding.EncodeToString(h[:16])
}

func (a app) dataDir() string {
	return "/data/app/~~" + token(a.name, "outer") + "/" + a.name + "-" + token(a.name, "inner")
}

// codePath is where the app's code lives now.
func (a app) codePath() string {
	if a.path == "" || a.updated {
		return a.dataDir()
	}
	return a.path
}

func (a app) base() string {
	switch {
	case a.name == "android":
		return "/system/framework/framework-res.apk"
	case a.path == "" || a.updated:
		return a.dataDir() + "/base.apk"
	default:
		name, _, _ := strings.Cut(filepath.Base(a.path), "@")
		return a.path + "/" + name + ".apk"
	}
}

func (a app) files() []string {
	out := []string{a.base()}
	for _, s := range strings.Fields(a.splits) {
		out = append(out, filepath.Dir(a.base())+"/split_"+s+".apk")
	}
	return out
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

func perm(s string) string {
	if strings.Contains(s, ".") {
		return s
	}
	return "android.permission." + s
}

func flags(a app, updated bool) string {
	s := "[ "
	if a.path != "" {
		s += "SYSTEM "
	}
	s += "HAS_CODE ALLOW_CLEAR_USER_DATA "
	if a.path != "" && updated {
		s += "UPDATED_SYSTEM_APP "
	}
	if a.path == "" {
		s += "ALLOW_BACKUP "
	}
	return s + "]"
}

func (a app) times() (first, update string) {
	if a.path != "" && !a.updated {
		return "2009-01-01 00:00:00", "2009-01-01 00:00:00"
	}
	h := sha256.Sum256([]byte(a.name))
	first = fmt.Sprintf("2024-%02d-%02d %02d:%02d:%02d", 1+h[0]%4, 1+h[1]%28, 7+h[2]%15, h[3]%60, h[4]%60)
	if a.updated {
		first = "2009-01-01 00:00:00"
	}
	return first, fmt.Sprintf("2024-06-%02d %02d:%02d:%02d", 1+h[5]%14, h[6]%24, h[7]%60, h[8]%60)
}

func writePackage(b *strings.Builder, a app, hidden bool) {
	p := func(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	code, path := a.code, a.codePath()
	first, update := a.times()
	if hidden {
		code, path, update = a.code/2, a.path, "2009-01-01 00:00:00"
	}
	p("  Package [%s] (%s):", a.name, digest(a.name, fmt.Sprint(hidden))[:7])
	p("    appId=%d", a.uid)
	if a.shared != "" {
		p("    sharedUser=SharedUserSetting{%s %s/%d}", digest(a.shared)[:7], a.shared, a.uid)
	}
	p("    pkg=Package{%s %s}", digest(a.name, "pkg")[:7], a.name)
	p("    codePath=%s", path)
	p("    resourcePath=%s", path)
	p("    legacyNativeLibraryDir=%s/lib", path)
	p("    extractNativeLibs=false\n    primaryCpuAbi=arm64-v8a\n    secondaryCpuAbi=null\n    cpuAbiOverride=null")
	p("    versionCode=%d minSdk=%d targetSdk=%d", code, min(a.target, 26), a.target)
	p("    minExtensionVersions=[]")
	p("    versionName=%s", a.version)
	p("    usesNonSdkApi=%v", a.path != "")
	splits := "base"
	for _, s := range strings.Fields(a.splits) {
		splits += ", " + s
	}
	p("    splits=[%s]\n    apkSigningVersion=3", splits)
	p("    flags=%s", flags(a, a.updated && !hidden))
	if strings.Contains(a.path, "/priv-app/") {
		p("    privateFlags=[ PRIVATE_FLAG_ACTIVITIES_RESIZE_MODE_RESIZEABLE_VIA_SDK_VERSION ALLOW_AUDIO_PLAYBACK_CAPTURE PRIVILEGED ]")
	} else {
		p("    privateFlags=[ PRIVATE_FLAG_ACTIVITIES_RESIZE_MODE_RESIZEABLE_VIA_SDK_VERSION ALLOW_AUDIO_PLAYBACK_CAPTURE ]")
	}
	p("    forceQueryable=false\n    queriesPackages=[]\n    scannedAsStoppedSystemApp=false\n    supportsScreens=[small, medium, large, xlarge, resizeable, anyDensity]")
	p("    usesOptionalLibraries:\n      org.apache.http.legacy")
	p("    timeStamp=%s\n    lastUpdateTime=%s", update, update)
	if !hidden {
		initiator := a.installer
		if a.source == 4 {
			initiator = "com.android.chrome"
		}
		p("    installerPackageName=%s\n    installerPackageUid=%d\n    initiatingPackageName=%s\n    originatingPackageName=null", orNull(a.installer), 10082, orNull(initiator))
		p("    packageSource=%d", a.source)
	}
	p("    appMetadataFilePath=null\n    signatures=PackageSignatures{%s version:3, signatures:[%s], past signatures:[]}", digest(a.name, "set")[:7], digest(a.name, "token")[:8])
	p("    installPermissionsFixed=true\n    pkgFlags=%s\n    privatePkgFlags=[ PRIVATE_FLAG_ACTIVITIES_RESIZE_MODE_RESIZEABLE_VIA_SDK_VERSION ]\n    apexModuleName=null", flags(a, a.updated && !hidden))
	if a.path == "" {
		p("    declared permissions:\n      %s.DYNAMIC_RECEIVER_NOT_EXPORTED_PERMISSION: prot=signature, INSTALLED", a.name)
	}
	writePermissions(b, a)
	for _, user := range []string{"0", "10"} {
		writeUser(b, a, user, first)
	}
}

// writePermissions writes what a dump of all packages holds: since Android 10 only a dump of one package lists
// what it requests, and permissions of a shared user stand with that user.
func writePermissions(b *strings.Builder, a app) {
	if a.install+a.runtime == "" {
		return
	}
	if a.shared != "" {
		return
	}
	fmt.Fprintln(b, "    install permissions:")
	for _, s := range strings.Fields(a.install) {
		fmt.Fprintf(b, "      %s: granted=%v\n", perm(s), s != "SYSTEM_ALERT_WINDOW" || a.path != "")
	}
}

func writeUser(b *strings.Builder, a app, user, first string) {
	installed := slices.Contains(strings.Fields(a.users), user)
	enabled := 0
	if a.disabled {
		enabled = 3
	}
	fmt.Fprintf(b, "    User %s: ceDataInode=%d deDataInode=%d installed=%v hidden=false suspended=false distractionFlags=0 stopped=%v notLaunched=false enabled=%d instant=false virtual=false quarantined=false\n",
		user, 4000+a.uid, 5000+a.uid, installed, !installed, enabled)
	if !installed {
		first = "1970-01-01 01:00:00"
	}
	fmt.Fprintf(b, "      installReason=%d\n      dataDir=/data/user/%s/%s\n      firstInstallTime=%s\n      uninstallReason=0\n", map[string]int{"0": 4, "10": 1}[user], user, a.name, first)
	if a.disabled {
		fmt.Fprintf(b, "      lastDisabledCaller: com.android.settings\n")
	}
	if a.shared != "" {
		return
	}
	fmt.Fprintln(b, "      gids=[3003]")
	if a.runtime == "" || !installed {
		return
	}
	fmt.Fprintln(b, "      runtime permissions:")
	for _, s := range strings.Fields(a.runtime) {
		granted := strings.HasSuffix(s, "+w") || strings.HasSuffix(s, "+") && user == "0"
		flag := "USER_SET|USER_SENSITIVE_WHEN_GRANTED|USER_SENSITIVE_WHEN_DENIED"
		if !granted {
			flag = "USER_SENSITIVE_WHEN_GRANTED|USER_SENSITIVE_WHEN_DENIED"
		}
		fmt.Fprintf(b, "        %s: granted=%v, flags=[ %s]\n", perm(strings.TrimRight(s, "+-w")), granted, flag)
	}
}

const line = "-------------------------------------------------------------------------------\n"

func service(b *strings.Builder, name, text string) {
	fmt.Fprintf(b, "%sDUMP OF SERVICE %s:\n%s--------- 0.0%ds was the duration of dumpsys %s, ending at: 2024-06-15 09:41:07\n", line, name, text, len(name)%10, name)
}

func dumpsys() string {
	var b, pkg strings.Builder
	b.WriteString("Currently running services:\n  accessibility\n  batterystats\n  device_policy\n  notification\n  package\n  user\n  vpn_management\n")
	service(&b, "accessibility", accessibility)
	service(&b, "batterystats", "Battery History (0% used, 112KB used of 4096KB, 120 strings using 9KB):\n  Package [not.a.package] (0):\n")
	service(&b, "device_policy", devicePolicy)
	service(&b, "notification", notification)
	pkg.WriteString(packageHead)
	pkg.WriteString("Packages:\n")
	for _, a := range apps {
		writePackage(&pkg, a, false)
	}
	pkg.WriteString("\nHidden system packages:\n")
	for _, a := range apps {
		if a.updated {
			writePackage(&pkg, a, true)
		}
	}
	pkg.WriteString(sharedUsers)
	pkg.WriteString(packageTail)
	service(&b, "package", pkg.String())
	service(&b, "user", users)
	service(&b, "vpn_management", "VPNs:\n  0: com.kms.free\n    Active vpn type: -1\n    Mode changed: lockdown=false alwaysOn=false\n")
	return b.String()
}

const accessibility = `ACCESSIBILITY MANAGER (dumpsys accessibility)

currentUserId=0
User state[
     attributes:{id=0, touchExplorationEnabled=false, installedServiceCount=4}
     shortcut key:{}
     button:{}
     Bound services:{Service[label=Phone Booster, feedbackType[FEEDBACK_GENERIC], capabilities=33, eventTypes=TYPES_ALL_MASK, notificationTimeout=100, requestA11yBtn=false]}
     Enabled services:{{net.example.phonebooster/net.example.phonebooster.CleanService}}
     Binding services:{}
     Crashed services:{}
`

const devicePolicy = `Current Device Policy Manager state:
  Immutable state:
    mHasFeature=true
  Profile Owner (User 10): 
    admin=ComponentInfo{com.microsoft.windowsintune.companyportal/com.microsoft.omadm.client.PolicyManagerReceiver}
    name=
    package=com.microsoft.windowsintune.companyportal
    isOrganizationOwnedDevice=false
  Enabled Device Admins (User 0, provisioningState: 0):
    com.kms.free/com.kms.antivirus.AdminReceiver:
      uid=10222
      testOnlyAdmin=false
      policies:
        force-lock
  Enabled Device Admins (User 10, provisioningState: 3):
    com.microsoft.windowsintune.companyportal/com.microsoft.omadm.client.PolicyManagerReceiver:
      uid=1010230
`

const notification = `Current Notification Manager state:
  Notification listeners:
    All notification listeners (1) enabled for current profiles:
      ComponentInfo{net.example.phonebooster/net.example.phonebooster.NotificationWatcher}
    Live notification listeners (1):
      ComponentInfo{net.example.phonebooster/net.example.phonebooster.NotificationWatcher} (user 0): android.service.notification.INotificationListener$Stub$Proxy@5a1d0c3
    Snoozed notification listeners (0):
`

const packageHead = `Database versions:
  Internal:
    sdkVersion=34 databaseVersion=3
    buildFingerprint=samsung/a54xnaxx/a54x:14/UP1A.231005.007/A546BXXS9CXF1:user/release-keys fingerprint=samsung/a54xnaxx/a54x:14/UP1A.231005.007/A546BXXS9CXF1:user/release-keys

Verifiers:
  Required: com.android.vending (uid=10082)

Libraries:
  android.test.base -> (jar) /system/framework/android.test.base.jar

Features:
  android.hardware.camera
  com.samsung.feature.samsung_experience_mobile

Activity Resolver Table:
  Schemes:
      https:
        1f3c2d4 com.android.chrome/com.google.android.apps.chrome.IntentDispatcher filter 8ac91d2
          Action: "android.intent.action.VIEW"

Permissions:
  Permission [android.permission.CAMERA] (3d5c1ae):
    sourcePackage=android
    uid=1000 gids=[] type=0 prot=dangerous
    packageSetting=PackageSetting{1d2c3b4 android/1000}

`

const sharedUsers = `
Shared users:
  SharedUser [android.uid.system] (5bd42f1):
    appId=1000
    Packages
      PackageSetting{1d2c3b4 android/1000}
      PackageSetting{2a3b4c5 com.android.settings/1000}
    install permissions:
      android.permission.INTERNET: granted=true
      android.permission.INSTALL_PACKAGES: granted=true
    User 0: 
      gids=[1065, 3002, 3003]
      runtime permissions:
        android.permission.READ_CONTACTS: granted=true, flags=[ SYSTEM_FIXED|GRANTED_BY_DEFAULT]
    User 10: 
      gids=[1065, 3002, 3003]
  SharedUser [com.google.uid.shared] (77ac0e2):
    appId=10080
    Packages
      PackageSetting{3c4d5e6 com.google.android.gms/10080}
      PackageSetting{4d5e6f7 com.google.android.gsf/10080}
    install permissions:
      android.permission.INTERNET: granted=true
    User 0: 
      gids=[3003]
      runtime permissions:
        android.permission.ACCESS_FINE_LOCATION: granted=true, flags=[ SYSTEM_FIXED|GRANTED_BY_DEFAULT]
        android.permission.READ_CONTACTS: granted=true, flags=[ SYSTEM_FIXED|GRANTED_BY_DEFAULT]
`

const packageTail = `
Package Changes:
  Sequence number=114
  User 0:

Queries:
  system apps queryable: false

Compiler stats:
  [com.whatsapp]
     base.apk - 1202

APEX session state:

Active APEX packages:

`

const users = `Current user: 0
Current users: [0]

Users:
  UserInfo{0:A. Example:4c13} serialNo=0 isPrimary=true
    Type: android.os.usertype.full.SYSTEM
    Flags: 19475 (ADMIN|FULL|INITIALIZED|MAIN|PRIMARY|SYSTEM)
    State: RUNNING_UNLOCKED
    Has profile owner: false
  UserInfo{10:Work profile:1030} serialNo=10 isPrimary=false parentId=0
    Type: android.os.usertype.profile.MANAGED
    Flags: 4144 (INITIALIZED|MANAGED_PROFILE|PROFILE)
    State: RUNNING_UNLOCKED
    Has profile owner: true
`

type cert struct {
	Md5, Sha1, Sha256, ValidFrom, ValidTo, Issuer, Subject, SignatureAlgorithm string
	SerialNumber                                                               int
}

// certificates are the published signing certificates of some apps, and one that is made up for the sideloaded
// app. The others' APKs were not pulled from the phone, as it happens with androidqf.
var certificates = map[string]cert{
	"com.zhiliaoapp.musically":   {Sha256: "9041803e91bcb814b4b4399fb5c85a91640b755e5e8ba76813814bf4cf2ab5ba"},
	"com.whatsapp":               {Sha256: "3987d043d10aefaf5a8710b3671418fe57e0e19b653c9df82558feb5ffce5d44"},
	"org.thoughtcrime.securesms": {Sha256: "29f34e5f27f211b424bc5bf9d67162c0eafba2da35af35c16416fc446276ba26"},
	"org.mozilla.firefox":        {Sha256: "a78b62a5165b4494b2fead9e76a280d22d937fee6251aece599446b2ea319b04"},
	"net.example.phonebooster": {Sha256: digest("phonebooster", "certificate"), ValidFrom: "2024-01-05T10:00:00Z", ValidTo: "2051-01-05T10:00:00Z",
		Issuer: "CN=Phone Booster", Subject: "CN=Phone Booster", SignatureAlgorithm: "SHA256-RSA", SerialNumber: 7},
}

type file struct {
	Path             string `json:"path"`
	LocalName        string `json:"local_name"`
	MD5              string `json:"md5"`
	SHA1             string `json:"sha1"`
	SHA256           string `json:"sha256"`
	SHA512           string `json:"sha512"`
	Error            string `json:"error"`
	Verified         bool   `json:"verified_certificate"`
	Certificate      cert   `json:"certificate"`
	CertificateError string `json:"certificate_error"`
	Trusted          bool   `json:"trusted_certificate"`
}

type pkg struct {
	Name       string `json:"name"`
	Files      []file `json:"files"`
	Installer  string `json:"installer"`
	UID        int    `json:"uid"`
	Disabled   bool   `json:"disabled"`
	System     bool   `json:"system"`
	ThirdParty bool   `json:"third_party"`
}

func packages() []pkg {
	out := []pkg{}
	for _, a := range apps {
		p := pkg{Name: a.name, Files: []file{}, Installer: orNull(a.installer), UID: a.uid, Disabled: a.disabled, System: a.path != "", ThirdParty: a.path == ""}
		if strings.Contains(a.users, "0 10") {
			p.UID = 0 // androidqf cannot read "10220,1010220" and writes 0
		}
		for _, path := range a.files() {
			f := file{Path: path, SHA256: digest(a.name, path, "content")}
			if c, ok := certificates[a.name]; ok {
				f.Verified, f.Certificate = true, c
			}
			p.Files = append(p.Files, f)
		}
		out = append(out, p)
	}
	return out
}

const getprop = `[dalvik.vm.heapsize]: [512m]
[gsm.sim.operator.iso-country]: [be]
[persist.sys.locale]: [nl-BE]
[persist.sys.timezone]: [Europe/Brussels]
[ro.boot.flash.locked]: [1]
[ro.boot.serialno]: [R5CW00EXAMPLE]
[ro.boot.verifiedbootstate]: [green]
[ro.build.display.id]: [UP1A.231005.007.A546BXXS9CXF1]
[ro.build.fingerprint]: [samsung/a54xnaxx/a54x:14/UP1A.231005.007/A546BXXS9CXF1:user/release-keys]
[ro.build.tags]: [release-keys]
[ro.build.type]: [user]
[ro.build.version.oneui]: [60101]
[ro.build.version.release]: [14]
[ro.build.version.sdk]: [34]
[ro.build.version.security_patch]: [2024-06-01]
[ro.crypto.state]: [encrypted]
[ro.debuggable]: [0]
[ro.product.cpu.abi]: [arm64-v8a]
[ro.product.manufacturer]: [samsung]
[ro.product.model]: [SM-A546B]
[ro.secure]: [1]
[ro.serialno]: [R5CW00EXAMPLE]
[ro.vendor.build.security_patch]: [2024-06-01]
[sys.note]: [a value
of two lines]
`

func write(name, text string) {
	path := filepath.Join("member", name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func writeJSON(name string, v any) {
	b, err := json.MarshalIndent(v, "", "    ")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	write(name, string(b)+"\n")
}

func main() {
	writeJSON("packages.json", packages())
	write("getprop.txt", getprop)
	write("dumpsys.txt", dumpsys())
	write("settings_global.txt", "adb_enabled=1\ndevelopment_settings_enabled=1\npackage_verifier_enable=1\npackage_verifier_user_consent=1\n")
	write("settings_secure.txt", "accessibility_enabled=1\ndefault_input_method=com.samsung.android.honeyboard/.service.HoneyBoardService\n"+
		"enabled_accessibility_services=net.example.phonebooster/net.example.phonebooster.CleanService\n"+
		"enabled_notification_listeners=net.example.phonebooster/net.example.phonebooster.NotificationWatcher\ninstall_non_market_apps=1\n")
	write("settings_system.txt", "system_locales=nl-BE,fr-BE\n")
	write("processes.txt", "USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME\nroot             1     0   57912   2084 0                   0 S init\nu0_a220       9120   840 2057912  92084 0                   0 S com.zhiliaoapp.musically\n")
	write("services.txt", "Found 3 services:\n0\taccessibility: [android.view.accessibility.IAccessibilityManager]\n1\tpackage: [android.content.pm.IPackageManager]\n2\tuser: [android.os.IUserManager]\n")
	write("selinux.txt", "Enforcing\n")
	write("env.txt", "ANDROID_DATA=/data\nANDROID_ROOT=/system\n")
	writeJSON("root_binaries.json", []string{})
	writeJSON("acquisition.json", map[string]any{"uuid": "7c1f0a52-5a0e-4c8e-9a59-0d3f6a1e2b40", "androidqf_version": "1.7.0", "storage_path": "member",
		"started": "2024-06-15T07:38:12Z", "completed": "2024-06-15T07:44:55Z", "collector": nil, "tmp_dir": "/data/local/tmp/", "sdcard": "/sdcard/", "cpu": "arm64-v8a",
		"streaming_mode": false})
	fmt.Println(len(apps), "apps")
}
