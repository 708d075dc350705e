package paths

// appleApps are the folders of Apple's own apps and their bundle identifiers, as iOS 13 and later install them. Some of
// the names are older than what readers see: "Bridge" is Watch, "Passbook" is Wallet.
var appleApps = map[string]string{
	"AppleTV": "com.apple.tv", "AppStore": "com.apple.AppStore", "Books": "com.apple.iBooks", "Bridge": "com.apple.Bridge",
	"Calculator": "com.apple.calculator", "Camera": "com.apple.camera", "Compass": "com.apple.compass", "Contacts": "com.apple.MobileAddressBook",
	"FaceTime": "com.apple.facetime", "Files": "com.apple.DocumentsApp", "FindMy": "com.apple.findmy", "Fitness": "com.apple.Fitness",
	"Freeform": "com.apple.freeform", "Health": "com.apple.Health", "Home": "com.apple.Home", "Journal": "com.apple.journal",
	"Magnifier": "com.apple.Magnifier", "Maps": "com.apple.Maps", "Measure": "com.apple.measure", "MobileCal": "com.apple.mobilecal",
	"MobileMail": "com.apple.mobilemail", "MobileNotes": "com.apple.mobilenotes", "MobilePhone": "com.apple.mobilephone",
	"MobileSafari": "com.apple.mobilesafari", "MobileSlideShow": "com.apple.mobileslideshow", "MobileSMS": "com.apple.MobileSMS",
	"MobileStore": "com.apple.MobileStore", "MobileTimer": "com.apple.mobiletimer", "Music": "com.apple.Music", "News": "com.apple.news",
	"Passbook": "com.apple.Passbook", "Passwords": "com.apple.Passwords", "Podcasts": "com.apple.podcasts", "Preferences": "com.apple.Preferences",
	"Reminders": "com.apple.reminders", "SequoiaTranslator": "com.apple.Translate", "Shortcuts": "com.apple.shortcuts", "Stocks": "com.apple.stocks",
	"Tips": "com.apple.tips", "VoiceMemos": "com.apple.VoiceMemos", "Weather": "com.apple.weather",
}
