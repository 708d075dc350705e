package riskdb

import "quaestor/scanners/inventory"

// Axis is one of the four kinds of risk. They are never blended into one score.
type Axis string

// The axes.
const (
	Espionage  Axis = "espionage"
	Influence  Axis = "influence"
	Security   Axis = "security"
	Compliance Axis = "compliance"
)

// Axes lists the axes in the order of every report.
var Axes = []Axis{Compliance, Espionage, Influence, Security}

// Severity is how much a finding matters if it is true. How sure it is, is its Confidence.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities lists the severities, worst first.
var Severities = []Severity{Critical, High, Medium, Low, Info}

// Rank is 5 for critical, 1 for info and 0 for anything else.
func (s Severity) Rank() int {
	for i, t := range Severities {
		if s == t {
			return len(Severities) - i
		}
	}
	return 0
}

// Action is what a finding proposes. People decide.
type Action string

// The actions, most urgent first.
const (
	Remove   Action = "remove"
	Replace  Action = "replace"
	Restrict Action = "restrict"
	Update   Action = "update"
	Review   Action = "review"
	Inform   Action = "inform"
)

// Actions lists the actions, most urgent first.
var Actions = []Action{Remove, Replace, Restrict, Update, Review, Inform}

// Finding is one judged fact about an app, a device as a whole or an exception of the policy.
type Finding struct {
	ID         string // stable for the same rule and subject
	Rule       string // Rule.ID
	PolicyRule string // PACK/RULE, where a rule of a policy made it
	Subject    Subject
	Axis       Axis
	Severity   Severity
	Confidence Confidence
	Action     Action
	Title      string            // one line
	Reason     string            // why, in sentences
	Caveat     string            // what is uncertain, and what would settle it
	Params     map[string]string // the values in the texts
	Measures   []Measure         // the leading one first
	Chain      []Link
	Reach      []Reach
	Context    []Circumstance // what raised or lowered the severity, and what stands beside it
	Evidence   []Evidence
	Sources    []string      // Source.ID, of everything but the measures and links, which name their own
	Positions  []Position    // where several authorities or packs were asked: what each says
	Exception  *Exception    // who approved it; such a finding does not count
	Removal    []RemovalStep // where it asks for that: for each user who has the app
	// Removable is how the app would be taken off, of a grave finding that leaves to people whether it goes.
	Removable []RemovalStep
	// Vulnerable is the component and the vulnerability that a finding of rule "vulnerable-component" is about.
	Vulnerable *Vulnerable
	rank       int // orders findings of the same severity and action: the higher, the sooner
}

// Subject is what a finding is about: the app, on its device; the device as a whole; or an exception of the policy.
type Subject struct {
	App       *inventory.App    // nil for a finding about no app
	Device    *inventory.Device // nil but for a finding about a device
	Exception *Exception        // nil but for a finding about an exception
	Product   *Product          // nil when not recognised
	Vendor    *Vendor
}

// Measure is a ban, or something less, and how it reaches the app.
type Measure struct {
	Ban *Ban
	Via string // product, owner, jurisdiction, category, affiliate, successor, example, sdk
	// Target is the entry of the ban that covers the app.
	Target *Target
	named  *Identifier // the measure's own, where the product is no record
}

// Reach is one kind of thing that the permissions of an app open.
type Reach struct {
	Category    string
	Permissions []string
	Weight      int    // of the weightiest
	Granted     string // "yes", "no", or "unknown" where the source does not tell
	Limited     bool   // it is held for a part only, such as photos that the user picked
}

// Rule describes one rule to the reader of a finding.
type Rule struct {
	ID       string
	Title    string
	Axis     Axis
	When     string // when it fires
	Limits   string // what it does not say
	WouldEnd string // what would make it go away
}

// Rules lists every rule that [Assess] applies.
var Rules = []Rule{
	{RuleBan, "Banned or restricted by an authority", Compliance,
		"A ban, a restriction or a rule on devices of an authority in the chosen policy, in force on the day of the judgement, covers the product, its owner, its owner's state or its category.",
		"A measure binds whom its scope names. Binding measures that ban no app on devices are reported as \"measure\"; a warning, an advice and a resolution as \"advice\".",
		"The app is removed, the measure is revoked or ends, or the app is shown to be another product."},
	{RuleAdvice, "Subject of a warning, advice or position", Compliance,
		"An authority in the chosen policy has warned of, advised on, or taken a position about the product or its owner without forbidding it.",
		"It obliges nobody.",
		"The authority withdraws it, or the app is shown to be another product."},
	{RuleJurisdiction, "Owner within reach of a compelled-access law", Espionage,
		"The verified owner of the product is subject to a state that Belgian or European texts name as a priority concern and whose law can compel it to help its intelligence services.",
		"It says what the law allows the state to demand. It does not say that the vendor has cooperated.",
		"The ownership changes, or a source shows that the chain is wrong."},
	{RuleUnverifiedJurisdiction, "Owner's state not verified", Espionage,
		"The database names such a state for the vendor, but has no source that was verified.",
		"It is a question, not a finding about the vendor.",
		"A source for the vendor's seat and control is added to the database."},
	{RuleInfluence, "Selection of content by an owner within such a reach", Influence,
		"The app shows its users a stream of content, and its verified owner is within the reach of a state that the texts behind the database name as a priority concern.",
		"It does not say that any content was steered.",
		"The ownership changes, or the app is shown to be another product."},
	{RuleReach, "What such an app can reach on the device", Espionage,
		"An app with a jurisdiction finding asks for, or holds, permissions that open microphone, camera, location, contacts, messages or similar.",
		"Permissions alone are ordinary: they are reported only as context of a finding about origin.",
		"The permissions are withdrawn or the app is removed."},
	{RuleSecuritySoftware, "Security software of an owner within such a reach", Espionage,
		"Antivirus or other protective software, which on a computer sees everything, has a verified owner within the reach of such a state.",
		"Whether an authority has forbidden it is a matter of \"ban\" and \"advice\".",
		"The software is replaced, or the ownership changes."},
	{RuleSecurityPresent, "Security software present", Security,
		"Known antivirus, EDR, firewall or similar software was recognised.",
		"It is listed so that the reader knows what protects, and sees, the device.",
		"Nothing needs to change."},
	{RuleForeignSigner, "Listed package with a foreign signer", Security,
		"The package name belongs to a known product, but the verified signer is none of those that sign the genuine app.",
		"A store or a channel that is not listed may use another key.",
		"The signer is shown to be the publisher's, or the app is replaced by the genuine one."},
	{RuleTestKey, "Signed with a public test key", Security,
		"The signing certificate is one whose private key is published, so anybody can sign an update.",
		"It counts as unsigned; some unofficial Android systems use such keys for their own apps.",
		"The app is signed with a private key."},
	{RuleSplitSigner, "Parts signed by different keys", Security,
		"A split of the app is not signed by the key that signs its base, or its signature does not hold.",
		"Parts of different versions that were mixed up by hand look the same.",
		"The app is replaced by a whole one."},
	{RuleInvalidSignature, "Signature missing or broken", Security,
		"The file has no signature, or one that does not match its content.",
		"A phone would refuse such a file; it may be damaged or unfinished.",
		"The file is replaced by an intact one."},
	{RuleNameOnly, "Bears the name of a product it is not listed as", Security,
		"The app calls itself by the name of a product that a measure or finding covers, or by a name whose letters look like it, under an identifier that is not the product's; the name is that of several products; or a publisher, or a word of a platform beside the name, leaves it open whose app it is. An identifier that begins as the maker's others do makes it a note.",
		"Names are free: it may be an unrelated app of the same name.",
		"The app is shown to be the product, or unrelated."},
	{RuleUnknownOrigin, "Origin unknown", Security,
		"An app that is not part of the system was not installed by a known store or management system.",
		"Sideloading is not misconduct, but nobody but the user vouches for the app.",
		"The app is installed from a store, or approved."},
	{RuleSpecialAccess, "Unknown origin with special access", Security,
		"An app of unknown origin also holds or declares access to the whole screen, to notifications, to device administration or the like.",
		"Accessibility tools need such access too.",
		"The access is withdrawn or the app is removed."},
	{RuleOSUnsupported, "System without security updates", Security,
		"The device names a version of its operating system whose security support has ended, is left to extended updates, or ends within 90 days.",
		"It says what the maker supplies, not which faults the device has. A version that is not recorded is a gap, not a finding.",
		"A supported version is installed."},
	{RuleDeviceUnsupported, "Model without security updates", Security,
		"The device names a model for which its maker's security updates have ended, or end within 90 days.",
		"Only models that name themselves as the records do are known; model numbers are not guessed at.",
		"The device is replaced."},
	{RulePatchAge, "Old security patch level", Security,
		"The Android security patch level that the device names is more than 90 days older than the day of the judgement; that is for information. From 180 days on it is of low severity.",
		"Makers supply fixes at their own pace, and the facts may be old themselves.",
		"The system is updated."},
	{RuleSystemBehind, "System older than the newest version of its release", Security,
		"The device names a version of its operating system, and the risk database has a newer one of the same release, with its day. Up to 30 days after that day it is for information, from 90 days on of medium severity.",
		"The newest version is that of the day of the data. A version that names its release alone (Debian 12) and builds of Windows, of which the newest update is not recorded, are not compared.",
		"The system is updated."},
	{RulePosture, "The device leaves itself open", Security,
		"What the device says of itself (properties and settings of Android, values of iOS) is one of the states that `quaestor explain device-posture` lists: an unlocked bootloader, a build for development, no encryption, no screen lock, debugging over the network and the like.",
		"A device may say what is not so. USB debugging and the developer options are shown and no finding: who looks at a phone over a cable has them on.",
		"The setting is changed, or those who manage the device know it."},
	{RuleAddedAuthority, "A certificate authority was added", Security,
		"The device trusts a certificate authority beyond those of its system, or has one that is not turned on.",
		"Organisations add one for their own servers. One that came with the management of the device, or that is not turned on, is for information, one that other systems bring too, and one of security software on the device weigh less. Those that came with the system are none. Where a list shows them together with the added ones, those that no system is known to bring are one question.",
		"The authority is removed, or known to be the organisation's."},
	{RuleManagement, "Who manages the device", Security,
		"The device, or a profile on it, is managed: by an owner of the device or of a work profile (Android) or an MDM profile (iOS).",
		"Management is ordinary. Only an agent that is not known and names no organisation is for review.",
		"Nothing needs to change where the organisation knows it."},
	{RuleSettings, "A profile redirects traffic or adds an authority", Security,
		"A configuration profile sets a VPN, a proxy, a filter, a relay, who answers look-ups of names, or a certificate authority; or a provisioning profile lets apps of an organisation run.",
		"What the profile says of its maker is its own word. One of the organisation that manages the device is for information.",
		"The profile is removed, or known to be the organisation's."},
	{RuleDistribution, "An iPhone app that did not come through the store", Security,
		"The app runs by a profile of an organisation, of a list of devices or of a developer, or came through TestFlight.",
		"Organisations give their own apps out so, and whoever develops apps has some.",
		"The app is known, or is removed."},
	{RuleStalkerware, "Marks of stalkerware", Espionage,
		"The package name, bundle identifier or signing certificate of an app is listed by Echap for stalkerware, or for an app that watches without hiding.",
		"Apps that watch can be legitimate where the user consented, and are for information. The lists are incomplete: no match proves nothing.",
		"The app is shown to be another one, or is removed after advice was taken."},
	{RuleSpyware, "Marks of spyware", Espionage,
		"The package name or signing certificate of an app is listed for mercenary spyware, or for a tool that extracts the content of phones.",
		"Most such spyware leaves no app behind. The lists are incomplete: no match proves nothing.",
		"The app is shown to be another one, or the device was examined."},
	{RulePolicy, "Matches a rule of the policy", Compliance,
		"An app is what a rule of a chosen policy pack describes. The rule, which the finding names as PACK/RULE, gives axis, severity, action and reason.",
		"It says what the organisation has decided, not what an authority or the risk database holds against the app.",
		"The rule no longer matches, or is changed, or an exception is approved."},
	{RuleNotAllowed, "Not on the list of allowed apps", Compliance,
		"A chosen policy pack has an allow list, and no entry of it covers the app.",
		"It says nothing about the app but that nobody has approved it.",
		"The app is added to the list, or removed."},
	{RuleExceptionExpired, "An exception is over", Compliance,
		"An exception of the policy ended before the day of the judgement. The findings that it covered count again.",
		"It is about the record of the approval, not about an app.",
		"The exception is approved anew with a later day, or taken out of the policy."},
	{RuleExceptionUnused, "An exception was not needed", Compliance,
		"An exception of the policy is valid on the day of the judgement, and no finding of this run is in its scope.",
		"The device that it is for may simply not have been looked at.",
		"The exception is taken out of the policy, or its subject is looked at."},
	{RuleMakerReach, "Not a listed product, of a vendor within such a reach", Espionage,
		"The signer of a Windows or macOS program, or else the stated publisher, names a vendor whose verified owner is within the reach of such a state, and the product itself is not listed.",
		"A signer and a publisher name who made it, never which product it is. A publisher that nobody checked is a text.",
		"The product is listed, or the signer is shown to be another."},
	{RuleSDK, "Code of a vendor within such a reach", Espionage,
		"The app carries code of a vendor within the reach of such a state, recognised by its libraries, components or packages, of which one library or a few classes alone give information only. One finding for each vendor; none where the app is of the same group.",
		"It does not say that the code runs, or what it sends. Code that acts only on request (paying, signing in, maps, messages, reading a picture on the phone), code of a vendor whose state is not verified, and code in an app whose own owner is within the same reach are listed for information; open-source libraries that call nobody are not.",
		"The app is built without the code, or the vendor is shown to be another."},
	{RuleHosts, "Names servers of a vendor within such a reach", Espionage,
		"A file of the app names hosts of companies within the reach of such a state, and no code of theirs was found in it.",
		"That a host is named does not show that it is called: browsers and filters name many. Beside code of the company, the hosts are evidence of that finding.",
		"The app is built without them, or the company is shown to be another."},
	{RuleContact, "Contacted servers of a vendor within such a reach", Espionage,
		"The device noted (App Privacy Report of iOS) that the app by itself exchanged data with servers of a company within the reach of such a state. One finding for each company; none where the app is of the same group, whose servers are evidence of the finding about its owner.",
		"What was sent is not known. What web pages did that were opened in the app is for information, and so is a company whose state no verified source tells.",
		"The app stops, is removed, or the company is shown to be another."},
	{RuleCarried, "Carries another app, or code in a file of its own", Security,
		"A file in the app is itself an app, or holds code where Android loads none from. An app is judged as the one it is, a step lower and for review, because it is not installed. Code in a file that is named as a font, an image or a library, or that is compressed once more, is for review too.",
		"Many apps bring code of theirs in such files. What the files hold is not counted as the app's.",
		"The app is built without them."},
	{RuleEvasive, "Built so that tools read it otherwise than Android", Security,
		"The container, the manifest or the signature is built so that tools show something else than Android runs, or fail: a second manifest, a name or method that only Android accepts, two signing blocks, a DEX file before the archive.",
		"It does not say what is hidden, if anything. Marks of code that ordinary apps bear too (reflection, loading of code, starting of programs) are no finding.",
		"The file is replaced by one that ordinary tools built."},
	{RulePacked, "Code that is packed", Security,
		"What can be read of the code only unpacks the rest while the app runs.",
		"Packing protects against copying too. It says how little can be known about the app.",
		"The publisher supplies the app without it, or says what is inside."},
	{RuleDebugKey, "Signed with a debug certificate", Security,
		"The signing certificate is one that build tools make for testing.",
		"It says that nobody stands behind the signature, not that the app does harm.",
		"The app is signed with a key of its publisher."},
	{RuleWeakSignature, "Weak signature", Security,
		"The signature holds, with a short key or a digest that can be forged.",
		"Older apps are often signed so.",
		"The app is signed with a stronger key."},
	{RuleOldTarget, "Permissions without a question", Security,
		"An app that is not part of the system is made for an Android before version 6, which grants all permissions at the installation, and asks for some that are otherwise asked for one by one.",
		"Old apps are made so without intent. It raises findings about unknown origin.",
		"The app is replaced by a version made for a newer Android."},
	{RuleLinked, "Owner in a state linked with a named one", Espionage,
		"The state whose law reaches the owner of the product is none that the texts behind the database name, but is under one of them (its group is \"priority-linked\", as Hong Kong is), and no owner in a named state is on record.",
		"No conclusion is drawn. Where an owner in a named state is on record, the finding is \"jurisdiction\".",
		"The ownership changes, or a source shows that the chain is wrong."},
	{RuleMeasure, "Subject of a binding measure that is no ban of the app on devices", Compliance,
		"An authority in the chosen policy has issued a binding warning, a block on a network, a ban from a market, an order of a data protection authority or a sanction that covers the product or its owner.",
		"It binds those whom it names, such as operators who must weigh the risk, networks, sellers or the company itself. It does not by itself forbid the app on a device.",
		"The measure is revoked or ends, or the app is shown to be another product."},
	{RuleDisputed, "Disputed between the layers of the risk database", Compliance,
		"An overlay says something else than what lies below it about the product, its owner or a measure that covers it, and no other finding shows that.",
		"It takes no side: the upper layer decided what else is found.",
		"The authorities agree, or the overlay is taken away."},
	{RuleProtectionOff, "Protection that is off, expired or outdated", Security,
		"The system says of software that it has registered as antivirus or firewall that it is off, snoozed or expired, or that its definitions are outdated.",
		"An antivirus that is off beside one that is on has stepped back for it, and is no finding. What a system does not say is not judged.",
		"The protection is on and current again, or other protection is."},
	{RuleSeveralAntivirus, "Several antivirus programs at once", Security,
		"The system says of two antivirus programs that both are on.",
		"Some are made to run beside others.",
		"One of them is left."},
	{RuleUnknownGuard, "Protective software that is not known", Security,
		"The system itself has software registered as antivirus, firewall or endpoint security that the risk database has no record of.",
		"It says nothing about the software but that nobody here knows it.",
		"The product is added to the database, or the software is removed."},
	{RuleRemoteAccess, "Tool for remote access", Security,
		"The app is a known tool by which somebody else sees and operates the device.",
		"Such tools are ordinary in support, and used by intruders. It does not say that anybody uses it.",
		"The app is removed; nothing needs to change where those who manage the device know it."},
	{RuleVulnerable, "Component with a known vulnerability", Security,
		"An advisory of the vulnerability database is about a component of an app or a package of the system, in the version that it has, or may have. The severity is that of the advisory; it is raised where the vulnerability is known to be exploited (CISA's list) or likely to be (EPSS of 10 % and more), and where an app of a phone reaches the network and what it sees, hears or holds of its user; it is lowered where an app does not ask for the network. A vulnerability that no advisory rates counts as medium.",
		"It does not say that the faulty part is used, or can be reached. What is not in a list of components, and has no mark of its own, is not known. A version that is not certain allows medium severity and low confidence.",
		"The component is updated, or an exception says that the app is not affected."},
}

// The rule identifiers.
const (
	RuleBan                    = "ban"
	RuleAdvice                 = "advice"
	RuleJurisdiction           = "jurisdiction"
	RuleUnverifiedJurisdiction = "jurisdiction-unverified"
	RuleInfluence              = "influence"
	RuleReach                  = "reach"
	RuleSecuritySoftware       = "security-software"
	RuleSecurityPresent        = "security-software-present"
	RuleForeignSigner          = "foreign-signer"
	RuleTestKey                = "test-key"
	RuleInvalidSignature       = "invalid-signature"
	RuleSplitSigner            = "split-signer"
	RuleNameOnly               = "name-only"
	RuleUnknownOrigin          = "unknown-origin"
	RuleSpecialAccess          = "special-access"
	RulePolicy                 = "policy-rule"
	RuleNotAllowed             = "not-allowed"
	RuleExceptionExpired       = "exception-expired"
	RuleExceptionUnused        = "exception-unused"
	RuleMakerReach             = "maker-jurisdiction"
	RuleMeasure                = "measure"
	RuleLinked                 = "jurisdiction-linked"
)

// RuleByID finds a rule; nil when there is none.
func RuleByID(id string) *Rule {
	for i := range Rules {
		if Rules[i].ID == id {
			return &Rules[i]
		}
	}
	return nil
}
