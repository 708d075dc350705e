package dex

import "quaestor/scanners/inventory"

// calls are methods by class.
var calls = []struct {
	mark, class string
	names       []string
	argument    bool
}{
	{inventory.MarkCodeLoading, "dalvik/system/DexClassLoader", []string{"<init>"}, false},
	{inventory.MarkCodeLoading, "dalvik/system/PathClassLoader", []string{"<init>"}, false},
	{inventory.MarkCodeLoading, "dalvik/system/DelegateLastClassLoader", []string{"<init>"}, false},
	{inventory.MarkCodeLoading, "dalvik/system/InMemoryDexClassLoader", []string{"<init>"}, false},
	{inventory.MarkCodeLoading, "dalvik/system/BaseDexClassLoader", []string{"<init>"}, false},
	{inventory.MarkCodeLoading, "dalvik/system/DexFile", []string{"<init>", "loadDex", "openDexFile", "openInMemoryDexFile"}, false},
	{inventory.MarkNativeLoading, "java/lang/System", []string{"load", "loadLibrary"}, true},
	{inventory.MarkNativeLoading, "java/lang/Runtime", []string{"load", "loadLibrary"}, true},
	{inventory.MarkReflection, "java/lang/reflect/Method", []string{"invoke"}, false},
	{inventory.MarkReflection, "java/lang/Class", []string{"forName", "getMethod", "getDeclaredMethod"}, true},
	{inventory.MarkHiddenAPI, "dalvik/system/VMRuntime", []string{"setHiddenApiExemptions", "setHiddenApiAccessFlags"}, false},
	{inventory.MarkExec, "java/lang/Runtime", []string{"exec"}, true},
	{inventory.MarkExec, "java/lang/ProcessBuilder", []string{"<init>", "start"}, false},
	{inventory.MarkExec, "android/system/Os", []string{"execv", "execve"}, false},
	{inventory.MarkInstalling, "android/content/pm/PackageInstaller", []string{"createSession"}, false},
	{inventory.MarkInstalling, "android/content/pm/PackageInstaller$Session", []string{"openWrite", "commit"}, false},
	{inventory.MarkScreenCapture, "android/media/projection/MediaProjectionManager", []string{"createScreenCaptureIntent", "getMediaProjection"}, false},
	{inventory.MarkScreenCapture, "android/media/projection/MediaProjection", []string{"createVirtualDisplay"}, false},
	{inventory.MarkEmulatorCheck, "android/os/Debug", []string{"isDebuggerConnected", "waitingForDebugger"}, false},
	{inventory.MarkDeviceIdentity, "android/telephony/TelephonyManager", []string{"getDeviceId", "getImei", "getMeid", "getSubscriberId", "getSimSerialNumber", "getLine1Number"}, false},
	{inventory.MarkDeviceIdentity, "android/os/Build", []string{"getSerial"}, false},
	{inventory.MarkDeviceIdentity, "android/net/wifi/WifiInfo", []string{"getMacAddress", "getBSSID"}, false},
	{inventory.MarkDeviceIdentity, "java/net/NetworkInterface", []string{"getHardwareAddress"}, false},
	{inventory.MarkDeviceIdentity, "android/bluetooth/BluetoothAdapter", []string{"getAddress"}, false},
	{inventory.MarkDeviceIdentity, "com/google/android/gms/ads/identifier/AdvertisingIdClient", []string{"getAdvertisingIdInfo"}, false},
	{inventory.MarkDeviceIdentity, "com/google/android/gms/ads/identifier/AdvertisingIdClient$Info", []string{"getId"}, false},
	{inventory.MarkAppList, "android/content/pm/PackageManager", []string{"getInstalledPackages", "getInstalledApplications", "getPackagesHoldingPermissions"}, false},
	{inventory.MarkUIControl, "android/accessibilityservice/AccessibilityService", []string{"performGlobalAction", "dispatchGesture", "getRootInActiveWindow", "takeScreenshot"}, false},
	{inventory.MarkLocation, "android/location/LocationManager", []string{"getLastKnownLocation", "requestLocationUpdates", "requestSingleUpdate", "getCurrentLocation"}, false},
	{inventory.MarkLocation, "com/google/android/gms/location/FusedLocationProviderClient", []string{"getLastLocation", "getCurrentLocation", "requestLocationUpdates"}, false},
	{inventory.MarkLocation, "android/telephony/TelephonyManager", []string{"getAllCellInfo", "getCellLocation", "requestCellInfoUpdate"}, false},
	{inventory.MarkMessages, "android/telephony/SmsManager", []string{"sendTextMessage", "sendMultipartTextMessage", "sendDataMessage"}, false},
	{inventory.MarkMessages, "android/telephony/SmsMessage", []string{"createFromPdu"}, false},
	{inventory.MarkClipboard, "android/content/ClipboardManager", []string{"addPrimaryClipChangedListener", "getPrimaryClip"}, false},
	{inventory.MarkCamera, "android/hardware/Camera", []string{"open"}, false},
	{inventory.MarkCamera, "android/hardware/camera2/CameraManager", []string{"openCamera"}, false},
	{inventory.MarkMicrophone, "android/media/AudioRecord", []string{"<init>", "startRecording"}, false},
	{inventory.MarkMicrophone, "android/media/MediaRecorder", []string{"setAudioSource"}, false},
}

// inherited are methods that apps call on classes of their own.
var inherited = []struct{ mark, name, shorty string }{
	{inventory.MarkWebBridge, "addJavascriptInterface", "VLL"},
	{inventory.MarkUIControl, "performGlobalAction", "ZI"},
	{inventory.MarkUIControl, "dispatchGesture", "ZLLL"},
}

// fields are the addresses of the system's content.
var fields = []struct{ mark, class, name string }{
	{inventory.MarkContacts, "android/provider/ContactsContract$Contacts", "CONTENT_URI"},
	{inventory.MarkContacts, "android/provider/ContactsContract$CommonDataKinds$Phone", "CONTENT_URI"},
	{inventory.MarkContacts, "android/provider/ContactsContract$CommonDataKinds$Email", "CONTENT_URI"},
	{inventory.MarkContacts, "android/provider/ContactsContract$Data", "CONTENT_URI"},
	{inventory.MarkContacts, "android/provider/ContactsContract$RawContacts", "CONTENT_URI"},
	{inventory.MarkContacts, "android/provider/CallLog$Calls", "CONTENT_URI"},
	{inventory.MarkMessages, "android/provider/Telephony$Sms", "CONTENT_URI"},
	{inventory.MarkMessages, "android/provider/Telephony$Sms$Inbox", "CONTENT_URI"},
	{inventory.MarkMessages, "android/provider/Telephony$Mms", "CONTENT_URI"},
	{inventory.MarkDeviceIdentity, "android/os/Build", "SERIAL"},
}

// texts are constants that have hardly another use.
var texts = []struct {
	mark  string
	kind  kind
	texts []string
}{
	{inventory.MarkSu, callText, []string{"su", "su -c", "su -c ", "which su", "/system/bin/which su"}},
	{inventory.MarkSu, constant, []string{"/system/bin/su", "/system/xbin/su", "/sbin/su", "/su/bin/su", "/system/sbin/su", "/vendor/bin/su", "/data/local/su", "/data/local/bin/su", "/data/local/xbin/su", "/system/sd/xbin/su", "/system/bin/failsafe/su", "/system/bin/.ext/.su", "/system/usr/we-need-root/su-backup"}},
	{inventory.MarkRootCheck, constant, []string{
		"/system/app/Superuser.apk", "com.noshufou.android.su", "com.noshufou.android.su.elite", "eu.chainfire.supersu", "com.koushikdutta.superuser",
		"com.thirdparty.superuser", "com.yellowes.su", "com.topjohnwu.magisk", "com.kingroot.kinguser", "com.kingo.root", "/sbin/.magisk", "/data/adb/magisk",
		"/system/xbin/busybox", "/system/bin/busybox", "busybox", "test-keys", "ro.debuggable", "ro.secure", "[ro.debuggable]", "[ro.secure]",
		"de.robv.android.xposed.XposedBridge", "de.robv.android.xposed.installer", "com.saurik.substrate", "frida-server", "/data/local/tmp/frida-server",
	}},
	{inventory.MarkEmulatorCheck, constant, []string{
		"ro.kernel.qemu", "ro.boot.qemu", "/dev/qemu_pipe", "/dev/socket/qemud", "/dev/socket/genyd", "/sys/qemu_trace", "/system/bin/qemu-props",
		"/system/lib/libc_malloc_debug_qemu.so", "goldfish", "ranchu", "vbox86", "vbox86p", "google_sdk", "sdk_gphone", "Genymotion", "Android SDK built for x86",
		"ttVM_Hdragon", "com.bluestacks", "com.bignox.app", "TracerPid", "TracerPid:",
	}},
	{inventory.MarkInstalling, constant, []string{"application/vnd.android.package-archive", "android.intent.action.INSTALL_PACKAGE"}},
	{inventory.MarkHiddenAPI, constant, []string{"setHiddenApiExemptions"}},
	{inventory.MarkDeviceIdentity, constant, []string{"android_id", "deviceUniqueId"}},
	{inventory.MarkMessages, constant, []string{"content://sms", "content://sms/", "content://sms/inbox", "content://sms/sent", "content://mms-sms/conversations"}},
	{inventory.MarkContacts, constant, []string{"content://call_log/calls", "content://com.android.contacts/contacts"}},
}
