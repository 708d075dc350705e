package dumpsys

import "strings"

// unused are the fields of a block that are known and not kept. Signatures are among them: the token in the
// brackets is the hash code of an object, not the digest of a certificate.
var unused = map[string]bool{
	"pkg": true, "resourcePath": true, "legacyNativeLibraryDir": true, "nativeLibraryPath": true, "extractNativeLibs": true, "secondaryCpuAbi": true, "cpuAbiOverride": true,
	"minExtensionVersions": true, "hiddenApiEnforcementPolicy": true, "usesNonSdkApi": true, "applicationInfo": true,
	"dataDir": true, "pendingRestore": true, "updatableSystem": true, "emergencyInstaller": true, "hasPreserveLegacyExternalStorage": true,
	"forceQueryable": true, "pageSizeCompat": true, "developerVerificationStatus": true, "queriesPackages": true, "queriesIntents": true,
	"scannedAsStoppedSystemApp": true, "supportsScreens": true, "installerPackageUid": true, "installerAttributionTag": true,
	"loadingProgress": true, "loadingCompletedTime": true, "appMetadataFilePath": true, "appMetadataSource": true, "volumeUuid": true,
	"signatures": true, "installPermissionsFixed": true, "permissionsFixed": true, "haveGids": true, "installStatus": true,
	"apexModuleName": true, "overlayTarget": true, "overlayCategory": true, "oldCodePath": true, "gids": true,
	"uninstallReason": true, "parentPackage": true, "childPackages": true, "unarchiveInstallerTitle": true, "archiveActivityInfo": true,

	"lastDisabledCaller": true, "harmfulAppWarning": true, "optional": true,
	"suspendingPackage": true, "suspendDialogMessage": true, "dialogInfo": true, "deny": true,
}

// field takes key=value or key: value, and reports whether the key is known.
func (b *block) field(s string) bool {
	at := strings.IndexAny(s, "=:")
	if at <= 0 {
		return false
	}
	key, value := s[:at], strings.TrimSpace(s[at+1:])
	if value == "null" {
		value = ""
	}
	return b.codeField(key, value) || b.sourceField(key, value) || b.userField(key, value) || unused[key]
}

// codeField takes what describes the code of the package.
func (b *block) codeField(key, value string) bool {
	p := b.pkg
	switch key {
	case "compat name":
		p.Name, p.Manifest = value, p.Name
	case "userId", "appId":
		p.AppID = int(number(first(value)))
	case "sharedUser": // SharedUserSetting{cb92b86 android.uid.system/1000}
		_, value, _ = strings.Cut(strings.TrimSuffix(value, "}"), " ")
		p.SharedUser, _, _ = strings.Cut(value, "/")
	case "codePath":
		p.CodePath = value
	case "primaryCpuAbi":
		p.ABI = value
	case "versionCode": // 31 minSdk=26 targetSdk=34
		p.VersionCode = number(first(value))
		for _, w := range words(value) {
			if v, ok := strings.CutPrefix(w, "minSdk="); ok {
				p.MinSDK = int(number(v))
			} else if v, ok := strings.CutPrefix(w, "targetSdk="); ok {
				p.TargetSDK = int(number(v))
			}
		}
	case "versionName":
		p.VersionName = value
	case "splits":
		p.Splits = splits(value)
	case "apkSigningVersion":
		p.Scheme = int(number(value))
	case "flags":
		p.Flags = append(p.Flags, words(strings.Trim(value, "[]"))...)
	case "pkgFlags":
		b.pkgFlags = true
		p.Flags = append(p.Flags, words(strings.Trim(value, "[]"))...)
	case "privateFlags", "privatePkgFlags":
		p.PrivateFlags = append(p.PrivateFlags, words(strings.Trim(value, "[]"))...)
	default:
		return false
	}
	return true
}

func first(s string) string {
	s, _, _ = strings.Cut(s, " ")
	return s
}

// splits reads "[base, config.fr, config.mdpi:12]".
func splits(value string) []string {
	var out []string
	for s := range strings.SplitSeq(strings.Trim(value, "[]"), ",") {
		s, _, _ = strings.Cut(strings.TrimSpace(s), ":")
		if s != "" && s != "base" && s != "unknown" && len(out) < maxList {
			out = append(out, s)
		}
	}
	return out
}

// sourceField takes what describes where the package came from and when.
func (b *block) sourceField(key, value string) bool {
	p := b.pkg
	switch key {
	case "timeStamp":
		p.TimeStamp = value
	case "lastUpdateTime":
		p.Updated = value
	case "installerPackageName":
		p.Installer = value
	case "initiatingPackageName":
		p.Initiator = value
	case "originatingPackageName":
		p.Originator = value
	case "updateOwnerPackageName":
		p.UpdateOwner = value
	case "packageSource":
		p.PackageSource = int(number(value))
	default:
		return false
	}
	return true
}

// userField takes the fields that stand below a user.
func (b *block) userField(key, value string) bool {
	switch key {
	case "firstInstallTime":
		if b.user != nil {
			b.user.FirstInstalled = value
		} else {
			b.pkg.FirstInstalled = value
		}
	case "installReason":
		if b.user != nil {
			b.user.InstallReason = int(number(value))
		}
	case "archiveTime", "archiveState", "archived", "isArchived":
		if b.user != nil && value != "" && value != "false" {
			b.user.Archived = true
		}
	default:
		return false
	}
	return true
}

// userLine begins a user: "User 0: ceDataInode=1 installed=true hidden=false … enabled=0 instant=false". Android
// 9 and 10 print in it what the app that suspends this one says to the user, which may be any text: it cannot
// take back what stands before it, and what stands after it counts.
func (b *block) userLine(s string) bool {
	id, rest, ok := strings.Cut(strings.TrimPrefix(s, "User "), ":")
	if !ok || id == "" || len(id) > 9 || strings.Trim(id, "0123456789") != "" {
		return false
	}
	if len(b.pkg.Users) >= maxUsers {
		b.sum.Overflow++
		b.user = &UserState{ID: id}
		return true
	}
	b.pkg.Users = append(b.pkg.Users, UserState{ID: id, Enabled: -1, InstallReason: -1})
	b.user = &b.pkg.Users[len(b.pkg.Users)-1]
	seen, free := map[string]bool{}, false
	for _, w := range words(rest) {
		key, value, ok := strings.Cut(w, "=")
		if free && seen[key] || !ok && free {
			continue
		}
		if !free {
			seen[key] = true
		}
		free = free || key == "dialogMessage" || key == "dialogInfo"
		if (!ok || !b.user.set(key, value)) && !free {
			b.unknown("User " + w)
		}
	}
	return true
}

func (u *UserState) set(key, value string) bool {
	yes := value == "true"
	switch key {
	case "installed":
		u.Installed = yes
	case "hidden", "blocked":
		u.Hidden = yes
	case "suspended":
		u.Suspended = yes
	case "stopped":
		u.Stopped = yes
	case "notLaunched":
		u.NotLaunched = yes
	case "instant":
		u.Instant = yes
	case "archived", "isArchived":
		u.Archived = yes
	case "enabled":
		u.Enabled = int(number(value))
	case "ceDataInode", "deDataInode", "distractionFlags", "virtual", "quarantined", "installReason",
		"suspendingPackage", "dialogMessage", "dialogInfo":
	default:
		return false
	}
	return true
}
