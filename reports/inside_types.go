package reports

// Inside is what the files of an app show: facts in short. The inventory has all of them.
type Inside struct {
	Files     []InsideFile    `json:"files" jsonschema:"the files that were read, the base first"`
	Signature Signature       `json:"signature" jsonschema:"of the base"`
	MinSDK    int             `json:"min_sdk,omitempty" jsonschema:"lowest Android API level that it installs on"`
	TargetSDK int             `json:"target_sdk,omitempty" jsonschema:"Android API level that it was made for"`
	Code      *InsideCode     `json:"code,omitempty" jsonschema:"absent where no code was looked at"`
	SDKs      []InsideSDK     `json:"sdks,omitempty" jsonschema:"whose code it carries, as far as the risk database knows it"`
	Native    int             `json:"native,omitempty" jsonschema:"native libraries"`
	ABIs      []string        `json:"abis,omitempty" jsonschema:"processors that the native libraries are for, in Android's words"`
	Hosts     int             `json:"hosts" jsonschema:"hosts that it names; that one is named does not show that it is used"`
	SomeHosts []string        `json:"some_hosts,omitempty" jsonschema:"the first few of them; the inventory has all"`
	Libraries int             `json:"libraries,omitempty" jsonschema:"components with a name and version, such as of Maven"`
	Asks      []Reach         `json:"asks,omitempty" jsonschema:"what its permissions open"`
	Roles     []string        `json:"roles,omitempty" jsonschema:"special services that it offers to the system: accessibility, notification-listener, vpn, …"`
	Exported  int             `json:"exported,omitempty" jsonschema:"components that any other app may call without a permission"`
	Network   []string        `json:"network,omitempty" jsonschema:"what its network settings let through, in words"`
	Carries   []InsideCarried `json:"carries,omitempty" jsonschema:"files with code of their own that lie in it; what they hold is not the app's"`
	Marks     []InsideMark    `json:"marks,omitempty" jsonschema:"what ordinary tools do not make, and code that most apps do not need"`
}

// InsideFile is a file of the app.
type InsideFile struct {
	SHA256 string `json:"sha256"`
	Name   string `json:"name,omitempty"`
	Split  string `json:"split,omitempty" jsonschema:"name of the split; absent for the base"`
	Size   int64  `json:"size,omitempty"`
}

// Signature is what checking the signature of a file showed.
type Signature struct {
	State   string         `json:"state" jsonschema:"valid, invalid, unsigned, or unknown where nobody looked"`
	Error   string         `json:"error,omitempty" jsonschema:"why it does not hold"`
	Schemes []Scheme       `json:"schemes,omitempty"`
	Signers []InsideSigner `json:"signers,omitempty"`
}

// Scheme is one way of signing an APK.
type Scheme struct {
	Name     string `json:"name" jsonschema:"v1, v2, v3, v3.1, v4"`
	Verified bool   `json:"verified"`
	MinSDK   int    `json:"min_sdk,omitempty" jsonschema:"Android API levels that go by it"`
	MaxSDK   int    `json:"max_sdk,omitempty"`
	Error    string `json:"error,omitempty" jsonschema:"why it does not hold"`
}

// InsideSigner is a certificate that signs the file.
type InsideSigner struct {
	SHA256   string `json:"sha256,omitempty"`
	Subject  string `json:"subject,omitempty" jsonschema:"as the certificate says; anybody can write one"`
	Key      string `json:"key,omitempty" jsonschema:"algorithm of the key: RSA, EC"`
	KeyBits  int    `json:"key_bits,omitempty" jsonschema:"length of the key"`
	NotAfter string `json:"not_after,omitempty"`
	Verified bool   `json:"verified" jsonschema:"the signature over the content was checked and holds"`
	Lineage  bool   `json:"lineage,omitempty" jsonschema:"an earlier key of the app, which does not sign it any more"`
	Known    string `json:"known,omitempty" jsonschema:"what the risk database knows of the key: a public test key"`
}

// InsideCode counts the code of all files of the app.
type InsideCode struct {
	Files   int `json:"files" jsonschema:"DEX files"`
	Classes int `json:"classes" jsonschema:"classes that they define"`
	Renamed int `json:"renamed,omitempty" jsonschema:"classes whose name an obfuscator replaced: whose they are is not seen by name"`
}

// InsideSDK is code of somebody else.
type InsideSDK struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Vendor     string  `json:"vendor,omitempty"`
	Category   string  `json:"category,omitempty" jsonschema:"what it is for: advertising, analytics, push, …"`
	Local      bool    `json:"local,omitempty" jsonschema:"a library that calls no server of who wrote it"`
	Confidence string  `json:"confidence" jsonschema:"that the app carries it"`
	Places     []Place `json:"places,omitempty"`
}

// InsideCarried is a file with code of its own inside the app.
type InsideCarried struct {
	SHA256  string `json:"sha256"`
	File    string `json:"file" jsonschema:"where it lies"`
	Format  string `json:"format" jsonschema:"apk, dex, jar, …"`
	Package string `json:"package,omitempty"`
	Size    int64  `json:"size,omitempty"`
}

// InsideMark is something noticed.
type InsideMark struct {
	Code   string  `json:"code" jsonschema:"AREA/WHAT; readers have to expect codes that they do not know"`
	Text   string  `json:"text" jsonschema:"the same in a phrase"`
	Count  int     `json:"count,omitempty"`
	Places []Place `json:"places,omitempty"`
}
