package resolve

import (
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// class says what a word after a product's name does to the name.
type class uint16

const (
	plain     class = 1 << iota // nothing: "setup", "desktop", "64-bit"
	edition                     // an edition of the same product
	region                      // a language or country, where it stands apart
	platform                    // may follow "for"
	linking                     // "for", "voor", "pour"
	protects                    // of security software: "internet security"
	accessory                   // made for the product by somebody else, or against it
	legal                       // a legal form
	vague                       // says nothing of which company it is
	ordinary                    // an ordinary word that is also a product's name
	everyday                    // an ordinary word that also makes an ordinary name together with others
	place                       // of where a company is
	before                      // may stand before the name of security software, as a kind of program
	following                   // in a company's name: of those who like, help or gather around another
)

var vocabulary = sync.OnceValue(func() map[string]class {
	m := make(map[string]class, 600)
	for _, list := range []struct {
		of    class
		words string
	}{{plain, plainWords}, {edition, editionWords}, {region, regionWords}, {platform | plain, platformWords}, {linking, linkingWords},
		{protects, protectiveWords}, {accessory, accessoryWords}, {legal, legalForms}, {vague, vagueWords}, {vague | place, placeWords}, {ordinary, ordinaryWords},
		{following, followingWords}, {before, beforeWords}, {everyday | ordinary, everydayWords}} {
		for _, w := range strings.Fields(list.words) {
			m[w] |= list.of
		}
	}
	return m
})

const plainWords = `setup installer install app apps application client beta alpha preview stable release version build rev edition
	x64 x86 64 32 64bit 32bit bit amd64 arm arm64 win32 win64 win msi exe user users machine wide system all 
	esr lts official original store portable standalone latest universal
	инсталлятор приложение версия 客户端 `

const platformWords = `windows mac macos osx android ios iphone ipad pc desktop linux ubuntu debian chromebook mobile phone tablet web chromeos
	bureau ordinateur rechner компьютера виндовс андроид 电脑版 桌面版 安卓版 手机版`

const linkingWords = `for voor pour für fur para per für для on`

const editionWords = `free pro professional plus premium standard basic home business enterprise family personal ultimate deluxe essential essentials
	community ce education corporate unlimited advanced gratis gratuit kostenlos team workgroup individual trial evaluation
	professionnel particulier persoonlijk стандарт плюс премиум бесплатный 官方版 正式版 最新版 国际版`

const regionWords = `en us gb uk nl be fr de es it pt br ru ua zh cn tw hk ja jp ko kr pl tr sv da fi no cs hu ro el he ar vi th id in
	english français francais deutsch nederlands dutch french german español italiano русский русская 中文 multilingual intl int eu europe belgium belgië belgique
	international global asia row`

const protectiveWords = `antivirus anti virus malware antimalware spyware antispyware ransomware exploit internet total security endpoint small office cloud
	protection protect safe shield guard defender defense agent sensor server servers workstation workstations one max maximum complete smart nod32 livesafe
	virusscan mobile tablet management center console network tools suite edr xdr mdr elements gravityzone dome apex officescan worry
	next gen generation intercept select 365 360 platinum gold silver titanium quantum prime premier bundle firewall hips secure web and with x
	safeguard live space platform full pure home file embedded systems virtualization light core ultimate безопасность защита антивирус агент администрирования консоль центр сервер серверов сервера станций рабочих
	industrial cyber cybersecurity nodes virenschutz sicherheit sicherheitspaket schutz sécurité securite beveiliging bescherming antivirusprogramm virenscanner virusscanner
	sicherheitssoftware beveiligingssoftware seguridad sicurezza agente konsole netzwerkagent netwerkagent 杀毒软件 杀毒 安全卫士 安全软件 个人版 企业版`

const accessoryWords = `downloader downloaders download downloads saver viewer remover removal uninstaller uninstall coupon coupons codes promo
	wallpaper wallpapers sticker stickers guide guides tips tricks cheat cheats hack hacks mod modded modz clone cloner prank fake followers follower unfollow unfollowers
	liker likes watermark unofficial fan fanmade quiz trivia ringtone ringtones skins simulator 18+ 21+ crack keygen patcher generator faker
	télécharger telecharger téléchargeur autocollants gutschein gutscheine hintergrundbilder achtergronden kortingscode kortingscodes verwijderen
	скачать скачивание обои удаление удалить взлом 下载器 下载 壁纸 卸载 卸载工具 表情包`

const legalForms = `inc incorporated llc llp lp ltd limited ltda gmbh mbh ag kg kgaa se bv b v nv n sa s sas sarl a r l srl spa spol o oy oyj ab as asa aps kk k
	co company corp corporation pte pty plc pvt private ooo ao oao pao zao ip jsc pjsc cjsc fz fze fzco fzllc dmcc kft zrt oü uab sia doo d sp z oo
	ооо ао оао пао зао ип gesmbh eurl snc scrl vzw asbl vof sdn bhd tbk pt hk joint stock 
	有限公司 股份有限公司 有限责任公司 公司 集团 股份 株式会社 주식회사 şti ti san tic ve`

const vagueWords = `the and of group groep groupe holding holdings technology technologies tech software softwares systems system solutions services service labs lab laboratory
	laboratories network networks digital mobile internet information communications communication international global online studio studios team project
	foundation association organization organisation development developers developer media interactive entertainment office science sciences industries industry
	electronic electronics artificial intelligence ai business www com org net io operations trust it
	北京 上海 深圳 深圳市 杭州 广州 科技 网络 技术 网络技术 网络科技 信息技术 计算机系统`

// placeWords are of where a company is; they tell no companies apart either.
const placeWords = `shenzhen beijing shanghai hangzhou guangzhou zhuhai hong kong hongkong singapore china chinese us usa uk eu europe european ireland
	netherlands germany deutschland france belgium switzerland swiss norway sweden cyprus luxembourg japan korea india asia pacific emea america americas russia
	cz`

const ordinaryWords = `signal line max wire element session threads soul bolt opera brave lookout slack zoom steam spark lark quark grok discord bing copilot
	notion miro character talkie vigo tim momo hello helo teams word outlook excel powerpoint messenger chrome edge drive keep photos maps gemini claude
	uber wave vault twitch snap panda norton guardian cortex elastic auditor aurora briar shadow cloud mail music video browser
	keyboard weather translate navigator search disk files gallery camera clock notes reader office security antivirus safe guard joy bean nano
	trip kimi manus seller studio now lite notes tv health store market push assistant cloud imo remini moments
	messages mobile square pages numbers keynote pulse flow link chat meet meeting circle bubble rising session 
	telecom unicom hypatia tapo2 tether bluesky mastodon ok id one x vk qq yy max wish cici dola `

// everydayWords make up names that are nobody's, also two or three together: "Phone Manager", "App Market".
const everydayWords = `cloud mail music video browser keyboard weather translate navigator search disk files gallery camera clock notes reader
	office security antivirus safe guard store market push assistant tv health maps photos manager optimizer middleware player wallet pay
	messages messenger contacts calendar calculator recorder news vivo `

const followingWords = `community club fans users friends wiki forum addons plugins mods client clients desktop web unofficial`

// beforeWords are what other languages put before a maker's name: "Агент администрирования Kaspersky Security Center".
const beforeWords = `антивирус агент агента администрирования администратора консоль сервер сервера центр управления защита безопасность антивирусная антивирусный программа пакет плагин
	agent agente agenten console konsole konsol consola antivirus antivirusprogramm virenschutz virenscanner virusscanner sicherheit sicherheitssoftware schutz
	sécurité securite protection suite logiciel de d du des la le l et der die das von van voor para per por beveiliging bescherming beveiligingssoftware
	seguridad protección proteccion sicurezza protezione verwaltung verwaltungsagent verwaltungskonsole administration administrationsagent administrationskonsole beheer beheeragent beheerconsole
	netzwerkagent netwerkagent réseau reseau serveur server`

// runsOn tells on which platforms a program of a word in its name runs. A client in a browser is nobody's listed program.
var runsOn = sync.OnceValue(func() map[string][]inventory.Platform {
	desktop := []inventory.Platform{inventory.Windows, inventory.MacOS, inventory.Linux}
	phone := []inventory.Platform{inventory.Android, inventory.IOS}
	m := map[string][]inventory.Platform{}
	for _, list := range []struct {
		on    []inventory.Platform
		words string
	}{{[]inventory.Platform{inventory.Windows}, "windows win win32 win64 виндовс"}, {[]inventory.Platform{inventory.MacOS}, "mac macos osx"},
		{[]inventory.Platform{inventory.Linux}, "linux ubuntu debian"}, {desktop, "desktop client pc bureau ordinateur rechner компьютера 电脑版 桌面版"},
		{[]inventory.Platform{inventory.Android}, "android андроид 安卓版 chromebook"}, {[]inventory.Platform{inventory.IOS}, "ios iphone ipad"},
		{phone, "mobile phone tablet 手机版"}, {nil, "web chromeos"}} {
		for _, w := range strings.Fields(list.words) {
			m[w] = list.on
		}
	}
	return m
})

// nouns are what the makers add to a name, by category.
var nouns = map[string]string{
	"messaging": "messenger messaging мессенджер", "browser": "browser navigateur браузер 浏览器", "office": "suite", "email": "mail",
	"keyboard": "keyboard", "vpn": "vpn", "password-manager": "password safe", "maps": "navigation", "ai-assistant": "ai assistant",
}

// stems are beginnings of words by which a tagline shows that it is about the category.
var stems = map[string][]string{
	"messaging":        {"messeng", "messag", "chat", "call", "talk", "private", "bericht", "nachricht", "anruf", "appel", "bellen", "мессендж", "обще", "общат", "звон", "сообщ", "聊天"},
	"social":           {"social", "communit", "people", "friend", "music", "video", "messeng", "друзь", "соц", "общ", "видео", "музык", "мессендж", "dating"},
	"browser":          {"browser", "brows", "navigat", "браузер", "浏览器", "surf", "vpn"},
	"ai-assistant":     {"ai", "assistant", "chatbot", "ии"},
	"video":            {"video", "film", "movie", "clip", "edit"},
	"music":            {"music", "song", "музык"},
	"shopping":         {"shop", "deal", "winkel", "achat", "einkauf", "marketplace", "покупк"},
	"mobility":         {"ride", "taxi", "food", "scooter"},
	"office":           {"work", "meeting", "team", "collab", "chat", "office", "document", "task"},
	"video-conference": {"meeting", "video", "call", "confer"},
	"security":         {"antivirus", "security", "vpn", "protect", "virus"},
	"vpn":              {"vpn", "proxy"},
	"game":             {"game", "play"},
}

// hanEditions are written to the end of a name in Han characters without a space.
var hanEditions = []string{"电脑版", "桌面版", "安卓版", "手机版", "官方版", "正式版", "最新版", "国际版", "企业版", "个人版", "客户端",
	"杀毒软件", "安全软件", "安全卫士", "杀毒"}
