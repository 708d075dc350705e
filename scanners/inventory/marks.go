package inventory

// MarkMeaning says what a mark means.
type MarkMeaning struct {
	Code   string
	Seen   string    // what was seen, a phrase
	Bearer Frequency // how many apps bear it
}

// Frequency is how many apps bear a mark: an estimate by what build tools and common libraries do, not a count.
type Frequency string

// The frequencies.
const (
	BearersMost Frequency = "most apps: build tools or common libraries make it"
	BearersMany Frequency = "many ordinary apps"
	BearersFew  Frequency = "few ordinary apps"
	BearersNone Frequency = "hardly any: ordinary build tools do not make it"
)

// Marks are the meanings of all codes. The table in scanners/README.md says the same.
func Marks() []MarkMeaning {
	return []MarkMeaning{
		{MarkDuplicateNames, "two entries of one name: Android refuses the file (before 4.4 it ran the first), tools take either", BearersNone},
		{MarkUnsafeNames, "names that lead outside of the folder they are unpacked in, or hold control characters", BearersNone},
		{MarkEncrypted, "entries marked as encrypted, which Android ignores and tools do not", BearersNone},
		{MarkMethod, "a compression method that tools refuse", BearersNone},
		{MarkHeaders, "the header before an entry and the directory disagree", BearersNone},
		{MarkHiddenData, "bytes that belong to no entry", BearersFew},
		{MarkOverlap, "entries that share bytes", BearersNone},
		{MarkLeadingData, "bytes before the archive", BearersNone},
		{MarkTrailingData, "bytes after the archive", BearersNone},
		{MarkDirectory, "a directory that is not what its end record says", BearersNone},
		{MarkZip64, "the large form of zip, which no APK needs", BearersFew},
		{MarkManifest, "attributes that show tools another text than Android", BearersNone},
		{MarkResources, "binary XML or resources built so that tools fail", BearersFew},
		{MarkJanus, "a DEX file before the archive, which old versions run and the v1 signature does not cover", BearersNone},
		{MarkManySigners, "more than one signer", BearersFew},
		{MarkOtherSigner, "the schemes name different signers", BearersNone},
		{MarkBlockTwice, "a signing block holds one scheme twice", BearersNone},
		{MarkStripped, "a scheme is missing that another says is there", BearersNone},
		{MarkUncovered, "entries that the signature does not cover", BearersFew},
		{MarkWeakSignature, "a short key, or a digest that can be forged", BearersMany},
		{MarkDebugKey, "signed with the build tools' debug certificate", BearersFew},
		{MarkSourceStamp, "a stamp that says who gave the file out", BearersMany},
		{MarkCodeLoading, "loads further DEX code while it runs", BearersMany},
		{MarkNativeLoading, "loads native code from a path while it runs", BearersMost},
		{MarkReflection, "calls methods by name", BearersMost},
		{MarkExec, "starts programs", BearersMany},
		{MarkSu, "names the programs that give root", BearersFew},
		{MarkRootCheck, "looks whether the phone is rooted", BearersMany},
		{MarkEmulatorCheck, "looks whether it is an emulator or being debugged", BearersMany},
		{MarkPacker, "components that the manifest names and no DEX file of base and splits defines: the one that the launcher starts, or at least three and half of all", BearersFew},
		{MarkInstalling, "installs other apps", BearersFew},
		{MarkWebBridge, "gives web pages methods to call", BearersMany},
		{MarkScreenCapture, "can record the screen", BearersFew},
		{MarkDamagedCode, "a DEX file that breaks its own format", BearersNone},
		{MarkHiddenCode, "code where Android does not load it from", BearersMany},
		{MarkDeviceIdentity, "reads identifiers of the device", BearersMany},
		{MarkHiddenAPI, "lifts the system's ban on its internal methods", BearersFew},
		{MarkAppList, "reads which other apps are installed", BearersMany},
		{MarkUIControl, "reads the screen or acts on it as an accessibility service", BearersFew},
		{MarkLocation, "asks where the device is", BearersMany},
		{MarkContacts, "names the address book or the call log", BearersMany},
		{MarkMessages, "sends text messages or names those on the device", BearersFew},
		{MarkClipboard, "reads the clipboard", BearersMany},
		{MarkCamera, "opens the camera", BearersMany},
		{MarkMicrophone, "records sound", BearersMany},
	}
}
