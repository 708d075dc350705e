package reporttest

import "quaestor/reports"

// inside is what the files of an app show, with something of everything.
func inside() *reports.Inside {
	const base, carried = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
	return &reports.Inside{
		Files: []reports.InsideFile{{SHA256: base, Name: "torch.apk", Size: 9_500_000}, {SHA256: carried, Name: "split_config.arm64_v8a.apk", Split: "config.arm64_v8a", Size: 700}},
		Signature: reports.Signature{State: "valid",
			Schemes: []reports.Scheme{{Name: "v1", Error: "a digest does not match \x1b[31m"}, {Name: "v2", Verified: true, MinSDK: 24, MaxSDK: 27}, {Name: "v3", Verified: true, MinSDK: 28}},
			Signers: []reports.InsideSigner{
				{SHA256: "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc", Subject: "CN=Example Torch, O=Example, C=BE", Key: "RSA", KeyBits: 2048, NotAfter: "2051-01-01", Verified: true},
				{SHA256: "1eb08926fd97b9f2e2a1b8b6a3e7c7d4a40da80a59d170caa950cf15c18c454d", Subject: "CN=Example Torch 2012", Key: "DSA", KeyBits: 1024, Lineage: true, Verified: true},
			}},
		MinSDK: 24, TargetSDK: 34, Built: &reports.Built{Debuggable: true, TestOnly: true, AllowBackup: true, SharedUser: "org.example.shared"},
		Code: &reports.InsideCode{Files: 3, Classes: 14_974, Renamed: 6_140},
		SDKs: []reports.InsideSDK{
			{ID: "mmkv", Name: "MMKV", Vendor: "Tencent Holdings", Category: "library", Local: true, Confidence: "moderate"},
			{ID: "pangle", Name: "Pangle", Vendor: "ByteDance", Category: "advertising", Confidence: "moderate", Places: sdkPlaces()},
			{ID: "sentry", Name: "Sentry", Vendor: "Functional Software", Category: "crash", Confidence: "low"},
		},
		NativeFiles: []reports.InsideNative{{File: "lib/arm64-v8a/liba.so", ABI: "x86_64", Size: 9000}, {File: "lib/armeabi-v7a/liba.so", ABI: "armeabi-v7a", Size: 8000}}, NotNative: []string{"libtext.so"},
		SomeLibraries: []string{"androidx.core 1.9.0", "okhttp 4.12.0"}, Open: 3, SomeOpen: []reports.InsideComponent{{Kind: "service", Name: "org.example.Sync"}},
		Native: 4, ABIs: []string{"arm64-v8a", "armeabi-v7a"}, Hosts: 41, SomeHosts: []string{"api.example.org", "cdn.example.org", "example.com", "log.example.net", "one.example", "two.example"},
		Libraries: 57, Asks: []reports.Reach{{Category: "camera", Permissions: []string{"android.permission.CAMERA"}, Granted: "unknown"}, {Category: "microphone", Permissions: []string{"android.permission.RECORD_AUDIO"}, Granted: "unknown"}},
		Roles: []string{"accessibility", "vpn"}, Exported: 4, Network: []string{"unencrypted traffic is let through", "authorities that were added to the phone are trusted"},
		Carries: carries(carried),
		Marks: []reports.InsideMark{
			{Code: "container/duplicate-names", Text: "two entries bear the name AndroidManifest.xml", Count: 2, Places: []reports.Place{{File: "AndroidManifest.xml"}}},
			{Code: "code/dex-loading", Text: "loads further DEX code while it runs", Count: 3,
				Places: []reports.Place{{File: "classes.dex", Item: "dalvik.system.DexClassLoader"}, {File: "classes2.dex", Item: "dalvik.system.PathClassLoader"}, {File: "classes3.dex", Item: HostileName[:len(HostileName)-2]}}},
		},
	}
}

// carries is an app in the app, with code in it, in two places.
func carries(sha256 string) []reports.InsideCarried {
	const dex = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
	unit := reports.Unit{Name: "Plugin \x1b[2J", Version: "1.0", Signature: &reports.Signature{State: "unsigned"}, Code: &reports.InsideCode{Files: 1, Classes: 31},
		SDKs:  []reports.InsideSDK{{ID: "pangle", Name: "Pangle", Vendor: "ByteDance", Confidence: "moderate"}},
		Hosts: 1, SomeHosts: []string{"c2.example.net"}, Asks: []reports.Reach{{Category: "camera", Permissions: []string{"android.permission.CAMERA"}, Granted: "unknown"}},
		Marks: []reports.InsideMark{{Code: "code/exec", Text: "starts programs: Runtime.exec", Count: 1, Places: []reports.Place{{File: "classes.dex", Item: "a.b.c"}}}}}
	inner := reports.Unit{Code: &reports.InsideCode{Files: 1, Classes: 7}, Hosts: 1, SomeHosts: []string{"deep.example.net"}}
	return []reports.InsideCarried{
		{SHA256: sha256, File: "assets/plugin.bin", Format: "apk", Package: "org.example.plugin", Size: 70_000, Inside: &reports.InsideOuter{Unit: unit, Carries: []reports.InsideNested{
			{SHA256: dex, File: "assets/a.ttf", Format: "dex", Size: 5_000, Inside: &reports.InsideInner{Unit: inner, Deeper: 2}}}}},
		{SHA256: dex, File: "@0", Format: "dex", Size: 5_000, SameAs: "assets/a.ttf"},
		{SHA256: sha256, File: "res/raw/blob", Format: "apk", Package: "org.example.plugin", Size: 70_000, SameAs: "assets/plugin.bin"},
	}
}

func codeReach() reports.CodeReach {
	return reports.CodeReach{Device: "android-5f1d", DeviceName: "Phone of member 17", Read: 40, Unread: 272, Vendors: []reports.VendorCode{
		{Vendor: "bytedance", Name: "ByteDance", State: "CN", StateCertainty: "moderate", Priority: true, Apps: []string{"app-0001", "app-0002", "app-0006"}, Own: 1, SDKs: []string{"pangle"},
			Reach: []reports.CodeAccess{{Category: "microphone", Granted: 1, Asked: 3}, {Category: "location", Granted: 0, Asked: 2, Unknown: 1}, {Category: "contacts", Asked: 2, Unknown: 2}}},
		{Name: "Functional Software", Apps: []string{"app-0002"}, SDKs: []string{"sentry"}},
	}}
}

func sdkPlaces() []reports.Place {
	return []reports.Place{{File: "classes3.dex", Item: "com.bytedance.sdk.openadsdk", Kind: "package", Classes: 214},
		{Binary: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", File: "lib/arm64-v8a/libpangleflipped.so"}}
}

// sdkFinding is about code inside an app that was handed in as a file.
func sdkFinding() reports.Finding {
	return reports.Finding{
		ID: "finding-0031", Rule: "sdk", Title: "Torch carries code of ByteDance, within reach of the law of the People's Republic of China",
		Reason: "The app carries code of ByteDance: Pangle.", Caveat: "That the code is there does not show that it runs, or what it sends; a look at the app's traffic would.",
		Axis: "espionage", Severity: "high", Confidence: "moderate", STIX: 50, Action: "review",
		Context: []reports.Circumstance{{Effect: "raises", Text: "The app holds access that the code shares: camera, microphone."}, {Effect: "beside", Text: "It is built for debugging."}},
		Subject: reports.Subject{App: "app-0031", Kind: "android-package", Identifier: "org.example.torch", Name: "Torch", Version: "2.1", Path: "apks/torch.apk"},
		Evidence: []reports.Evidence{{Kind: "code", Detail: `Pangle (advertising): the code "com.bytedance.sdk" (214 classes) is a strong mark.`, Supports: true, Reliability: "B", Credibility: 2,
			Scanner: "apk", Path: "apks/torch.apk", Places: sdkPlaces()}},
		Sources: []reports.Source{},
	}
}
