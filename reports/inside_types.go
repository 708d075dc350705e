package reports

// Inside is what the files of an app show: facts in short. The inventory has all of them.
type Inside struct {
	Files          []InsideFile      `json:"files" jsonschema:"the files that were read, the base first"`
	Signature      Signature         `json:"signature" jsonschema:"of the base"`
	MinSDK         int               `json:"min_sdk,omitempty" jsonschema:"lowest Android API level that it installs on"`
	TargetSDK      int               `json:"target_sdk,omitempty" jsonschema:"Android API level that it was made for"`
	MinCodename    string            `json:"min_sdk_codename,omitempty" jsonschema:"preview of Android in place of the lowest API level: such an app installs on that preview alone"`
	TargetCodename string            `json:"target_sdk_codename,omitempty" jsonschema:"preview of Android in place of the API level that it was made for"`
	Built          *Built            `json:"built,omitempty" jsonschema:"what its manifest lets others do with it; absent where it says nothing of that"`
	Code           *InsideCode       `json:"code,omitempty" jsonschema:"absent where no code was looked at"`
	SDKs           []InsideSDK       `json:"sdks,omitempty" jsonschema:"whose code it carries, as far as the risk database knows it"`
	Native         int               `json:"native,omitempty" jsonschema:"native libraries: files that are native code, or, where none was read, that lie in the folders for it"`
	ABIs           []string          `json:"abis,omitempty" jsonschema:"processors that the native libraries are for, in Android's words, as they say themselves where they were read"`
	NativeFiles    []InsideNative    `json:"native_files,omitempty" jsonschema:"the first few of those that were read; the inventory has all"`
	NotNative      []string          `json:"not_native,omitempty" jsonschema:"files in the folders of native libraries that were not read as native code"`
	Hosts          int               `json:"hosts" jsonschema:"hosts that it names; that one is named does not show that it is used"`
	SomeHosts      []string          `json:"some_hosts,omitempty" jsonschema:"the first few of them; the inventory has all"`
	Libraries      int               `json:"libraries,omitempty" jsonschema:"components with a name and version, such as of Maven"`
	SomeLibraries  []string          `json:"some_libraries,omitempty" jsonschema:"the first few of them, name and version; the inventory has all"`
	Asks           []Reach           `json:"asks,omitempty" jsonschema:"what its permissions open"`
	Roles          []string          `json:"roles,omitempty" jsonschema:"special services that it offers to the system: accessibility, notification-listener, vpn, …"`
	Exported       int               `json:"exported,omitempty" jsonschema:"components that any other app may call without a permission"`
	Open           int               `json:"open,omitempty" jsonschema:"of the exported components, those that are more than an icon for the launcher"`
	SomeOpen       []InsideComponent `json:"some_open,omitempty" jsonschema:"the first few of them; the inventory has all"`
	Network        []string          `json:"network,omitempty" jsonschema:"what its network settings let through, in words"`
	Apple          *InsideApple      `json:"apple,omitempty" jsonschema:"of an app of Apple's systems: what it is made of, and what its makers state"`
	Carries        []InsideCarried   `json:"carries,omitempty" jsonschema:"files with code of their own that lie in it; what they hold is not the app's"`
	Marks          []InsideMark      `json:"marks,omitempty" jsonschema:"what ordinary tools do not make, and code that most apps do not need"`
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
	State      string         `json:"state" jsonschema:"valid, invalid, unsigned, or unknown where nobody looked"`
	Error      string         `json:"error,omitempty" jsonschema:"why it does not hold"`
	SignedFrom int            `json:"signed_from,omitempty" jsonschema:"the lowest Android API level from which on it holds, where the app says that it runs on lower ones"`
	Schemes    []Scheme       `json:"schemes,omitempty"`
	Signers    []InsideSigner `json:"signers,omitempty"`
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
	// Attribution is for an entry of a list whose licence asks for it.
	Attribution string `json:"attribution,omitempty" jsonschema:"whose list names it, and under which licence: goes with the entry wherever it is shown"`
}

// Built is what the manifest lets others do with an app.
type Built struct {
	Debuggable  bool   `json:"debuggable,omitempty" jsonschema:"whoever has the phone on a cable may read its data and run code in it"`
	TestOnly    bool   `json:"test_only,omitempty" jsonschema:"made for tests: a phone takes it by cable alone"`
	AllowBackup bool   `json:"allow_backup,omitempty" jsonschema:"a backup may copy its data, as of most apps"`
	SharedUser  string `json:"shared_user,omitempty" jsonschema:"it shares data and permissions with the other apps of its signer that name the same"`
}

// InsideNative is a native library.
type InsideNative struct {
	File string `json:"file" jsonschema:"entry of the file"`
	ABI  string `json:"abi,omitempty" jsonschema:"processor, as the file says, not its folder"`
	Size int64  `json:"size,omitempty"`
}

// InsideComponent is a part of an app that others may call.
type InsideComponent struct {
	Kind string `json:"kind" jsonschema:"activity, activity-alias, service, receiver, provider"`
	Name string `json:"name"`
}

// InsideCarried is a file with code of its own inside the app.
type InsideCarried struct {
	SHA256  string       `json:"sha256"`
	File    string       `json:"file" jsonschema:"where it lies; @N is what begins at byte N of the file and is no entry of it"`
	Format  string       `json:"format" jsonschema:"apk, dex, jar, …"`
	Package string       `json:"package,omitempty"`
	Size    int64        `json:"size,omitempty"`
	SameAs  string       `json:"same_as,omitempty" jsonschema:"the place where the same file lies too and under which its content is told"`
	Inside  *InsideOuter `json:"inside,omitempty" jsonschema:"what it holds itself; absent where that is told elsewhere in the app"`
}

// InsideOuter is what a file inside an app holds.
type InsideOuter struct {
	Unit
	Carries []InsideNested `json:"carries,omitempty" jsonschema:"files with code of their own that lie in this file"`
}

// InsideNested is a file with code of its own in a file inside the app.
type InsideNested struct {
	SHA256  string       `json:"sha256"`
	File    string       `json:"file" jsonschema:"where it lies in the file around it"`
	Format  string       `json:"format" jsonschema:"apk, dex, jar, …"`
	Package string       `json:"package,omitempty"`
	Size    int64        `json:"size,omitempty"`
	SameAs  string       `json:"same_as,omitempty" jsonschema:"the place where the same file lies too and under which its content is told"`
	Inside  *InsideInner `json:"inside,omitempty" jsonschema:"what it holds itself; absent where that is told elsewhere in the app"`
}

// InsideInner is what a file in a file inside an app holds.
type InsideInner struct {
	Unit
	Deeper int `json:"deeper,omitempty" jsonschema:"files with code of their own that lie in it, and in those: the inventory has them"`
}

// Unit is what one file shows.
type Unit struct {
	Name      string       `json:"name,omitempty" jsonschema:"of an app, what it calls itself"`
	Version   string       `json:"version,omitempty"`
	Signature *Signature   `json:"signature,omitempty" jsonschema:"absent where the format has none"`
	Code      *InsideCode  `json:"code,omitempty" jsonschema:"absent where no code was looked at"`
	SDKs      []InsideSDK  `json:"sdks,omitempty" jsonschema:"whose code it carries, as far as the risk database knows it"`
	Native    int          `json:"native,omitempty" jsonschema:"native libraries"`
	ABIs      []string     `json:"abis,omitempty" jsonschema:"processors that they are for, in Android's words"`
	Hosts     int          `json:"hosts" jsonschema:"hosts that it names"`
	SomeHosts []string     `json:"some_hosts,omitempty" jsonschema:"the first few of them; the inventory has all"`
	Asks      []Reach      `json:"asks,omitempty" jsonschema:"of an app, what its permissions open"`
	Marks     []InsideMark `json:"marks,omitempty"`
	Apple     *InsideApple `json:"apple,omitempty" jsonschema:"of an app of Apple's systems: what it is made of, and what its makers state"`
}

// InsideMark is something noticed.
type InsideMark struct {
	Code   string  `json:"code" jsonschema:"AREA/WHAT; readers have to expect codes that they do not know"`
	Text   string  `json:"text" jsonschema:"the same in a phrase"`
	Count  int     `json:"count,omitempty"`
	Places []Place `json:"places,omitempty"`
}
