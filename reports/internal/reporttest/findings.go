package reporttest

import "quaestor/reports"

var (
	circular = reports.Source{ID: "be-circular-716", Title: "Circulaire n° 716 du 17 mars 2023", URL: "https://etaamb.openjustice.be/fr/nl/circulaire-du-17-mars-2023_n2023030807.html", Date: "2023-03-17"}
	flemish  = reports.Source{ID: "brussels-times-401861", Title: "All Belgian governments ban use of TikTok on staff devices", URL: "https://www.brusselstimes.com/401861/all-belgian-governments-ban-use-of-tiktok-on-staff-devices", Date: "2023-03"}
	law      = reports.Source{ID: "cn-nil-2017", Title: "National Intelligence Law of the People's Republic of China (2017, amended 2018)", URL: "http://www.npc.gov.cn/npc/c2/c30834/201905/t20190521_281475.html", Date: "2018-04-27"}
	annual   = reports.Source{ID: "bytedance-structure", Title: "ByteDance: company structure", URL: "https://www.bytedance.com/en/", Date: "2025"}
)

func subject(app, identifier, name, version, product, vendor string) reports.Subject {
	return reports.Subject{
		Device: "android-5f1d", DeviceName: "Phone of member 17", App: app, Kind: "android-package",
		Identifier: identifier, Name: name, Version: version, Users: []string{"0", "10"}, Product: product, Vendor: vendor,
	}
}

func byIdentifier(value string) []reports.Evidence {
	return []reports.Evidence{{
		Kind: "identifier", Detail: "The package name " + value + " is the one the database lists for this product.", Supports: true,
		Reliability: "B", Credibility: 2, Scanner: "android/packages", Path: "androidqf-2026-11-20.zip!packages.json", Line: 118,
	}}
}

func toChina(app, publisher string) []reports.ChainLink {
	return []reports.ChainLink{
		{From: app, Relation: "published by", To: publisher, Kind: "vendor", ID: "tiktok-pte", Verified: true, Confidence: "high", Sources: []reports.Source{annual}},
		{From: publisher, Relation: "owned by", To: "ByteDance", Kind: "owner", ID: "bytedance", Since: "2017-11", Share: "100 %", Verified: true, Confidence: "high", Sources: []reports.Source{annual}},
		{From: "ByteDance", Relation: "seated in", To: "China", Kind: "state", ID: "CN", Verified: true, Confidence: "moderate"},
		{From: "China", Relation: "subject to", To: "National Intelligence Law, article 7", Kind: "law", ID: "cn-nil", Since: "2017-06-28", Verified: true, Confidence: "high", Sources: []reports.Source{law}},
		{From: "China", Relation: "subject to", To: "Data Security Law, article 35", Kind: "law", ID: "cn-dsl", Since: "2021-09-01", Verified: true, Confidence: "high"},
		{From: "ByteDance", Relation: "note", To: "TikTok USDS Joint Venture", Kind: "owner", Since: "2026-01-22", Share: "19.9 %", Confidence: "moderate", Note: "The joint venture of 2026 concerns the service in the United States only."},
	}
}

const (
	tiktokInstrument = "National Security Council decision of 10 March 2023; circular no. 716 of 17 March 2023"
	tiktokScope      = "Fixed and mobile service devices of federal personnel: every device whose purchase, subscription or use is wholly or partly paid by the federal authority"
)

func tiktokBan() reports.Finding {
	return reports.Finding{
		ID: "finding-tiktok-ban", Rule: "ban", Title: "TikTok is banned by Federal government of Belgium", Axis: "compliance", Severity: "critical", Confidence: "moderate", STIX: 50, Action: "remove",
		Reason:  tiktokInstrument + " (2023-03-10). Scope: " + tiktokScope + ". To be obeyed by 2023-03-31.",
		Caveat:  "It does not bind: the Chamber of Representatives, the regions and communities. Recognised by its package name, which another app could copy; the signing certificate of the installed file would settle it.",
		Subject: subject("app-0001", "com.zhiliaoapp.musically", "TikTok", "35.1.3", "tiktok", "bytedance"),
		Params:  map[string]string{"product": "TikTok", "authority": "be-federal"},
		Measures: []reports.Measure{
			{
				ID: "be-fed-tiktok-2024", Kind: "ban", Binding: true, State: "in-force", Authority: "Federal government of Belgium", Jurisdiction: "BE",
				Instrument: tiktokInstrument, Since: "2023-03-10", Deadline: "2023-03-31",
				Scope:    tiktokScope,
				BindsNot: []string{"the Chamber of Representatives", "the regions and communities"}, Via: "product", Sources: []reports.Source{circular},
			},
			{
				ID: "be-chamber-tiktok-2023", Kind: "resolution", State: "advisory", Authority: "Chamber of Representatives", Jurisdiction: "BE", Instrument: "DOC 55 3045, points 2 to 4",
				Since: "2023-05-11", Scope: "Professional telephones of members (an appeal)", Via: "product", Sources: []reports.Source{},
			},
			{
				ID: "be-vl-tiktok-2023", Kind: "ban", Binding: true, State: "in-force-when-reported", Authority: "Flemish Government", Jurisdiction: "BE-VLG", Instrument: "Government decision",
				Since: "2023-03-09", Scope: "Devices of the staff of the Flemish government", Via: "product", Sources: []reports.Source{flemish},
			},
		},
		Chain:    toChina("TikTok", "TikTok Pte. Ltd."),
		Reach:    []reports.Reach{{Category: "microphone", Permissions: []string{"android.permission.RECORD_AUDIO"}, Granted: "yes"}},
		Evidence: byIdentifier("com.zhiliaoapp.musically"),
		Sources:  []reports.Source{circular, flemish, annual, law},
	}
}

func tiktokReach() reports.Finding {
	f := tiktokBan()
	f.ID, f.Rule, f.Title = "finding-tiktok-reach", "reach", "TikTok holds access to microphone, contacts, location"
	f.Axis, f.Severity, f.Action = "espionage", "high", "restrict"
	f.Reason = "What these permissions open is within the reach of China through the owner of the app. Many ordinary apps ask for the same; here they are context for the finding about the owner."
	f.Caveat, f.Measures = "", nil
	f.Reach = []reports.Reach{
		{Category: "microphone", Permissions: []string{"android.permission.RECORD_AUDIO"}, Granted: "yes"},
		{Category: "contacts", Permissions: []string{"android.permission.READ_CONTACTS", "android.permission.WRITE_CONTACTS"}, Granted: "no"},
		{Category: "location", Permissions: []string{"android.permission.ACCESS_FINE_LOCATION"}, Granted: "unknown"},
	}
	f.Sources = []reports.Source{annual, law}
	return f
}

func kaspersky() reports.Finding {
	return reports.Finding{
		ID: "finding-kaspersky", Rule: "jurisdiction", Title: "Kaspersky Antivirus: security software of an owner within reach of the law of Russia", Axis: "espionage", Severity: "high", Confidence: "moderate", STIX: 50, Action: "replace",
		Reason:  "Protective software sees everything on the device. Its maker is seated in Russia, where the Federal Security Service Act obliges companies to assist.",
		Params:  map[string]string{"product": "Kaspersky Antivirus", "vendor": "AO Kaspersky Lab", "state": "RU"},
		Subject: subject("app-0002", "com.kms.free", "Kaspersky Antivirus", "11.104.4.1", "kaspersky-antivirus", "kaspersky"),
		Chain: []reports.ChainLink{
			{From: "Kaspersky Antivirus", Relation: "published by", To: "AO Kaspersky Lab", Kind: "vendor", Verified: true, Confidence: "high"},
			{From: "AO Kaspersky Lab", Relation: "seated in", To: "Russia", Kind: "state", ID: "RU", Verified: true, Confidence: "high"},
			{From: "Russia", Relation: "subject to", To: "Federal Law no. 40-FZ, article 15", Kind: "law", ID: "ru-fsb", Since: "1995-04-03", Verified: false, Confidence: "moderate"},
		},
		Evidence: byIdentifier("com.kms.free"),
		Sources:  []reports.Source{},
	}
}

func wechat() reports.Finding {
	return reports.Finding{
		ID: "finding-wechat", Rule: "jurisdiction", Title: "WeChat: owner within reach of the law of China", Axis: "espionage", Severity: "medium", Confidence: "moderate", STIX: 50, Action: "review",
		Reason:   "WeChat is published by Tencent, which the law of China can compel: National Intelligence Law art. 7. The law allows the state to demand; this says nothing about whether the vendor has complied.",
		Params:   map[string]string{"product": "WeChat", "vendor": "Tencent", "state": "CN"},
		Subject:  subject("app-0003", "com.tencent.mm", "微信 WeChat", "8.0.50", "wechat", "tencent"),
		Chain:    []reports.ChainLink{{From: "WeChat", Relation: "published by", To: "Tencent", Kind: "vendor", Verified: true, Confidence: "high"}, {From: "Tencent", Relation: "seated in", To: "China", Kind: "state", Verified: true, Confidence: "high"}},
		Evidence: byIdentifier("com.tencent.mm"),
		Sources:  []reports.Source{law},
	}
}

func unknownOrigin() reports.Finding {
	return reports.Finding{
		ID: "finding-unknown", Rule: "unknown-origin", Title: HostileName + ": origin unknown", Axis: "security", Severity: "low", Confidence: "high", STIX: 85, Action: "review",
		Reason:  "The device records no installer: the app came with no store.",
		Params:  map[string]string{"product": HostileName},
		Subject: subject("app-0004", "com.example.\u202Eevil\x1b[31m", HostileName, "1.0\x1b[31m", "", ""),
		Evidence: []reports.Evidence{
			{Kind: "installer", Detail: "The installer is empty.", Supports: true, Reliability: "A", Credibility: 2, Scanner: "android/packages", Path: "androidqf-2026-11-20.zip!packages.json"},
			{Kind: "signer", Detail: "The signer is listed for another product.", Supports: false, Reliability: "C", Credibility: 3},
		},
		Sources: []reports.Source{},
	}
}

func belgianInfo() reports.Finding {
	return reports.Finding{
		ID: "finding-itsme", Rule: "recognised", Title: "itsme: nothing is recorded against it", Axis: "compliance", Severity: "info", Confidence: "high", STIX: 85, Action: "inform",
		Reason:   "Published by a company seated in Belgium.",
		Subject:  subject("app-0005", "be.bmid.itsme", "itsme", "9.2.0", "itsme", "belgian-mobile-id"),
		Evidence: byIdentifier("be.bmid.itsme"),
		Sources:  []reports.Source{},
	}
}

func gaps() []reports.Gap {
	const device, name = "android-5f1d", "Phone of member 17"
	return []reports.Gap{
		{Scanner: "apk", Subject: "androidqf-2026-11-20.zip!apks/base.apk", Kind: "malformed", Incomplete: true, Detail: "The APK ends in the middle of an entry and was not read.", Next: "Copy the APK again and repeat the scan."},
		{Scanner: "android/packages", Device: device, DeviceName: name, Subject: "dumpsys_package.txt", Kind: "limit", Incomplete: true, Detail: "Reading stopped at the size limit; packages after it are missing.", Count: 12, Samples: []string{"com.example.a", "com.example.\x1b[31mb"}},
		{Scanner: "android/packages", Device: device, DeviceName: name, Subject: "dumpsys_package.txt", Kind: "unknown-lines", Detail: "Lines of an unknown form were passed over.", Count: 3, Samples: []string{"Frobnicated: \u202Etrue"}},
		{Scanner: "android/packages", Device: device, DeviceName: name, Subject: "app data", Kind: "blind", Detail: "What an app stores and sends is not in a package list.", Next: "A network capture would show it."},
		{Scanner: "android/packages", Device: device, DeviceName: name, Subject: "private space", Kind: "not-permitted", Detail: "Apps in a locked private space are not listed.", Next: "Ask the owner to unlock it."},
	}
}
